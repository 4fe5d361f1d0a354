package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Writing through {@link Cache}: put, putAll, invalidate, and the size that follows. */
abstract class WriteContract extends Contract {
    WriteContract(CacheMaker maker) {
        super(maker);
    }

    @Test
    void puttingAgainReplacesTheValue() {
        Cache<String, Integer> cache = cache();
        cache.put("a", 1);
        cache.put("a", 2);
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 2));
        assertThat(cache.estimatedSize()).isEqualTo(1);
    }

    @Test
    void replacingKeepsTheFirstKeyObject() {
        Cache<String, Integer> cache = cache();
        String first = new String("a");
        cache.put(first, 1);
        cache.put(new String("a"), 2);
        assertThat(cache.asMap().keySet().iterator().next()).isSameAs(first);
    }

    @Test
    void putAllPutsEach() {
        Cache<String, Integer> cache = cache();
        cache.put("a", 0);
        cache.putAll(Map.of("a", 1, "b", 2, "c", 3));
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 1), Map.entry("b", 2), Map.entry("c", 3));
        cache.putAll(Map.of());
        assertThat(cache.estimatedSize()).isEqualTo(3);
    }

    @Test
    void putAllStopsAtANullAndKeepsWhatCameBefore() {
        Cache<String, Integer> cache = cache();
        Map<String, Integer> withNull = new LinkedHashMap<>();
        withNull.put("a", 1);
        withNull.put("b", null);
        assertThatThrownBy(() -> cache.putAll(withNull)).isInstanceOf(NullPointerException.class);
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 1));
    }

    @Test
    void invalidatingDiscardsOneKey() {
        Cache<String, Integer> cache = cache();
        cache.putAll(Map.of("a", 1, "b", 2));
        cache.invalidate("a");
        cache.invalidate("a");
        cache.invalidate("never there");
        assertThat(cache.asMap()).containsOnly(Map.entry("b", 2));
    }

    @Test
    void invalidatingManyDiscardsThose() {
        Cache<String, Integer> cache = cache();
        cache.putAll(Map.of("a", 1, "b", 2, "c", 3));
        cache.invalidateAll(List.of("a", "x", "c", "a"));
        assertThat(cache.asMap()).containsOnly(Map.entry("b", 2));
    }

    @Test
    void invalidatingAllEmptiesTheCacheAndItStaysUsable() {
        Cache<Integer, Integer> cache = cache();
        for (int round = 0; round < 3; round++) {
            IntStream.range(0, 5_000).forEach(i -> cache.put(i, i));
            assertThat(cache.estimatedSize()).isEqualTo(5_000);
            cache.invalidateAll();
            assertThat(cache.estimatedSize()).isZero();
            assertThat(cache.asMap()).isEmpty();
            assertThat(cache.getIfPresent(17)).isNull();
        }
    }

    @Test
    void everyKeyOfALargeCacheIsFoundWhileItGrowsAndShrinks() {
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any().maximumSize(100_000));
        for (int i = 0; i < 40_000; i++) {
            cache.put(i, -i);
            if (i % 997 == 0) {
                for (int k = 0; k <= i; k += 53) {
                    assertThat(cache.getIfPresent(k)).isEqualTo(-k);
                }
            }
        }
        for (int i = 0; i < 40_000; i += 2) {
            cache.invalidate(i);
        }
        for (int i = 0; i < 40_000; i++) {
            if (i % 2 == 0) {
                assertThat(cache.getIfPresent(i)).isNull();
            } else {
                assertThat(cache.getIfPresent(i)).isEqualTo(-i);
            }
        }
        assertThat(cache.estimatedSize()).isEqualTo(20_000);
    }

    @Test
    void aSizeBoundHoldsAfterCleanUp() {
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any().maximumSize(100));
        IntStream.range(0, 10_000).forEach(i -> cache.put(i, i));
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(100).isGreaterThan(50);
        assertThat(cache.asMap()).allSatisfy((key, value) -> assertThat(value).isEqualTo(key));
    }

    @Test
    void aBoundOfZeroKeepsNothing() {
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any().maximumSize(0));
        cache.put(1, 1);
        cache.cleanUp();
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.get(2, key -> 5)).isEqualTo(5);
        cache.cleanUp();
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void aBoundOfOneKeepsOne() {
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any().maximumSize(1));
        for (int i = 0; i < 100; i++) {
            cache.put(i, i);
            cache.cleanUp();
            assertThat(cache.estimatedSize()).isEqualTo(1);
        }
    }
}
