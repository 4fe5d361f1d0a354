package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.EXPIRED;
import static com.github.benmanes.caffeine.cache.RemovalCause.EXPLICIT;
import static com.github.benmanes.caffeine.cache.RemovalCause.REPLACED;
import static io.heapwise.cache.contract.Notices.notice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.heapwise.memory.ManualTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Caches of futures: shared while they are under way, without weight or age until they are there, gone when they fail. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class AsyncContract {
    private final ManualTicker ticker = new ManualTicker();
    private final Notices<String, Integer> removals = new Notices<>();
    private final Notices<String, Integer> evictions = new Notices<>();
    private final List<AsyncCache<?, ?>> made = new ArrayList<>();

    abstract <K, V> AsyncCache<K, V> make(Setup<K, V> setup);

    abstract <K, V> AsyncLoadingCache<K, V> make(Setup<K, V> setup, AsyncCacheLoader<? super K, V> loader);

    abstract void verify(AsyncCache<?, ?> cache);

    private <K, V> AsyncCache<K, V> cache(Setup<K, V> setup) {
        AsyncCache<K, V> cache = make(setup);
        made.add(cache);
        return cache;
    }

    private <K, V> AsyncLoadingCache<K, V> loading(Setup<K, V> setup, AsyncCacheLoader<? super K, V> loader) {
        AsyncLoadingCache<K, V> cache = make(setup, loader);
        made.add(cache);
        return cache;
    }

    private Setup<String, Integer> watched() {
        return Setup.<String, Integer>plain()
                .ticker(ticker)
                .maximumSize(1_000)
                .onRemoval(removals)
                .onEviction(evictions)
                .recordStats();
    }

    @AfterEach
    void everyCacheIsStillSound() {
        made.forEach(this::verify);
    }

    private static void assertCounts(AsyncCache<?, ?> cache, int hits, int misses, int loads, int failures) {
        var stats = cache.synchronous().stats();
        assertThat(List.of(stats.hitCount(), stats.missCount(), stats.loadSuccessCount(), stats.loadFailureCount()))
                .as("hits, misses, successful loads, failed loads")
                .containsExactly((long) hits, (long) misses, (long) loads, (long) failures);
    }

    // ---- one key ---------------------------------------------------------------------------------------------------

    @Test
    void aFutureUnderWayIsSharedAndStays() {
        AsyncCache<String, Integer> cache = cache(watched());
        assertThat(cache.getIfPresent("a")).isNull();
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        assertThat(cache.get("a", (key, executor) -> loading)).isSameAs(loading);
        assertThat(cache.getIfPresent("a")).isSameAs(loading);
        assertThat(cache.get("a", (key, executor) -> {
                    throw new AssertionError("called");
                }))
                .isSameAs(loading);
        assertThat(cache.synchronous().getIfPresent("a")).as("not there yet").isNull();
        assertThat(cache.synchronous().asMap().containsKey("a")).isFalse();
        assertCounts(cache, 2, 3, 0, 0);
        loading.complete(1);
        assertThat(cache.getIfPresent("a").join()).isEqualTo(1);
        assertThat(cache.synchronous().getIfPresent("a")).isEqualTo(1);
        assertCounts(cache, 4, 3, 1, 0);
    }

    @Test
    void aMappingFunctionRunsOnTheExecutor() {
        List<Runnable> tasks = new ArrayList<>();
        AsyncCache<String, Integer> cache = cache(watched().executor(tasks::add));
        CompletableFuture<Integer> future = cache.get("a", String::length);
        assertThat(future).isNotDone();
        tasks.remove(0).run();
        assertThat(future.join()).isEqualTo(1);
        assertCounts(cache, 0, 1, 1, 0);
    }

    @Test
    void aFutureThatFailsLeavesAndNobodyIsTold() {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        CompletableFuture<Integer> got = cache.get("a", (key, executor) -> loading);
        loading.completeExceptionally(new IOException("on purpose"));
        assertThat(got).isCompletedExceptionally();
        assertThat(cache.getIfPresent("a")).isNull();
        assertThat(cache.asMap()).isEmpty();
        assertThat(removals.told()).isEmpty();
        assertCounts(cache, 0, 2, 0, 1);
        assertThat(cache.get("a", String::length).join()).isEqualTo(1);
    }

    @Test
    void aFutureOfNothingLeaves() {
        AsyncCache<String, Integer> cache = cache(watched());
        assertThat(cache.<Integer>get("a", key -> null).join()).isNull();
        assertThat(cache.asMap()).isEmpty();
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("b", loading);
        loading.complete(null);
        assertThat(cache.asMap()).isEmpty();
        assertThat(removals.told()).isEmpty();
        assertThat(cache.synchronous().stats().loadFailureCount()).isEqualTo(2);
    }

    @Test
    void aMappingFunctionThatThrowsInsteadLeavesNothing() {
        AsyncCache<String, Integer> cache = cache(watched());
        assertThatThrownBy(() -> cache.get("a", (key, executor) -> {
                    throw new ArithmeticException("on purpose");
                }))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get("a", (key, executor) -> null)).isInstanceOf(NullPointerException.class);
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void puttingReplaces() {
        AsyncCache<String, Integer> cache = cache(watched());
        cache.put("a", CompletableFuture.completedFuture(1));
        cache.put("a", CompletableFuture.completedFuture(2));
        assertThat(cache.synchronous().asMap()).isEqualTo(Map.of("a", 2));
        assertThat(removals.told()).containsExactly(notice("a", 1, REPLACED));
        cache.put("a", CompletableFuture.failedFuture(new IOException("on purpose")));
        assertThat(cache.getIfPresent("a")).isNull();
    }

    @Test
    void whatIsPutWhileALoadIsUnderWayStays() {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.get("a", (key, executor) -> loading);
        cache.put("a", CompletableFuture.completedFuture(2));
        loading.complete(1);
        assertThat(cache.synchronous().getIfPresent("a")).isEqualTo(2);
        assertThat(removals.told()).containsExactly(notice("a", 1, REPLACED));
    }

    @Test
    void anEntryThatLeftBeforeItWasCompleteIsToldWhenItIs() {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        CompletableFuture<Integer> failing = new CompletableFuture<>();
        cache.put("a", loading);
        cache.put("b", failing);
        cache.synchronous().invalidateAll();
        assertThat(cache.asMap()).isEmpty();
        assertThat(removals.told()).isEmpty();
        loading.complete(1);
        failing.completeExceptionally(new IOException("on purpose"));
        assertThat(removals.told()).containsExactly(notice("a", 1, EXPLICIT));
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void nullsAreRefused() {
        AsyncCache<String, Integer> cache = cache(watched());
        assertThatThrownBy(() -> cache.getIfPresent(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> cache.get(null, String::length)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> cache.put("a", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> cache.put(null, new CompletableFuture<>())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> cache.getAll(null, keys -> Map.of())).isInstanceOf(NullPointerException.class);
        assertThat(cache.asMap()).isEmpty();
    }

    // ---- weight and age --------------------------------------------------------------------------------------------

    @Test
    void aFutureUnderWayWeighsNothingAndItsValueDoes() {
        AsyncCache<String, Integer> cache = cache(Setup.<String, Integer>plain()
                .maximumWeight(100, (key, value) -> value)
                .onEviction(evictions)
                .recordStats());
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("a", loading);
        var eviction = cache.synchronous().policy().eviction().orElseThrow();
        assertThat(eviction.weightedSize()).hasValue(0);
        loading.complete(60);
        assertThat(eviction.weightedSize()).hasValue(60);
        cache.put("b", CompletableFuture.completedFuture(70));
        cache.synchronous().cleanUp();
        assertThat(eviction.weightedSize().orElseThrow()).isIn(60L, 70L);
        assertThat(evictions.told()).hasSize(1);
    }

    @Test
    void aFutureUnderWayIsNotEvicted() {
        AsyncCache<String, Integer> cache = cache(Setup.<String, Integer>plain()
                .maximumWeight(100, (key, value) -> 1)
                .onEviction(evictions));
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("a", loading);
        IntStream.range(0, 1_000).forEach(i -> cache.put("k" + i, CompletableFuture.completedFuture(i)));
        cache.synchronous().cleanUp();
        assertThat(cache.getIfPresent("a")).isSameAs(loading);
        assertThat(evictions.count(RemovalCause.SIZE)).isEqualTo(900);
        loading.complete(5);
        cache.synchronous().cleanUp();
        assertThat(cache.synchronous().estimatedSize()).isEqualTo(100);
    }

    @Test
    void aValueTooHeavyToKeepLeavesOnce() {
        AsyncCache<String, Integer> cache = cache(Setup.<String, Integer>plain()
                .maximumWeight(100, (key, value) -> value)
                .onRemoval(removals)
                .onEviction(evictions));
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("a", loading);
        loading.complete(101);
        cache.synchronous().cleanUp();
        assertThat(cache.asMap()).isEmpty();
        assertThat(evictions.told()).containsExactly(notice("a", 101, RemovalCause.SIZE));
        assertThat(removals.told()).containsExactly(notice("a", 101, RemovalCause.SIZE));
    }

    @Test
    void ageBeginsWhenTheValueIsThere() {
        for (Setup<String, Integer> setup : List.of(
                watched().expireAfterWrite(Duration.ofMinutes(1)),
                watched().expireAfterAccess(Duration.ofMinutes(1)),
                watched()
                        .expireAfter(Expiry.creating((String key, Integer value) -> Duration.ofSeconds(60 * value))))) {
            AsyncCache<String, Integer> cache = cache(setup);
            CompletableFuture<Integer> loading = new CompletableFuture<>();
            cache.put("a", loading);
            ticker.advance(Duration.ofHours(2));
            cache.synchronous().cleanUp();
            assertThat(cache.getIfPresent("a")).isSameAs(loading);
            loading.complete(1);
            ticker.advance(Duration.ofSeconds(59));
            assertThat(cache.synchronous().asMap().containsKey("a")).isTrue();
            ticker.advance(Duration.ofSeconds(2));
            assertThat(cache.getIfPresent("a")).isNull();
            cache.synchronous().cleanUp();
            assertThat(evictions.told()).contains(notice("a", 1, EXPIRED));
        }
        assertThat(evictions.told()).hasSize(3);
    }

    // ---- many keys -------------------------------------------------------------------------------------------------

    @Test
    void aBulkLoadLoadsWhatIsMissing() {
        AsyncCache<String, Integer> cache = cache(watched());
        cache.put("a", CompletableFuture.completedFuture(1));
        CompletableFuture<Integer> underWay = new CompletableFuture<>();
        cache.put("b", underWay);
        List<Set<? extends String>> asked = new ArrayList<>();
        CompletableFuture<Map<String, Integer>> all = cache.getAll(List.of("a", "b", "c", "d", "a"), keys -> {
            asked.add(keys);
            return Map.of("c", 3, "z", 26);
        });
        assertThat(asked).containsExactly(Set.of("c", "d"));
        assertThat(all).isNotDone();
        underWay.complete(2);
        assertThat(all.join()).isEqualTo(Map.of("a", 1, "b", 2, "c", 3));
        assertThat(cache.synchronous().asMap()).isEqualTo(Map.of("a", 1, "b", 2, "c", 3, "z", 26));
        assertThatThrownBy(() -> all.join().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void whoWantsAKeyOfABulkLoadSharesIt() {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Map<String, Integer>> loading = new CompletableFuture<>();
        CompletableFuture<Map<String, Integer>> all = cache.getAll(List.of("a", "b"), (keys, executor) -> loading);
        CompletableFuture<Integer> single = cache.get("a", key -> {
            throw new AssertionError("called");
        });
        CompletableFuture<Map<String, Integer>> other = cache.getAll(List.of("b", "a"), keys -> {
            throw new AssertionError("called");
        });
        assertThat(single).isNotDone();
        loading.complete(Map.of("a", 1, "b", 2));
        assertThat(single.join()).isEqualTo(1);
        assertThat(all.join()).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(other.join()).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(cache.synchronous().stats().loadSuccessCount()).isEqualTo(1);
    }

    @Test
    void aBulkLoadThatFailsFreesItsKeys() {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Map<String, Integer>> loading = new CompletableFuture<>();
        CompletableFuture<Map<String, Integer>> all = cache.getAll(List.of("a", "b"), (keys, executor) -> loading);
        loading.completeExceptionally(new IOException("on purpose"));
        assertThatThrownBy(all::join).isInstanceOf(CompletionException.class).hasRootCauseInstanceOf(IOException.class);
        assertThat(cache.asMap()).isEmpty();
        assertThatThrownBy(() -> cache.getAll(List.of("a"), (keys, executor) -> {
                    throw new ArithmeticException("on purpose");
                }))
                .isInstanceOf(ArithmeticException.class);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.synchronous().stats().loadFailureCount()).isEqualTo(2);
        assertThat(cache.get("a", key -> 1).join()).isEqualTo(1);
    }

    // ---- the map of futures ----------------------------------------------------------------------------------------

    @Test
    void theMapHoldsFutures() {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Integer> one = CompletableFuture.completedFuture(1);
        CompletableFuture<Integer> pending = new CompletableFuture<>();
        assertThat(cache.asMap().put("a", one)).isNull();
        assertThat(cache.asMap().putIfAbsent("a", pending)).isSameAs(one);
        assertThat(cache.asMap().computeIfAbsent("b", key -> pending)).isSameAs(pending);
        assertThat(cache.asMap().get("b")).isSameAs(pending);
        assertThat(new HashMap<>(cache.asMap())).isEqualTo(Map.of("a", one, "b", pending));
        assertThat(cache.asMap().remove("a", one)).isTrue();
        pending.completeExceptionally(new IOException("on purpose"));
        assertThat(cache.asMap()).isEmpty();
        assertThat(removals.told()).containsExactly(notice("a", 1, EXPLICIT));
    }

    // ---- loading ---------------------------------------------------------------------------------------------------

    /** Loads when the test says so. */
    private static final class Scripted implements AsyncCacheLoader<String, Integer> {
        final Map<String, CompletableFuture<Integer>> loads = new HashMap<>();
        final List<CompletableFuture<Integer>> reloads = new ArrayList<>();

        @Override
        public CompletableFuture<Integer> asyncLoad(String key, Executor executor) {
            return loads.computeIfAbsent(key, k -> new CompletableFuture<>());
        }

        @Override
        public CompletableFuture<Integer> asyncReload(String key, Integer oldValue, Executor executor) {
            CompletableFuture<Integer> reload = new CompletableFuture<>();
            reloads.add(reload);
            return reload;
        }
    }

    @Test
    void aLoadingCacheLoadsEachKeyOnce() {
        Scripted loader = new Scripted();
        AsyncLoadingCache<String, Integer> cache = loading(watched(), loader);
        CompletableFuture<Integer> a = cache.get("a");
        assertThat(cache.get("a")).isSameAs(a);
        CompletableFuture<Map<String, Integer>> all = cache.getAll(List.of("a", "b"));
        assertThat(loader.loads).containsOnlyKeys("a", "b");
        loader.loads.get("a").complete(1);
        assertThat(a.join()).isEqualTo(1);
        assertThat(all).isNotDone();
        loader.loads.get("b").complete(2);
        assertThat(all.join()).isEqualTo(Map.of("a", 1, "b", 2));
        assertThat(cache.synchronous().get("a")).isEqualTo(1);
        assertThat(cache.synchronous().getAll(List.of("a", "b"))).isEqualTo(Map.of("a", 1, "b", 2));
    }

    @Test
    void aBulkLoaderIsAskedForAllAtOnce() {
        List<Set<? extends String>> asked = new ArrayList<>();
        AsyncLoadingCache<String, Integer> cache = loading(watched(), AsyncCacheLoader.bulk(keys -> {
            asked.add(Set.copyOf(keys));
            Map<String, Integer> values = new HashMap<>();
            keys.forEach(key -> values.put(key, key.length()));
            return values;
        }));
        assertThat(cache.getAll(List.of("a", "bb")).join()).isEqualTo(Map.of("a", 1, "bb", 2));
        assertThat(cache.synchronous().getAll(List.of("a", "ccc"))).isEqualTo(Map.of("a", 1, "ccc", 3));
        assertThat(asked).containsExactly(Set.of("a", "bb"), Set.of("ccc"));
    }

    @Test
    void aDueValueIsReloadedWhileTheOldOneIsServed() {
        Scripted loader = new Scripted();
        AsyncLoadingCache<String, Integer> cache = loading(watched().refreshAfterWrite(Duration.ofMinutes(1)), loader);
        cache.put("a", CompletableFuture.completedFuture(1));
        ticker.advance(Duration.ofSeconds(61));
        assertThat(cache.get("a").join()).isEqualTo(1);
        assertThat(cache.getIfPresent("a").join()).isEqualTo(1);
        assertThat(loader.reloads).hasSize(1);
        loader.reloads.get(0).complete(2);
        assertThat(cache.get("a").join()).isEqualTo(2);
        assertThat(removals.told()).containsExactly(notice("a", 1, REPLACED));
        assertThat(loader.reloads).hasSize(1);
    }

    @Test
    void theViewRefreshes() {
        Scripted loader = new Scripted();
        AsyncLoadingCache<String, Integer> cache = loading(watched(), loader);
        cache.put("a", CompletableFuture.completedFuture(1));
        CompletableFuture<Integer> refresh = cache.synchronous().refresh("a");
        assertThat(refresh).isNotDone();
        assertThat(cache.synchronous().getIfPresent("a")).isEqualTo(1);
        loader.reloads.get(0).complete(2);
        assertThat(refresh.join()).isEqualTo(2);
        assertThat(cache.get("a").join()).isEqualTo(2);
    }

    // ---- the view by values ----------------------------------------------------------------------------------------

    @Test
    void theViewWaitsForAValueUnderWay() throws Exception {
        AsyncCache<String, Integer> cache = cache(watched());
        CompletableFuture<Integer> loading = new CompletableFuture<>();
        cache.put("a", loading);
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Integer>> hands = List.of(
                    crew.start(() -> cache.synchronous().get("a", key -> 5)),
                    crew.start(() -> cache.synchronous().asMap().putIfAbsent("a", 6)));
            hands.forEach(Crew.Hand::awaitStuck);
            assertThat(hands).noneMatch(Crew.Hand::isDone);
            loading.complete(1);
            for (Crew.Hand<Integer> hand : hands) {
                assertThat(hand.result()).isEqualTo(1);
            }
            assertThat(cache.synchronous().asMap().merge("a", 1, Integer::sum)).isEqualTo(2);
        }
    }

    @Test
    void theViewShowsNoneThatIsUnderWay() {
        AsyncCache<String, Integer> cache = cache(watched());
        cache.put("a", new CompletableFuture<>());
        cache.put("b", CompletableFuture.completedFuture(2));
        Map<String, Integer> map = cache.synchronous().asMap();
        assertThat(map.keySet().iterator().next()).isEqualTo("b");
        assertThat(map.values().stream().toList()).containsExactly(2);
        assertThat(cache.synchronous().getAllPresent(List.of("a", "b"))).isEqualTo(Map.of("b", 2));
        assertThat(cache.synchronous().policy().getIfPresentQuietly("a")).isNull();
        assertThat(cache.asMap()).hasSize(2);
        cache.synchronous().invalidateAll();
    }
}
