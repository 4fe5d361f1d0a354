package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import com.github.benmanes.caffeine.cache.stats.ConcurrentStatsCounter;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When each counter of {@link CacheStats} moves, and when it does not. */
abstract class StatsContract extends Contract {
    StatsContract(CacheMaker maker) {
        super(maker);
    }

    private static void assertCounts(Cache<?, ?> cache, int hits, int misses, int loads, int failures) {
        CacheStats stats = cache.stats();
        assertThat(List.of(stats.hitCount(), stats.missCount(), stats.loadSuccessCount(), stats.loadFailureCount()))
                .as("hits, misses, successful loads, failed loads")
                .containsExactly((long) hits, (long) misses, (long) loads, (long) failures);
    }

    private Cache<String, Integer> recording() {
        return cache(Setup.<String, Integer>any().recordStats());
    }

    private static <T> T failing(Object key) {
        throw new ArithmeticException("on purpose");
    }

    @Test
    void nothingIsCountedUnlessAskedFor() {
        Cache<String, Integer> cache = cache();
        cache.get("a", String::length);
        cache.getIfPresent("a");
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
        assertThat(cache.policy().isRecordingStats()).isFalse();
    }

    @Test
    void aLookUpIsAHitOrAMiss() {
        Cache<String, Integer> cache = recording();
        cache.getIfPresent("a");
        assertCounts(cache, 0, 1, 0, 0);
        cache.put("a", 1);
        cache.getIfPresent("a");
        cache.getIfPresent("a");
        assertCounts(cache, 2, 1, 0, 0);
        assertThat(cache.policy().isRecordingStats()).isTrue();
    }

    @Test
    void aLoadIsAMissAndALoad() {
        Cache<String, Integer> cache = recording();
        cache.get("a", String::length);
        assertCounts(cache, 0, 1, 1, 0);
        cache.get("a", String::length);
        assertCounts(cache, 1, 1, 1, 0);
    }

    @Test
    void aLoadThatFindsNothingOrThrowsIsAFailure() {
        Cache<String, Integer> cache = recording();
        cache.get("a", key -> null);
        assertCounts(cache, 0, 1, 0, 1);
        assertThatThrownBy(() -> cache.get("a", StatsContract::failing)).isInstanceOf(ArithmeticException.class);
        assertCounts(cache, 0, 2, 0, 2);
    }

    @Test
    void manyLookUpsCountEachKeyOnce() {
        Cache<String, Integer> cache = recording();
        cache.put("a", 1);
        cache.getAllPresent(List.of("a", "b", "c", "a"));
        assertCounts(cache, 1, 2, 0, 0);
    }

    @Test
    void aBulkLoadIsOneLoad() {
        Cache<String, Integer> cache = recording();
        cache.put("a", 1);
        cache.getAll(List.of("a", "b", "c"), keys -> Map.of("b", 2, "c", 3));
        assertCounts(cache, 1, 2, 1, 0);
        assertThatThrownBy(() -> cache.getAll(List.of("x", "y"), StatsContract::failing))
                .isInstanceOf(ArithmeticException.class);
        assertCounts(cache, 1, 4, 1, 1);
    }

    @Test
    void writesAndInvalidationsCountNothing() {
        Cache<String, Integer> cache = recording();
        cache.put("a", 1);
        cache.putAll(Map.of("b", 2));
        cache.invalidate("a");
        cache.invalidateAll(List.of("b"));
        cache.invalidateAll();
        cache.cleanUp();
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
    }

    @Test
    void plainOperationsOfTheMapViewCountNothing() {
        Cache<String, Integer> cache = recording();
        cache.asMap().put("a", 1);
        cache.asMap().get("a");
        cache.asMap().get("b");
        cache.asMap().getOrDefault("b", 3);
        cache.asMap().containsKey("a");
        cache.asMap().putIfAbsent("a", 2);
        cache.asMap().replace("a", 5);
        cache.asMap().replace("a", 5, 6);
        cache.asMap().remove("a", 1);
        cache.asMap().remove("a");
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
    }

    @Test
    void computingOperationsOfTheMapViewCountTheirLoads() {
        Cache<String, Integer> cache = recording();
        cache.asMap().computeIfAbsent("a", String::length);
        assertCounts(cache, 0, 1, 1, 0);
        cache.asMap().computeIfAbsent("a", String::length);
        assertCounts(cache, 1, 1, 1, 0);
        cache.asMap().computeIfPresent("a", (key, value) -> 2);
        assertCounts(cache, 1, 1, 2, 0);
        cache.asMap().compute("b", (key, value) -> 7);
        assertCounts(cache, 1, 1, 3, 0);
        cache.asMap().merge("b", 1, Integer::sum);
        assertCounts(cache, 1, 1, 4, 0);
    }

