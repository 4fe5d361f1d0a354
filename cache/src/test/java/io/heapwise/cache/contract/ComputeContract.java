package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The read-modify-write operations of {@link Cache#asMap()}. */
abstract class ComputeContract extends Contract {
    ComputeContract(CacheMaker maker) {
        super(maker);
    }

    private ConcurrentMap<String, Integer> map() {
        Cache<String, Integer> cache = cache();
        return cache.asMap();
    }

    private static <T> T failing() {
        throw new ArithmeticException("on purpose");
    }

    @Test
    void putReturnsWhatWasThere() {
        ConcurrentMap<String, Integer> map = map();
        assertThat(map.put("a", 1)).isNull();
        assertThat(map.put("a", 2)).isEqualTo(1);
    }

    @Test
    void putIfAbsentKeepsWhatIsThere() {
        ConcurrentMap<String, Integer> map = map();
        assertThat(map.putIfAbsent("a", 1)).isNull();
        assertThat(map.putIfAbsent("a", 2)).isEqualTo(1);
        assertThat(map).containsOnly(Map.entry("a", 1));
    }

    @Test
    void removeReturnsWhatWasThere() {
        ConcurrentMap<String, Integer> map = map();
        map.put("a", 1);
        assertThat(map.remove("a")).isEqualTo(1);
        assertThat(map.remove("a")).isNull();
        assertThat(map).isEmpty();
    }

    @Test
    void conditionalRemoveComparesByEquality() {
        ConcurrentMap<String, Integer> map = map();
        map.put("a", 1_000_000);
        assertThat(map.remove("a", 5)).isFalse();
        assertThat(map.remove("a", null)).isFalse();
        assertThat(map.remove("b", 5)).isFalse();
        assertThat(map.remove("a", Integer.parseInt("1000000"))).isTrue();
        assertThat(map).isEmpty();
    }

    @Test
    void replaceNeedsAPresentKey() {
        ConcurrentMap<String, Integer> map = map();
        assertThat(map.replace("a", 1)).isNull();
        assertThat(map.replace("a", 1, 2)).isFalse();
        assertThat(map).isEmpty();
        map.put("a", 1);
        assertThat(map.replace("a", 2)).isEqualTo(1);
        assertThat(map.replace("a", 1, 3)).isFalse();
        assertThat(map.replace("a", 2, 3)).isTrue();
        assertThat(map).containsOnly(Map.entry("a", 3));
    }

    @Test
    void computeIfAbsentCallsOnlyForAnAbsentKey() {
        ConcurrentMap<String, Integer> map = map();
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            assertThat(map.computeIfAbsent("a", key -> calls.incrementAndGet())).isEqualTo(1);
        }
        assertThat(map.computeIfAbsent("b", key -> null)).isNull();
        assertThat(map).containsOnly(Map.entry("a", 1));
    }

    @Test
    void computeIfPresentCallsOnlyForAPresentKey() {
        ConcurrentMap<String, Integer> map = map();
        assertThat(map.computeIfPresent("a", (key, value) -> failing())).isNull();
        map.put("a", 1);
        assertThat(map.computeIfPresent("a", (key, value) -> value + 1)).isEqualTo(2);
        assertThat(map.computeIfPresent("a", (key, value) -> null)).isNull();
        assertThat(map).isEmpty();
    }

    @Test
    void computeSeesNullForAnAbsentKey() {
        ConcurrentMap<String, Integer> map = map();
        assertThat(map.compute("a", (key, value) -> value == null ? 1 : -1)).isEqualTo(1);
        assertThat(map.compute("a", (key, value) -> value + 1)).isEqualTo(2);
        assertThat(map.compute("a", (key, value) -> null)).isNull();
        assertThat(map.compute("a", (key, value) -> null)).isNull();
        assertThat(map).isEmpty();
    }

    @Test
    void mergeUsesTheGivenValueOrTheFunction() {
        ConcurrentMap<String, Integer> map = map();
        assertThat(map.merge("a", 1, (a, b) -> failing())).isEqualTo(1);
        assertThat(map.merge("a", 5, Integer::sum)).isEqualTo(6);
        assertThat(map.merge("a", 5, (a, b) -> null)).isNull();
        assertThat(map).isEmpty();
    }

    @Test
    void aThrowingFunctionChangesNothing() {
        ConcurrentMap<String, Integer> map = map();
        map.put("a", 1);
        assertThatThrownBy(() -> map.compute("a", (key, value) -> failing())).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> map.compute("b", (key, value) -> failing())).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> map.computeIfPresent("a", (key, value) -> failing()))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> map.computeIfAbsent("b", key -> failing())).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> map.merge("a", 1, (a, b) -> failing())).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> map.replaceAll((key, value) -> failing())).isInstanceOf(ArithmeticException.class);
        assertThat(map).containsOnly(Map.entry("a", 1));
    }

    @Test
    void computingAKeyWithinItsOwnComputationIsRefused() {
        ConcurrentMap<String, Integer> map = map();
        assertThatThrownBy(() -> map.compute("a", (key, value) -> map.compute("a", (k, v) -> 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> map.computeIfAbsent("a", key -> map.merge("a", 1, Integer::sum)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(map).isEmpty();
        assertThat(map.compute("a", (key, value) -> 3)).isEqualTo(3);
    }

    @Test
    void replaceAllVisitsEveryEntry() {
        ConcurrentMap<String, Integer> map = map();
        map.putAll(Map.of("a", 1, "b", 2, "c", 3));
        map.replaceAll((key, value) -> value * 10);
        assertThat(map).containsOnly(Map.entry("a", 10), Map.entry("b", 20), Map.entry("c", 30));
        assertThatThrownBy(() -> map.replaceAll((key, value) -> null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void theKeyHandedToAComputationIsTheOneAskedForOrTheOneHeld() {
        ConcurrentMap<String, Integer> map = map();
        String held = new String("a");
        String asked = new String("a");
        map.put(held, 1);
        map.compute(asked, (key, value) -> {
            assertThat(key == held || key == asked).isTrue();
            return 2;
        });
        assertThat(map.keySet().iterator().next()).isSameAs(held);
    }
}
