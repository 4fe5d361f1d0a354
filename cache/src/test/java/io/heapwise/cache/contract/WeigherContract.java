package io.heapwise.cache.contract;

import static com.github.benmanes.caffeine.cache.RemovalCause.SIZE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A bound by weight, and weighers that lie, fail or weigh nothing. */
abstract class WeigherContract extends Contract {
    WeigherContract(CacheMaker maker) {
        super(maker);
    }

    private Cache<Integer, Integer> weighedByValue(long maximum) {
        return cache(Setup.<Integer, Integer>any().maximumWeight(maximum, (key, value) -> value));
    }

    private static OptionalLong weightedSize(Cache<?, ?> cache) {
        return cache.policy().eviction().orElseThrow().weightedSize();
    }

    @Test
    void theSumOfWeightsStaysBelowTheMaximum() {
        Cache<Integer, Integer> cache = weighedByValue(1_000);
        Random random = new Random(42);
        for (int i = 0; i < 10_000; i++) {
            cache.put(random.nextInt(500), 1 + random.nextInt(100));
        }
        cache.cleanUp();
        long sum = cache.asMap().values().stream().mapToLong(v -> v).sum();
        assertThat(weightedSize(cache)).hasValue(sum);
        assertThat(sum).isLessThanOrEqualTo(1_000).isGreaterThan(500);
    }

    @Test
    void anEntryOfNoWeightIsNeverEvicted() {
        Cache<Integer, Integer> cache = weighedByValue(100);
        for (int i = 0; i < 50; i++) {
            cache.put(-1 - i, 0);
        }
        for (int i = 0; i < 5_000; i++) {
            cache.put(i, 10);
        }
        cache.cleanUp();
        for (int i = 0; i < 50; i++) {
            assertThat(cache.getIfPresent(-1 - i)).as("key %s", -1 - i).isZero();
        }
        assertThat(weightedSize(cache).orElseThrow()).isBetween(50L, 100L);
    }

    @Test
    void anEntryHeavierThanTheMaximumGoesAtOnceAndTakesNobodyAlong() {
        Notices<Integer, Integer> evictions = new Notices<>();
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any()
                .maximumWeight(100, (key, value) -> value)
                .onEviction(evictions));
        for (int i = 0; i < 5; i++) {
            cache.put(i, 10);
        }
        cache.put(99, 101);
        cache.cleanUp();
        assertThat(cache.asMap()).containsOnlyKeys(0, 1, 2, 3, 4);
        assertThat(evictions.told()).containsExactly(Notices.notice(99, 101, SIZE));
    }

    @Test
    void anEntryThatGrowsBeyondTheMaximumGoes() {
        Cache<Integer, Integer> cache = weighedByValue(100);
        cache.put(1, 10);
        cache.put(2, 10);
        cache.put(1, 101);
        cache.cleanUp();
        assertThat(cache.asMap()).containsOnly(Map.entry(2, 10));
        assertThat(weightedSize(cache)).hasValue(10);
    }

    @Test
    void anEntryAsHeavyAsTheMaximumFits() {
        Cache<Integer, Integer> cache = weighedByValue(100);
        cache.put(1, 100);
        cache.cleanUp();
        assertThat(cache.asMap()).containsOnly(Map.entry(1, 100));
    }

    @Test
    void weightsBeyondTheRangeOfAnIntAddUp() {
        Cache<Integer, Integer> cache = weighedByValue(10L * Integer.MAX_VALUE);
        for (int i = 0; i < 30; i++) {
            cache.put(i, Integer.MAX_VALUE);
        }
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isEqualTo(10);
        assertThat(weightedSize(cache)).hasValue(10L * Integer.MAX_VALUE);
    }

    @Test
    void aNegativeWeightIsRefusedAndNothingChanges() {
        Cache<Integer, Integer> cache = weighedByValue(100);
        cache.put(1, 10);
        assertThatThrownBy(() -> cache.put(2, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.put(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.get(3, key -> -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.asMap().compute(1, (key, value) -> -1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.asMap().merge(1, -11, Integer::sum))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.asMap().replace(1, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> cache.asMap().putIfAbsent(4, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(cache.asMap()).containsOnly(Map.entry(1, 10));
        assertThat(weightedSize(cache)).hasValue(10);
    }

    @Test
    void aWeigherThatThrowsChangesNothing() {
        Cache<Integer, Integer> cache =
                cache(Setup.<Integer, Integer>any().maximumWeight(100, (key, value) -> 10 / value));
        cache.put(1, 2);
        assertThatThrownBy(() -> cache.put(2, 0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.put(1, 0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.get(3, key -> 0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().compute(1, (key, value) -> 0)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> cache.asMap().replace(1, 2, 0)).isInstanceOf(ArithmeticException.class);
        assertThat(cache.asMap()).containsOnly(Map.entry(1, 2));
        assertThat(weightedSize(cache)).hasValue(5);
        assertThat(cache.get(3, key -> 5)).isEqualTo(5);
    }

    @Test
    void aWeigherIsAskedOnWritesOnly() {
        int[] asked = new int[1];
        Cache<Integer, Integer> cache = cache(Setup.<Integer, Integer>any().maximumWeight(100, (key, value) -> {
            asked[0]++;
            return 1;
        }));
        cache.put(1, 1);
        int afterPut = asked[0];
        for (int i = 0; i < 10; i++) {
            cache.getIfPresent(1);
            cache.get(1, key -> 3);
        }
        cache.policy().eviction().orElseThrow().weightOf(1);
        cache.invalidate(1);
        cache.cleanUp();
        assertThat(asked[0]).isEqualTo(afterPut).isEqualTo(1);
    }
}
