package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.EXPIRED;
import static com.github.benmanes.caffeine.cache.RemovalCause.EXPLICIT;
import static com.github.benmanes.caffeine.cache.RemovalCause.REPLACED;
import static io.heapwise.cache.contract.Notices.notice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Entries that expire: absent to every call at once, told as expired once, and renewed by what renews them. */
abstract class ExpiryContract extends Contract {
    /** What ends an entry's life. */
    enum Kind {
        AFTER_WRITE,
        AFTER_ACCESS,
        VARIABLY
    }

    private static final Duration LIFE = Duration.ofMinutes(1);

    /** So much longer than its life has every entry expired, whatever the precision. */
    private static final Duration PAST = LIFE.plusSeconds(1);

    private static final Duration NEARLY = LIFE.minusMillis(1);

    private final Kind kind;
    private final ManualTicker ticker = new ManualTicker();
    private final Notices<String, Integer> removals = new Notices<>();
    private final Notices<String, Integer> evictions = new Notices<>();

    ExpiryContract(CacheMaker maker, Kind kind) {
        super(maker);
        this.kind = kind;
    }

    private <K, V> Setup<K, V> expiring(Duration life) {
        Setup<K, V> setup = Setup.<K, V>any().ticker(ticker);
        return switch (kind) {
            case AFTER_WRITE -> setup.expireAfterWrite(life);
            case AFTER_ACCESS -> setup.expireAfterAccess(life);
            case VARIABLY -> setup.expireAfter(Expiry.writing((key, value) -> life));
        };
    }

    private Setup<String, Integer> expiring() {
        return this.<String, Integer>expiring(LIFE)
                .onRemoval(removals)
                .onEviction(evictions)
                .recordStats();
    }

    /** A cache in which a=1 has expired and b=2 has not. */
    private Cache<String, Integer> withAnExpiredEntry() {
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        ticker.advance(PAST.dividedBy(2));
        cache.put("b", 2);
        ticker.advance(PAST.dividedBy(2));
        return cache;
    }

    private void assertToldAsExpiredOnce(Cache<String, Integer> cache) {
        cache.cleanUp();
        assertThat(removals.told()).containsOnlyOnce(notice("a", 1, EXPIRED));
        assertThat(removals.count(EXPIRED)).isEqualTo(1);
        assertThat(evictions.told()).containsExactly(notice("a", 1, EXPIRED));
        assertThat(cache.stats().evictionCount()).isEqualTo(1);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    @Test
    void anEntryIsThereUntilItsTime() {
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        ticker.advance(NEARLY);
        assertThat(present(cache)).isEqualTo(Map.of("a", 1));
        assertThat(cache.asMap().containsKey("a")).isTrue();
        assertThat(cache.policy().getIfPresentQuietly("a")).isEqualTo(1);
        assertThat(cache.getIfPresent("a")).isEqualTo(1);
        cache.cleanUp();
        assertThat(removals.told()).isEmpty();
    }

    @Test
    void anExpiredEntryIsAbsentToEveryRead() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        ConcurrentMap<String, Integer> map = cache.asMap();
        assertThat(cache.getIfPresent("a")).isNull();
        assertThat(map.get("a")).isNull();
        assertThat(map.getOrDefault("a", 7)).isEqualTo(7);
        assertThat(map.containsKey("a")).isFalse();
        assertThat(map.containsValue(1)).isFalse();
        assertThat(map.keySet().contains("a")).isFalse();
        assertThat(map.values().contains(1)).isFalse();
        assertThat(map.entrySet().contains(Map.entry("a", 1))).isFalse();
        assertThat(cache.policy().getIfPresentQuietly("a")).isNull();
        assertThat(cache.policy().getEntryIfPresentQuietly("a")).isNull();
        assertThat(cache.getAllPresent(List.of("a", "b"))).isEqualTo(Map.of("b", 2));
        assertThat(new ArrayList<>(map.keySet())).containsExactly("b");
        assertThat(new ArrayList<>(map.values())).containsExactly(2);
        assertThat(new ArrayList<>(map.entrySet())).containsExactly(Map.entry("b", 2));
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void streamsAndArraysHoldNoneThatHasExpired() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        ConcurrentMap<String, Integer> map = cache.asMap();
        assertThat(map.keySet().stream().toList()).containsExactly("b");
        assertThat(map.values().stream().count()).isEqualTo(1);
        assertThat(map.values().stream().toArray()).containsExactly(2);
        assertThat(map.entrySet().stream().toList()).containsExactly(Map.entry("b", 2));
        assertThat(map.keySet().toArray()).containsExactly("b");
        assertThat(map.values().toArray(new Integer[0])).containsExactly(2);
    }