    @Test
    void failedComputationsOfTheMapViewAreLoadFailures() {
        Cache<String, Integer> cache = recording();
        cache.put("a", 1);
        assertThatThrownBy(() -> cache.asMap().computeIfPresent("a", (key, value) -> failing(key)))
                .isInstanceOf(ArithmeticException.class);
        assertCounts(cache, 0, 0, 0, 1);
        assertThatThrownBy(() -> cache.asMap().compute("a", (key, value) -> failing(key)))
                .isInstanceOf(ArithmeticException.class);
        assertCounts(cache, 0, 0, 0, 2);
        assertThatThrownBy(() -> cache.asMap().merge("a", 1, (a, b) -> failing(a)))
                .isInstanceOf(ArithmeticException.class);
        assertCounts(cache, 0, 0, 0, 3);
        assertThatThrownBy(() -> cache.asMap().computeIfAbsent("b", StatsContract::failing))
                .isInstanceOf(ArithmeticException.class);
        assertCounts(cache, 0, 1, 0, 4);
    }

    @Test
    void anAbsentKeyWithNothingToMergeCountsNothing() {
        Cache<String, Integer> cache = recording();
        cache.asMap().computeIfPresent("a", (key, value) -> 2);
        assertThat(cache.stats()).isEqualTo(CacheStats.empty());
        cache.asMap().merge("a", 1, Integer::sum);
        assertCounts(cache, 0, 0, 0, 0);
    }

    @Test
    void evictionsAreCountedWithTheirWeight() {
        Cache<Integer, Integer> cache =
                cache(Setup.<Integer, Integer>any().recordStats().maximumWeight(100, (key, value) -> 7));
        IntStream.range(0, 1_000).forEach(i -> cache.put(i, i));
        cache.cleanUp();
        CacheStats stats = cache.stats();
        assertThat(stats.evictionCount()).isEqualTo(1_000 - cache.estimatedSize());
        assertThat(stats.evictionWeight()).isEqualTo(7 * stats.evictionCount());
    }

    @Test
    void anEvictionWeighsOneWithoutAWeigher() {
        Cache<Integer, Integer> cache =
                cache(Setup.<Integer, Integer>any().recordStats().maximumSize(100));
        IntStream.range(0, 1_000).forEach(i -> cache.put(i, i));
        cache.cleanUp();
        CacheStats stats = cache.stats();
        assertThat(stats.evictionCount()).isEqualTo(1_000 - cache.estimatedSize());
        assertThat(stats.evictionWeight()).isEqualTo(stats.evictionCount());
    }

    @Test
    void theTimeOfALoadIsAddedUp() {
        Cache<String, Integer> cache = recording();
        cache.get("a", key -> {
            long end = System.nanoTime() + 1_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return 1;
        });
        assertThat(cache.stats().totalLoadTime()).isGreaterThanOrEqualTo(1_000);
    }

    @Test
    void statsAreASnapshotThatDoesNotMove() {
        Cache<String, Integer> cache = recording();
        CacheStats before = cache.stats();
        cache.getIfPresent("a");
        assertThat(before).isEqualTo(CacheStats.empty());
        assertThat(cache.stats().minus(before).missCount()).isEqualTo(1);
    }

    @Test
    void aCounterOfTheCallersChoiceIsUsed() {
        ConcurrentStatsCounter counter = new ConcurrentStatsCounter();
        Cache<String, Integer> cache = cache(Setup.<String, Integer>any().recordStats(() -> counter));
        cache.get("a", String::length);
        cache.getIfPresent("a");
        assertThat(counter.snapshot()).isEqualTo(cache.stats());
        assertCounts(cache, 1, 1, 1, 0);
    }

    @Test
    void aCounterThatThrowsHarmsNobody() {
        Cache<Integer, Integer> cache =
                cache(Setup.<Integer, Integer>any().maximumSize(10).recordStats(ThrowingCounter::new));
        for (int i = 0; i < 15; i++) {
            assertThat(cache.get(i, key -> key + 1)).isEqualTo(i + 1);
            assertThat(cache.getIfPresent(-1)).isNull();
        }
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(10);
    }

    @Test
    void aLoadingCacheCountsAsTheOthersDo() {
        LoadingCache<String, Integer> cache =
                loading(Setup.<String, Integer>any().recordStats(), String::length);
        cache.get("a");
        cache.get("a");
        cache.getAll(List.of("a", "bb", "ccc"));
        assertCounts(cache, 2, 3, 3, 0);
    }

    private static final class ThrowingCounter implements StatsCounter {
        @Override
        public void recordHits(int count) {
            failing(count);
        }

        @Override
        public void recordMisses(int count) {
            failing(count);
        }

        @Override
        public void recordLoadSuccess(long loadTime) {
            failing(loadTime);
        }

        @Override
        public void recordLoadFailure(long loadTime) {
            failing(loadTime);
        }

        @Override
        public void recordEviction(int weight, RemovalCause cause) {
            failing(cause);
        }

        @Override
        public CacheStats snapshot() {
            return CacheStats.empty();
        }
    }
}
