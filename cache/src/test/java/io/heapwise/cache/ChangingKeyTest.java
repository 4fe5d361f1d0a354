package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys that change their hash code after they were put: lost to look-ups, but not to the cache. */
final class ChangingKeyTest {
    private final List<List<Integer>> keys = new ArrayList<>();
    private final MemoryAwareCache<List<Integer>, Integer> cache =
            HeapwiseMaker.calm(builder -> builder.maximumWeight(1_000).weigher((key, value) -> 2));

    @BeforeEach
    void fillAndChange() {
        for (int i = 0; i < 200; i++) {
            List<Integer> key = new ArrayList<>(List.of(i));
            keys.add(key);
            cache.put(key, i);
        }
        keys.forEach(key -> key.add(-1));
    }

    @AfterEach
    void theCacheIsSound() {
        CacheIntegrity.check(cache);
    }

    @Test
    void theyAreNotFoundNeitherAsTheyWereNorAsTheyAre() {
        assertThat(cache.getIfPresent(List.of(3))).isNull();
        assertThat(cache.getIfPresent(keys.get(3))).isNull();
        assertThat(cache.estimatedSize()).isEqualTo(200);
    }

    @Test
    void theyAreEvictedLikeOthers() {
        for (int i = 0; i < 5_000; i++) {
            cache.put(List.of(i, i), i);
        }
        assertThat(cache.estimatedSize()).isEqualTo(500);
        assertThat(cache.asMap().keySet()).doesNotContainAnyElementsOf(keys);
    }

    @Test
    void clearingTakesThemOut() {
        cache.invalidateAll();
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.policy().eviction().orElseThrow().weightedSize()).hasValue(0);
    }

    @Test
    void iterationStillMeetsThemAndEnds() {
        int met = 0;
        for (Iterator<List<Integer>> i = cache.asMap().keySet().iterator(); i.hasNext(); ) {
            assertThat(i.next()).hasSize(2);
            met++;
        }
        assertThat(met).isEqualTo(200);
    }

    @Test
    void aKeyThatChangedIntoAnotherStandsBesideIt() {
        cache.put(List.of(3, -1), 99);
        assertThat(cache.getIfPresent(keys.get(3))).isEqualTo(99);
        assertThat(cache.estimatedSize()).isEqualTo(201);
    }
}