    @Test
    void toFindAnExpiredEntryIsAMiss() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        cache.getIfPresent("a");
        cache.getAllPresent(List.of("a", "b"));
        assertThat(cache.stats().hitCount()).isEqualTo(1);
        assertThat(cache.stats().missCount()).isEqualTo(2);
    }

    @Test
    void anExpiredEntryIsLoadedAnew() {
        AtomicInteger loads = new AtomicInteger();
        LoadingCache<String, Integer> cache = loading(expiring(), key -> loads.incrementAndGet());
        assertThat(cache.get("a")).isEqualTo(1);
        ticker.advance(NEARLY);
        assertThat(cache.get("a")).isEqualTo(1);
        ticker.advance(PAST);
        assertThat(cache.get("a")).isEqualTo(2);
        assertThat(cache.getAll(List.of("a"))).isEqualTo(Map.of("a", 2));
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void onlyWhatWasReadOrWrittenLongAgoExpires() {
        Cache<Integer, Integer> cache = cache(expiring(LIFE));
        for (int i = 0; i < 5_000; i++) {
            cache.put(i, i);
            if (i % 100 == 99) {
                ticker.advance(Duration.ofSeconds(1).plusMillis(1));
            }
        }
        cache.cleanUp();
        // The last fifty blocks were put within 50 s: all are there still; ten seconds later the first are gone.
        assertThat(cache.estimatedSize()).isEqualTo(5_000);
        ticker.advance(Duration.ofMillis(19_500));
        cache.cleanUp();
        assertThat(cache.asMap().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(1_000, 5_000).boxed().toList());
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Test
    void putFindsNothingToReplace() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().put("a", 5)).isNull();
        assertThat(cache.getIfPresent("a")).isEqualTo(5);
        assertThat(removals.count(REPLACED)).isZero();
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void putIfAbsentPuts() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().putIfAbsent("a", 5)).isNull();
        assertThat(cache.getIfPresent("a")).isEqualTo(5);
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void replaceFindsNothing() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().replace("a", 5)).isNull();
        assertThat(cache.asMap().replace("a", 1, 5)).isFalse();
        assertThat(cache.getIfPresent("a")).isNull();
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void removeFindsNothing() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().remove("a", 1)).isFalse();
        assertThat(cache.asMap().remove("a")).isNull();
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void anInvalidatedEntryThatHadExpiredIsToldAsExpired() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        cache.invalidate("a");
        cache.invalidate("b");
        assertThat(removals.told()).containsExactlyInAnyOrder(notice("a", 1, EXPIRED), notice("b", 2, EXPLICIT));
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void clearingTellsTheExpiredFromTheOthers() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        cache.invalidateAll();
        assertThat(removals.told()).containsExactlyInAnyOrder(notice("a", 1, EXPIRED), notice("b", 2, EXPLICIT));
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void computationsFindNothing() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().computeIfPresent("a", (key, value) -> {
                    throw new AssertionError("called with " + value);
                }))
                .isNull();
        assertThat(cache.asMap().compute("a", (key, value) -> value == null ? 5 : 6))
                .isEqualTo(5);
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void mergeFindsNothing() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().merge("a", 5, Integer::sum)).isEqualTo(5);
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void computeIfAbsentComputes() {
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(cache.asMap().computeIfAbsent("a", key -> 5)).isEqualTo(5);
        assertThat(cache.get("a", key -> 6)).isEqualTo(5);
        assertToldAsExpiredOnce(cache);
    }

    @Test
    void anEntryThatExpiresWhileItIsComputedIsReplacedByTheOutcome() {
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        Integer computed = cache.asMap().compute("a", (key, value) -> {
            ticker.advance(PAST);
            return 5;
        });
        assertThat(computed).isEqualTo(5);
        assertThat(cache.getIfPresent("a")).isEqualTo(5);
        cache.cleanUp();
        assertThat(removals.told()).hasSize(1);
    }

    @Test
    void everyWriteBeginsANewLife() {
        Cache<String, Integer> cache = cache(expiring());
        List<Runnable> writes = List.of(
                () -> cache.put("a", 1),
                () -> cache.asMap().put("a", 2),
                () -> cache.asMap().replace("a", 3),
                () -> cache.asMap().replace("a", 3, 4),
                () -> cache.asMap().compute("a", (key, value) -> 5),
                () -> cache.asMap().computeIfPresent("a", (key, value) -> 6),
                () -> cache.asMap().merge("a", 1, Integer::sum),
                () -> cache.asMap().entrySet().iterator().next().setValue(8),
                () -> cache.putAll(Map.of("a", 9)));
        for (Runnable write : writes) {
            write.run();
            ticker.advance(NEARLY);
            assertThat(cache.asMap()).containsKey("a");
        }
        ticker.advance(PAST);
        assertThat(cache.asMap()).doesNotContainKey("a");
    }

    @Test
    void readsRenewOnlyWhereTheyShould() {
        Cache<String, Integer> cache = cache(expiring());
        List<Runnable> reads = List.of(
                () -> cache.getIfPresent("a"),
                () -> cache.get("a", key -> 2),
                () -> cache.asMap().get("a"),
                () -> cache.asMap().putIfAbsent("a", 2),
                () -> cache.asMap().computeIfAbsent("a", key -> 2),
                () -> cache.getAllPresent(List.of("a")));
        for (Runnable read : reads) {
            cache.put("a", 1);
            ticker.advance(NEARLY);
            read.run();
            ticker.advance(NEARLY);
            assertThat(cache.asMap().containsKey("a")).isEqualTo(kind == Kind.AFTER_ACCESS);
            cache.invalidate("a");
        }
    }

    @Test
    void quietLooksRenewNothing() {
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        for (int i = 0; i < 4; i++) {
            ticker.advance(PAST.dividedBy(4));
            cache.asMap().containsKey("a");
            cache.policy().getIfPresentQuietly("a");
            cache.policy().getEntryIfPresentQuietly("a");
        }
        assertThat(present(cache)).isEmpty();
        assertToldAsExpiredOnce(cache);
    }

    // ---- leaving ---------------------------------------------------------------------------------------------------

    @Test
    void cleaningUpTakesOutWhatHasExpired() {
        Cache<Integer, Integer> cache =
                cache(this.<Integer, Integer>expiring(LIFE).recordStats());
        IntStream.range(0, 3_000).forEach(i -> cache.put(i, i));
        ticker.advance(PAST);
        for (int i = 0; i < 3; i++) {
            cache.cleanUp(); // Caffeine's takes out a thousand at a time
        }
        assertThat(cache.estimatedSize()).isZero();
        assertThat(cache.stats().evictionCount()).isEqualTo(3_000);
        IntStream.range(0, 3_000).forEach(i -> cache.put(i, -i));
        assertThat(cache.estimatedSize()).isEqualTo(3_000);
    }

    @Test
    void theWeightOfWhatHasExpiredIsFree() {
        Cache<Integer, Integer> cache = cache(this.<Integer, Integer>expiring(LIFE)
                .maximumWeight(1_000, (key, value) -> value)
                .recordStats());
        cache.put(1, 600);
        ticker.advance(PAST);
        cache.put(2, 700);
        cache.cleanUp();
        assertThat(present(cache)).isEqualTo(Map.of(2, 700));
        assertThat(cache.policy().eviction().orElseThrow().weightedSize()).hasValue(700);
        assertThat(cache.stats().evictionWeight()).isEqualTo(600);
    }

    @Test
    void aFullCacheLosesItsExpiredEntriesAndKeepsTheOthers() {
        Cache<Integer, Integer> cache =
                cache(this.<Integer, Integer>expiring(LIFE).maximumSize(400));
        IntStream.range(0, 200).forEach(i -> cache.put(i, i));
        ticker.advance(PAST.dividedBy(2));
        IntStream.range(200, 400).forEach(i -> cache.put(i, i));
        ticker.advance(PAST.dividedBy(2));
        cache.cleanUp();
        IntStream.range(400, 600).forEach(i -> cache.put(i, i));
        cache.cleanUp();
        assertThat(cache.asMap().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(200, 600).boxed().toList());
    }

    @Test
    void whatLivesNoTimeIsNeverSeen() {
        Cache<String, Integer> cache =
                cache(this.<String, Integer>expiring(Duration.ZERO).onRemoval(removals));
        cache.put("a", 1);
        assertThat(cache.getIfPresent("a")).isNull();
        assertThat(cache.asMap()).doesNotContainKey("a");
        assertThat(cache.get("b", key -> 2)).isEqualTo(2);
        assertThat(cache.getIfPresent("b")).isNull();
        ticker.advance(Duration.ofSeconds(2)); // by then Caffeine's wheel has turned, too
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isZero();
        assertThat(removals.told()).hasSize(2);
    }

    @Test
    void whatLivesForEverIsThereAfterYears() {
        AtomicLong time = new AtomicLong();
        Cache<String, Integer> cache = cache(
                this.<String, Integer>expiring(Duration.ofNanos(Long.MAX_VALUE)).ticker(time::get));
        cache.put("a", 1);
        for (int i = 0; i < 6; i++) {
            time.addAndGet(Duration.ofDays(3_650).toNanos());
            cache.cleanUp();
            assertThat(present(cache)).isEqualTo(Map.of("a", 1));
        }
    }

    // ---- policy ----------------------------------------------------------------------------------------------------

    @Test
    void theSnapshotOfAnEntryTellsWhenItExpires() {
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        ticker.advance(LIFE.dividedBy(4));
        Policy.CacheEntry<String, Integer> entry = cache.policy().getEntryIfPresentQuietly("a");
        assertThat(entry.snapshotAt()).isEqualTo(ticker.nanos());
        assertThat(entry.expiresAfter())
                .isBetween(
                        LIFE.multipliedBy(3).dividedBy(4), LIFE.multipliedBy(4).dividedBy(5));
        assertThat(entry.expiresAt() - ticker.nanos())
                .isEqualTo(entry.expiresAfter().toNanos());
        assertThat(entry.refreshableAfter()).isGreaterThan(Duration.ofDays(365));
    }

    private Policy.FixedExpiration<String, Integer> fixed(Cache<String, Integer> cache) {
        return (kind == Kind.AFTER_WRITE
                        ? cache.policy().expireAfterWrite()
                        : cache.policy().expireAfterAccess())
                .orElseThrow();
    }

    @Test
    void thePolicyIsThatOfItsKind() {
        Cache<String, Integer> cache = cache(expiring());
        assertThat(cache.policy().expireAfterWrite().isPresent()).isEqualTo(kind == Kind.AFTER_WRITE);
        assertThat(cache.policy().expireAfterAccess().isPresent()).isEqualTo(kind == Kind.AFTER_ACCESS);
        assertThat(cache.policy().expireVariably().isPresent()).isEqualTo(kind == Kind.VARIABLY);
        if (kind != Kind.VARIABLY) {
            assertThat(fixed(cache).getExpiresAfter()).isEqualTo(LIFE);
            assertThat(fixed(cache).getExpiresAfter(TimeUnit.SECONDS)).isEqualTo(60);
        }
    }

    @Test
    void aFixedPolicyTellsAges() {
        if (kind == Kind.VARIABLY) {
            return;
        }
        Cache<String, Integer> cache = withAnExpiredEntry();
        assertThat(fixed(cache).ageOf("a")).isEmpty();
        assertThat(fixed(cache).ageOf("x", TimeUnit.SECONDS)).isEmpty();
        assertThat(fixed(cache).ageOf("b", TimeUnit.SECONDS).orElseThrow()).isBetween(30L, 31L);
        cache.put("b", 3);
        assertThat(fixed(cache).ageOf("b", TimeUnit.SECONDS)).hasValue(0);
    }

    @Test
    void aFixedDurationCanBeMadeShorter() {
        if (kind == Kind.VARIABLY) {
            return;
        }
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        ticker.advance(Duration.ofSeconds(20));
        cache.put("b", 2);
        ticker.advance(Duration.ofSeconds(10));
        fixed(cache).setExpiresAfter(Duration.ofSeconds(25));
        assertThat(fixed(cache).getExpiresAfter()).isEqualTo(Duration.ofSeconds(25));
        assertThat(present(cache)).isEqualTo(Map.of("b", 2));
        cache.put("c", 3);
        ticker.advance(Duration.ofSeconds(16));
        assertThat(present(cache)).isEqualTo(Map.of("c", 3));
        assertThatThrownBy(() -> fixed(cache).setExpiresAfter(-1, TimeUnit.SECONDS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFixedDurationCanBeMadeLonger() {
        if (kind == Kind.VARIABLY) {
            return;
        }
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        ticker.advance(Duration.ofSeconds(30));
        fixed(cache).setExpiresAfter(2, TimeUnit.MINUTES);
        ticker.advance(Duration.ofSeconds(89));
        assertThat(cache.asMap()).containsKey("a");
        ticker.advance(Duration.ofSeconds(3));
        assertThat(cache.asMap()).doesNotContainKey("a");
    }

    @Test
    void theOldestAreThoseThatExpireFirst() {
        Cache<String, Integer> cache = cache(expiring());
        for (int i = 0; i < 10; i++) {
            cache.put("k" + i, i);
            ticker.advance(Duration.ofSeconds(1));
        }
        List<String> oldest;
        List<String> youngest;
        if (kind == Kind.VARIABLY) {
            Policy.VarExpiration<String, Integer> policy =
                    cache.policy().expireVariably().orElseThrow();
            oldest = new ArrayList<>(policy.oldest(3).keySet());
            youngest = new ArrayList<>(policy.youngest(2).keySet());
            assertThat(policy.<Long>oldest(entries -> entries.count())).isEqualTo(10);
            assertThat(policy.<Long>youngest(entries -> entries.count())).isEqualTo(10);
        } else {
            oldest = new ArrayList<>(fixed(cache).oldest(3).keySet());
            youngest = new ArrayList<>(fixed(cache).youngest(2).keySet());
            assertThat(fixed(cache).<Long>oldest(entries -> entries.count())).isEqualTo(10);
            assertThat(fixed(cache).<Long>youngest(entries -> entries.count())).isEqualTo(10);
        }
        assertThat(oldest).containsExactly("k0", "k1", "k2");
        assertThat(youngest).containsExactly("k9", "k8");
    }

    @Test
    void nothingIsCountedByLookingAtAPolicy() {
        Cache<String, Integer> cache = cache(expiring());
        cache.put("a", 1);
        cache.policy().getEntryIfPresentQuietly("a");
        if (kind != Kind.VARIABLY) {
            fixed(cache).ageOf("a");
            fixed(cache).oldest(5);
        }
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
    }
}
