package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the adaptive policy is for: loads on which an LRU fails, and those on which a policy against scans does. */
final class AdaptiveHitRateTest {
    private static MemoryAwareCache<Integer, Integer> adaptive(int capacity) {
        return HeapwiseMaker.calm(builder -> builder.maximumSize(capacity).evictionPolicy(EvictionPolicy.ADAPTIVE));
    }

    private static MemoryAwareCache<Integer, Integer> lru(int capacity) {
        return HeapwiseMaker.calm(builder -> builder.maximumSize(capacity).evictionPolicy(EvictionPolicy.LRU));
    }

    /** Hits of a hundred, over the requests from {@code from} to {@code to}. */
    private static double hitRate(Cache<Integer, Integer> cache, int from, int to, IntUnaryOperator requests) {
        int hits = 0;
        for (int i = from; i < to; i++) {
            int key = requests.applyAsInt(i);
            if (cache.getIfPresent(key) == null) {
                cache.put(key, key);
            } else {
                hits++;
            }
        }
        return 100.0 * hits / (to - from);
    }

    /** Any order that evicts the eldest finds nothing of it. The best that can be is the cache's share of the loop. */
    @ParameterizedTest
    @ValueSource(ints = {200, 2_000, 20_000})
    void ofALoopTwiceTheSizeOfTheCacheNearlyHalfIsFound(int capacity) {
        MemoryAwareCache<Integer, Integer> cache = adaptive(capacity);
        IntUnaryOperator loop = i -> i % (2 * capacity);
        hitRate(cache, 0, 20 * capacity, loop);
        assertThat(hitRate(cache, 20 * capacity, 40 * capacity, loop)).isGreaterThan(45);
        assertThat(hitRate(lru(capacity), 0, 40 * capacity, loop)).isZero();
        CacheIntegrity.check(cache);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 2_000, 20_000})
    void aScanDoesNotDriveOutWhatIsAskedForOften(int capacity) {
        SplittableRandom random = new SplittableRandom(1);
        MemoryAwareCache<Integer, Integer> cache = adaptive(capacity);
        IntUnaryOperator often = i -> random.nextInt(capacity * 3 / 4);
        hitRate(cache, 0, 30 * capacity, often);
        hitRate(cache, 0, 5 * capacity, i -> 1_000_000 + i);
        assertThat(hitRate(cache, 0, capacity, often)).isGreaterThan(95);
        CacheIntegrity.check(cache);
    }

    /** Each key is asked for three times within a short while, and never again: frequency says nothing. */
    @ParameterizedTest
    @ValueSource(ints = {200, 2_000, 20_000})
    void whatIsAskedForAgainSoonIsFoundThoughItIsNewEachTime(int capacity) {
        SplittableRandom random = new SplittableRandom(2);
        MemoryAwareCache<Integer, Integer> cache = adaptive(capacity);
        IntUnaryOperator recent = i -> i / 3 - random.nextInt(capacity / 3);
        hitRate(cache, 0, 40 * capacity, recent);
        double best = hitRate(lru(capacity), 0, 40 * capacity, recent);
        assertThat(hitRate(cache, 40 * capacity, 60 * capacity, recent)).isGreaterThan(best - 3);
    }

    /** From a load on which recency alone counts to one on which it is of no use at all, and back. */
    @ParameterizedTest
    @ValueSource(ints = {500, 5_000})
    void itTurnsWhenTheLoadDoes(int capacity) {
        SplittableRandom random = new SplittableRandom(3);
        MemoryAwareCache<Integer, Integer> cache = adaptive(capacity);
        IntUnaryOperator recent = i -> 1_000_000 + i / 3 - random.nextInt(capacity / 3);
        IntUnaryOperator loop = i -> i % (2 * capacity);
        double best = hitRate(lru(capacity), 0, 40 * capacity, recent);
        int from = 0;
        for (int turn = 0; turn < 2; turn++) {
            hitRate(cache, from, from + 40 * capacity, recent);
            assertThat(hitRate(cache, from + 40 * capacity, from + 50 * capacity, recent))
                    .isGreaterThan(best - 5);
            from += 50 * capacity;
            hitRate(cache, 0, 40 * capacity, loop);
            assertThat(hitRate(cache, 0, 10 * capacity, loop)).isGreaterThan(40);
        }
        CacheIntegrity.check(cache);
    }

    /** Half of the keys are a hundred times heavier; all are asked for equally often. */
    @Test
    void whatIsHeavyMustBeAskedForMoreOften() {
        SplittableRandom random = new SplittableRandom(4);
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumWeight(100_000)
                .weigher((key, value) -> (key & 1) == 0 ? 1 : 100)
                .evictionPolicy(EvictionPolicy.ADAPTIVE));
        IntUnaryOperator even = i -> random.nextInt(20_000);
        hitRate(cache, 0, 400_000, even);
        Cache<Integer, Integer> caffeine = Caffeine.newBuilder()
                .maximumWeight(100_000)
                .weigher((Integer key, Integer value) -> (key & 1) == 0 ? 1 : 100)
                .executor(Runnable::run)
                .build();
        hitRate(caffeine, 0, 400_000, even);
        assertThat(hitRate(cache, 0, 100_000, even))
                .isGreaterThan(50)
                .isGreaterThan(hitRate(caffeine, 0, 100_000, even));
        CacheIntegrity.check(cache);
    }

    @Test
    void entriesThatWeighNothingNeitherLeaveNorStandInTheWay() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumWeight(100)
                .weigher((key, value) -> key < 1_000 ? 0 : 1)
                .evictionPolicy(EvictionPolicy.ADAPTIVE));
        for (int i = 0; i < 5_000; i++) {
            cache.put(i, i);
        }
        for (int i = 0; i < 1_000; i++) {
            cache.put(i, i);
        }
        assertThat(cache.asMap().keySet()).contains(0, 500, 999);
        assertThat(cache.estimatedSize()).isEqualTo(1_100);
        CacheIntegrity.check(cache);
    }

    /** Slots change hands by eviction, by removal, by growing and shrinking: the window must follow. */
    @Test
    void theWindowHoldsWhoIsThereHoweverEntriesComeAndGo() {
        for (int seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemoryAwareCache<Integer, Integer> cache = adaptive(20 + random.nextInt(1_500));
            int keys = 50 + random.nextInt(4_000);
            for (int step = 0; step < 6_000; step++) {
                int key = random.nextInt(keys);
                switch (random.nextInt(12)) {
                    case 0 -> cache.invalidate(key);
                    case 1, 2, 3 -> cache.getIfPresent(key);
                    case 4 -> cache.asMap().remove(key, key);
                    case 5 -> {
                        if (random.nextInt(200) == 0) {
                            cache.policy().eviction().orElseThrow().setMaximum(20 + random.nextInt(3_000));
                        }
                    }
                    case 6 -> {
                        if (random.nextInt(300) == 0) {
                            cache.invalidateAll();
                        }
                    }
                    default -> cache.put(key, key);
                }
                if (step % 500 == 0) {
                    CacheIntegrity.check(cache);
                }
            }
            CacheIntegrity.check(cache);
        }
    }
}
