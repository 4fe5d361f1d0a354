package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Bytes of the whole object graph, the keys and values subtracted, for each entry. */
final class FootprintTest {
    private static final boolean IS_COMPRESSED =
            VM.current().sizeOf(new Object[8]) - VM.current().sizeOf(new Object[0]) == 32;
    private static final int FULL_BYTES = IS_COMPRESSED ? 24 : 32;
    private static final int GROWING_BYTES = 36;
    private static final int WEIGHT_BYTES = 4;
    private static final int EXPIRY_BYTES = 4;
    private static final int ADAPTIVE_BYTES = 6;

    /** What a cache has beside its tables, whatever it holds: a few objects. */
    private static final int FIXED_BYTES = 1_000;

    private static long graphBytes(MemoryAwareCache<?, ?> cache) {
        return FIXED_BYTES
                + GraphLayout.parseInstance(CacheIntegrity.tables(cache)).totalSize();
    }

    private static double overhead(MemoryAwareCache<Long, Object> cache) {
        long graph = graphBytes(cache);
        long payload = 0;
        for (Long key : cache.asMap().keySet()) {
            payload += VM.current().sizeOf(key) + VM.current().sizeOf(cache.getIfPresent(key));
        }
        return (graph - payload) / (double) cache.estimatedSize();
    }

    private static void fill(MemoryAwareCache<Long, Object> cache, int from, int to) {
        for (long i = from; i < to; i++) {
            cache.put(1_000_000_000L + i, new byte[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_000, 10_000, 60_000, 150_000})
    void aFullCacheStaysBelowItsBytesForEachEntry(int maximum) {
        MemoryAwareCache<Long, Object> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(maximum));
        fill(cache, 0, maximum * 2);
        assertThat(cache.estimatedSize()).isEqualTo(maximum);
        assertThat(overhead(cache)).isLessThanOrEqualTo(FULL_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_000, 10_000, 60_000, 150_000})
    void anAdaptiveOneCostsSixBytesMore(int maximum) {
        MemoryAwareCache<Long, Object> cache =
                HeapwiseMaker.calm(builder -> builder.maximumSize(maximum).evictionPolicy(EvictionPolicy.ADAPTIVE));
        fill(cache, 0, maximum * 3);
        assertThat(overhead(cache)).isLessThanOrEqualTo(FULL_BYTES + ADAPTIVE_BYTES);
    }

    /** Then most of the cache is its window, whose order takes two bytes an entry. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 2_000, 10_000, 60_000})
    void anAdaptiveOneCostsNoMoreThanThatWhereOnlyRecencyCounts(int maximum) {
        MemoryAwareCache<Long, Object> cache =
                HeapwiseMaker.calm(builder -> builder.maximumSize(maximum).evictionPolicy(EvictionPolicy.ADAPTIVE));
        int misses = 0;
        for (int i = 0; i < maximum * 12; i++) {
            fill(cache, i, i + 1);
            int earlier = i - maximum / 4;
            if (cache.getIfPresent(1_000_000_000L + earlier) == null) {
                fill(cache, earlier, earlier + 1);
                misses += i < maximum * 11 ? 0 : 1;
            }
        }
        assertThat(misses).as("misses in the last round").isLessThan(maximum / 10);
        assertThat(overhead(cache)).isLessThanOrEqualTo(FULL_BYTES + ADAPTIVE_BYTES + (maximum < 2_000 ? 2 : 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 60_000})
    void weightsCostFourBytesMore(int maximum) {
        MemoryAwareCache<Long, Object> cache =
                HeapwiseMaker.calm(builder -> builder.maximumWeight(maximum).weigher((key, value) -> 1));
        fill(cache, 0, maximum * 2);
        assertThat(overhead(cache)).isLessThanOrEqualTo(FULL_BYTES + WEIGHT_BYTES);
    }

    /** A table has a sixteenth of its slots to spare, which have deadlines, too. */
    @ParameterizedTest
    @ValueSource(ints = {1_000, 10_000, 60_000})
    void eachKindOfExpiryCostsFourBytesMore(int maximum) {
        Duration life = Duration.ofHours(1);
        double none = overheadOfFull(builder -> builder.maximumSize(maximum), maximum);
        double one = overheadOfFull(builder -> builder.maximumSize(maximum).expireAfterWrite(life), maximum);
        double access = overheadOfFull(builder -> builder.maximumSize(maximum).expireAfterAccess(life), maximum);
        double variable = overheadOfFull(
                builder -> builder.maximumSize(maximum).expireAfter(Expiry.creating((key, value) -> life)), maximum);
        double two = overheadOfFull(
                builder -> builder.maximumSize(maximum).expireAfterWrite(life).expireAfterAccess(life), maximum);
        assertThat(none).isLessThanOrEqualTo(FULL_BYTES);
        assertThat(List.of(one - none, access - none, variable - none)).allMatch(bytes -> bytes >= 4 && bytes < 4.5);
        assertThat(two - none).isBetween(8.0, 8.7);
        assertThat(one).isLessThanOrEqualTo(FULL_BYTES + EXPIRY_BYTES);
        assertThat(two).isLessThanOrEqualTo(FULL_BYTES + 2 * EXPIRY_BYTES);
    }

    private static double overheadOfFull(UnaryOperator<MemoryAwareCacheBuilder<Long, Object>> settings, int maximum) {
        MemoryAwareCache<Long, Object> cache = HeapwiseMaker.calm(settings);
        fill(cache, 0, maximum * 2);
        assertThat(cache.estimatedSize()).isEqualTo(maximum);
        double overhead = overhead(cache);
        cache.close();
        return overhead;
    }

    @Test
    void aGrowingCacheStaysBelowItsBytesForEachEntry() {
        MemoryAwareCache<Long, Object> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(10_000_000));
        int filled = 0;
        for (int size = 1_000; size < 120_000; size += Math.max(97, size / 12)) {
            fill(cache, filled, size);
            filled = size;
            assertThat(overhead(cache)).as("with %s entries", size).isLessThanOrEqualTo(GROWING_BYTES);
        }
    }

    @Test
    void aCacheThatWasEmptiedGivesItsTablesBack() {
        MemoryAwareCache<Long, Object> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(1_000_000));
        fill(cache, 0, 100_000);
        cache.invalidateAll();
        long empty = graphBytes(cache);
        assertThat(empty).as("bytes of an emptied cache").isLessThan(100_000);
    }

    @Test
    void theFootprintItTellsIsTheOneItHas() {
        MemoryAwareCache<Long, Object> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(1_000_000));
        fill(cache, 0, 50_000);
        long graph = graphBytes(cache);
        CacheFootprint told = cache.footprint();
        assertThat(told.entries()).isEqualTo(50_000);
        assertThat((double) told.totalBytes()).isBetween(graph * 0.97, graph * 1.03);
    }

    @Test
    void theFootprintItTellsKnowsOfDeadlines() {
        MemoryAwareCache<Long, Object> cache = HeapwiseMaker.calm(builder -> builder.maximumHeapShare(0.25)
                .expireAfterWrite(Duration.ofHours(1))
                .expireAfterAccess(Duration.ofHours(1)));
        fill(cache, 0, 50_000);
        long graph = graphBytes(cache);
        assertThat((double) cache.footprint().totalBytes()).isBetween(graph * 0.97, graph * 1.03);
        long weighed = cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        assertThat((double) weighed).isBetween(graph * 0.93, graph * 1.07);
        cache.close();
    }
}
