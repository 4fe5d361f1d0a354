package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four threads do everything at once, a bounded number of times; then the books have to be right. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ConcurrencyTest {
    private static final int THREADS = 4;
    private static final int OPERATIONS = 150_000;

    /** A value that knows its key and is told of at most once. */
    private static final class Tracked {
        final int key;
        final LongAdder left = new LongAdder();

        Tracked(int key) {
            this.key = key;
        }
    }

    private final AtomicLong time = new AtomicLong();
    private final AtomicBoolean isTimeOver = new AtomicBoolean();
    private final LongAdder made = new LongAdder();
    private final LongAdder told = new LongAdder();
    private final LongAdder toldTwice = new LongAdder();

    private Tracked make(int key) {
        made.increment();
        return new Tracked(key);
    }

    private Map<Integer, Tracked> makeAll(Set<? extends Integer> keys) {
        return keys.stream().collect(Collectors.toMap(key -> key, this::make));
    }

    private void left(Integer key, Tracked value, RemovalCause cause) {
        told.increment();
        value.left.increment();
        if (value.left.sum() != 1 || value.key != key) {
            toldTwice.increment();
        }
    }

    private void storm(int keys, boolean clears, UnaryOperator<MemoryAwareCacheBuilder<Integer, Tracked>> bound)
            throws Exception {
        storm(keys, clears, HeapwiseMaker.calm(builder -> bound.apply(builder.removalListener(this::left))));
    }

    private void storm(int keys, boolean clears, MemoryAwareCache<Integer, Tracked> cache) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Object>> hands = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                SplittableRandom random = new SplittableRandom(1_000 + thread);
                hands.add(crew.start(() -> {
                    start.await();
                    for (int i = 0; i < OPERATIONS; i++) {
                        operate(cache, random, random.nextInt(keys), clears);
                    }
                    return null;
                }));
            }
            for (Crew.Hand<Object> hand : hands) {
                hand.resultWithin(110);
            }
        }
        isTimeOver.set(true);
        cache.cleanUp();
        CacheIntegrity.check(cache);
        assertThat(CacheIntegrity.flights(cache)).isZero();
        for (Map.Entry<Integer, Tracked> entry : cache.asMap().entrySet()) {
            assertThat(entry.getValue().key).isEqualTo(entry.getKey());
            assertThat(entry.getValue().left.sum()).isZero();
            assertThat(cache.getIfPresent(entry.getKey())).isSameAs(entry.getValue());
        }
        assertThat(toldTwice.sum()).as("told twice, or under another key").isZero();
        assertThat(told.sum() + cache.estimatedSize()).as("told + present").isEqualTo(made.sum());
    }

    private void operate(MemoryAwareCache<Integer, Tracked> cache, SplittableRandom random, int key, boolean clears) {
        Tracked seen = null;
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> seen = cache.getIfPresent(key);
            case 5, 6, 7 -> cache.put(key, make(key));
            case 8, 9 -> seen = cache.get(key, this::make);
            case 10 -> cache.invalidate(key);
            case 11 -> cache.asMap().remove(key);
            case 12 -> seen = cache.asMap().compute(key, (k, old) -> old == null ? make(k) : null);
            case 13 -> seen = cache.asMap().computeIfPresent(key, (k, old) -> make(k));
            case 14 -> seen = cache.asMap().merge(key, make(key), (old, given) -> given);
            case 15 -> {
                Tracked given = make(key);
                if (cache.asMap().putIfAbsent(key, given) != null) {
                    made.decrement();
                }
            }
            case 16 -> {
                Tracked given = make(key);
                if (cache.asMap().replace(key, given) == null) {
                    made.decrement();
                }
            }
            case 17 -> {
                Tracked present = cache.policy().getIfPresentQuietly(key);
                if (present != null) {
                    cache.asMap().remove(key, present);
                }
            }
            case 18 -> {
                Iterator<Tracked> some = cache.asMap().values().iterator();
                for (int i = 0; i < 5 && some.hasNext(); i++) {
                    some.next();
                    if (i == 3) {
                        some.remove();
                    }
                }
            }
            default -> {
                if (random.nextInt(8) == 0) {
                    Map<Integer, Tracked> several = cache.getAll(List.of(key + 2, key, key + 1), this::makeAll);
                    seen = several.get(key);
                }
                if (clears && random.nextInt(500) == 0) {
                    cache.invalidateAll();
                }
            }
        }
        if (seen != null && seen.key != key) {
            throw new AssertionError("key " + key + " has the value of " + seen.key);
        }
    }

    @Test
    void aSmallCacheUnderContention() throws Exception {
        storm(64, true, builder -> builder.maximumSize(32));
    }

    @Test
    void aCacheThatGrowsSplitsAndEvicts() throws Exception {
        storm(60_000, false, builder -> builder.maximumSize(30_000));
    }

    @Test
    void aCacheThatGrowsAndIsCleared() throws Exception {
        storm(20_000, true, builder -> builder.maximumSize(100_000));
    }

    @Test
    void aWeightedCache() throws Exception {
        storm(5_000, true, builder -> builder.maximumWeight(20_000).weigher((key, value) -> key % 16));
    }

    @Test
    void anAdaptiveCacheThatGrowsSplitsAndEvicts() throws Exception {
        storm(60_000, false, builder -> builder.maximumSize(30_000).evictionPolicy(EvictionPolicy.ADAPTIVE));
    }

    @Test
    void aSmallAdaptiveCacheThatIsCleared() throws Exception {
        storm(1_000, true, builder -> builder.maximumSize(300).evictionPolicy(EvictionPolicy.ADAPTIVE));
    }

    @Test
    void anAdaptiveCacheWithWeightsAndDeadlines() throws Exception {
        storm(
                5_000,
                true,
                builder -> builder.maximumWeight(20_000)
                        .weigher((key, value) -> key % 16)
                        .evictionPolicy(EvictionPolicy.ADAPTIVE)
                        .ticker(this::nanos)
                        .expireAfterAccess(Duration.ofMillis(100)));
    }

    /** A microsecond goes by with each look at it, until the storm is over. */
    private long nanos() {
        return isTimeOver.get() ? time.get() : time.addAndGet(1_000);
    }

    @Test
    void aCacheWhoseEntriesExpireAfterWritesAndUses() throws Exception {
        storm(
                20_000,
                true,
                builder -> builder.maximumSize(15_000)
                        .ticker(this::nanos)
                        .expireAfterWrite(Duration.ofMillis(200))
                        .expireAfterAccess(Duration.ofMillis(50))
                        .expiryJitter(0.5));
    }

    @Test
    void anAdaptiveCacheWhoseEntriesExpire() throws Exception {
        storm(
                20_000,
                true,
                builder -> builder.maximumSize(8_000)
                        .evictionPolicy(EvictionPolicy.ADAPTIVE)
                        .ticker(this::nanos)
                        .expireAfterWrite(Duration.ofMillis(200))
                        .expireAfterAccess(Duration.ofMillis(50)));
    }

    @Test
    void aCacheWhoseEntriesHaveDurationsOfTheirOwn() throws Exception {
        storm(
                5_000,
                true,
                builder -> builder.maximumWeight(20_000)
                        .weigher((key, value) -> key % 16)
                        .ticker(this::nanos)
                        .expireAfter(Expiry.accessing((key, value) -> Duration.ofMillis(1 + key % 100))));
    }

    /** Seconds go by with each look: tables are given new bases all the time. */
    @Test
    void aCacheWhoseTimeFlies() throws Exception {
        storm(
                2_000,
                true,
                builder -> builder.maximumSize(1_500)
                        .ticker(() -> nanos() * 1_000_000)
                        .expireAfterWrite(Duration.ofHours(20))
                        .expireAfterAccess(Duration.ofHours(10)));
    }

    @Test
    void aCacheOfFutures() throws Exception {
        MemoryAwareCacheBuilder<Integer, Tracked> builder = MemoryAwareCache.<Integer, Tracked>builder()
                .executor(Runnable::run)
                .removalListener(this::left)
                .maximumSize(3_000)
                .ticker(this::nanos)
                .expireAfterWrite(Duration.ofMillis(100));
        storm(5_000, true, builder.buildAsync().synchronous());
    }

    @Test
    void aCacheWhoseMaximumMovesMeanwhile() throws Exception {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(10_000));
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> mover = crew.start(() -> {
                SplittableRandom random = new SplittableRandom(7);
                for (int i = 0; i < 2_000; i++) {
                    cache.policy().eviction().orElseThrow().setMaximum(random.nextInt(10_000));
                }
                cache.policy().eviction().orElseThrow().setMaximum(100);
                return null;
            });
            Crew.Hand<Object> writer = crew.start(() -> {
                for (int i = 0; i < 400_000; i++) {
                    cache.put(i, i);
                }
                return null;
            });
            mover.resultWithin(60);
            writer.resultWithin(60);
        }
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(100).isGreaterThan(50);
        CacheIntegrity.check(cache);
    }

    @Test
    void aKeyThatStaysIsNeverMissedWhileOthersComeAndGo() throws Exception {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(1_000_000));
        for (int key = 0; key < 100; key++) {
            cache.put(key, key);
        }
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> writer = crew.start(() -> {
                for (int round = 0; round < 4; round++) {
                    for (int i = 100; i < 50_000; i++) {
                        cache.put(i, i);
                    }
                    for (int i = 100; i < 50_000; i++) {
                        cache.invalidate(i);
                    }
                }
                return null;
            });
            while (!writer.isDone()) {
                for (int key = 0; key < 100; key++) {
                    assertThat(cache.getIfPresent(key)).isEqualTo(key);
                }
            }
            writer.result();
        }
        assertThat(cache.estimatedSize()).isEqualTo(100);
        CacheIntegrity.check(cache);
    }
}
