package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sampled order against exact LRU on the same requests: as many hits, but for a small margin. */
final class LruHitRateTest {
    private static final int REQUESTS = 400_000;

    /** In points, that is hits in a hundred requests. */
    private static final double MARGIN = 0.5;

    /** Where every entry has the same worth until it dies at once, a sample costs the most. */
    private static final double MARGIN_AT_WORST = 1.0;

    private static double hitRateOfExactLru(int capacity, IntUnaryOperator requests) {
        Map<Integer, Integer> lru = new LinkedHashMap<>(capacity, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
                return size() > capacity;
            }
        };
        int hits = 0;
        for (int i = 0; i < REQUESTS; i++) {
            int key = requests.applyAsInt(i);
            if (lru.get(key) == null) {
                lru.put(key, key);
            } else {
                hits++;
            }
        }
        return 100.0 * hits / REQUESTS;
    }

    private static double hitRateOfOurs(int capacity, IntUnaryOperator requests) {
        MemoryAwareCache<Integer, Integer> cache =
                HeapwiseMaker.calm(builder -> builder.maximumSize(capacity).evictionPolicy(EvictionPolicy.LRU));
        int hits = 0;
        for (int i = 0; i < REQUESTS; i++) {
            int key = requests.applyAsInt(i);
            if (cache.getIfPresent(key) == null) {
                cache.put(key, key);
            } else {
                hits++;
            }
        }
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(capacity);
        CacheIntegrity.check(cache);
        return 100.0 * hits / REQUESTS;
    }

    /** The same requests twice: computed first, so that both caches see the same ones. */
    private static void assertCloseToExactLru(int capacity, double margin, IntUnaryOperator requests) {
        int[] keys = new int[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            keys[i] = requests.applyAsInt(i);
        }
        double exact = hitRateOfExactLru(capacity, i -> keys[i]);
        double ours = hitRateOfOurs(capacity, i -> keys[i]);
        assertThat(ours).as("hit rate, where exact LRU has %.2f", exact).isGreaterThan(exact - margin);
    }

    /** Keys by Zipf's law with exponent {@code skew}, the ranks scattered over the keys. */
    private static IntUnaryOperator zipf(long seed, int keys, double skew) {
        double[] cumulated = new double[keys];
        double sum = 0;
        for (int rank = 0; rank < keys; rank++) {
            sum += 1 / Math.pow(rank + 1, skew);
            cumulated[rank] = sum;
        }
        double total = sum;
        SplittableRandom random = new SplittableRandom(seed);
        return i -> {
            int found = java.util.Arrays.binarySearch(cumulated, random.nextDouble() * total);
            int rank = found < 0 ? -found - 1 : found;
            return Math.min(rank, keys - 1) * 0x9E3779B1;
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 8_000, 30_000})
    void zipf(int capacity) {
        assertCloseToExactLru(capacity, MARGIN, zipf(11, 50_000, 0.9));
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 2_000, 10_000})
    void zipfWithScans(int capacity) {
        IntUnaryOperator zipf = zipf(12, 30_000, 1.0);
        assertCloseToExactLru(capacity, MARGIN, i -> i / 5_000 % 4 == 3 ? 1_000_000 + i : zipf.applyAsInt(i));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 5_000, 20_000})
    void aWorkingSetThatMoves(int capacity) {
        SplittableRandom random = new SplittableRandom(13);
        assertCloseToExactLru(capacity, MARGIN_AT_WORST, i -> i / 20 + random.nextInt(Math.max(1, capacity * 4 / 5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000})
    void recencyWithALongTail(int capacity) {
        SplittableRandom random = new SplittableRandom(14);
        assertCloseToExactLru(capacity, MARGIN, i -> {
            double u = random.nextDouble();
            return i - (int) (capacity * 2.0 * u * u * u * u) - 1;
        });
    }

    @Test
    void aLoopThatFitsAlwaysHits() {
        assertCloseToExactLru(5_000, MARGIN, i -> i % 5_000);
    }

    @Test
    void aLoopThatDoesNotFitIsNoWorseThanExactLru() {
        assertCloseToExactLru(5_000, MARGIN, i -> i % 6_000);
    }
}
