package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reading and loading through {@link Cache}: what is found, what is computed, what is kept. */
abstract class ReadContract extends Contract {
    ReadContract(CacheMaker maker) {
        super(maker);
    }

    @Test
    void anAbsentKeyReadsAsNull() {
        assertThat(cache().getIfPresent("absent")).isNull();
    }

    @Test
    void theVeryValueThatWasPutComesBack() {
        Cache<String, Object> cache = cache();
        Object value = new Object();
        cache.put("a", value);
        assertThat(cache.getIfPresent("a")).isSameAs(value);
    }

    @Test
    void keysAreFoundByEqualityNotByIdentity() {
        Cache<List<Integer>, String> cache = cache();
        cache.put(List.of(1, 2), "x");
        assertThat(cache.getIfPresent(new ArrayList<>(List.of(1, 2)))).isEqualTo("x");
    }

    @Test
    void keysWithEqualHashesAreToldApart() {
        Cache<String, Integer> cache = cache();
        cache.put("Aa", 1);
        assertThat(cache.getIfPresent("BB")).isNull();
        cache.put("BB", 2);
        assertThat(cache.getIfPresent("Aa")).isEqualTo(1);
        assertThat(cache.getIfPresent("BB")).isEqualTo(2);
    }

    @Test
    void getComputesOnceAndKeepsTheResult() {
        Cache<String, Integer> cache = cache();
        AtomicInteger calls = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            assertThat(cache.get("a", key -> {
                        calls.incrementAndGet();
                        return key.length();
                    }))
                    .isEqualTo(1);
        }
        assertThat(calls).hasValue(1);
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 1));
    }

    @Test
    void getHandsTheFunctionTheKeyThatWasAskedFor() {
        Cache<String, String> cache = cache();
        String key = new String("key");
        cache.get(key, asked -> {
            assertThat(asked).isSameAs(key);
            return "v";
        });
    }

    @Test
    void aNullResultIsReturnedAndNotKept() {
        Cache<String, Integer> cache = cache();
        assertThat(cache.get("a", key -> null)).isNull();
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.get("a", key -> 1)).isEqualTo(1);
    }

    @Test
    void anExceptionOfTheFunctionReachesTheCallerAndNothingIsKept() {
        Cache<String, Integer> cache = cache();
        RuntimeException failure = new ArithmeticException("on purpose");
        assertThatThrownBy(() -> cache.get("a", key -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.get("a", key -> 1)).isEqualTo(1);
    }

    @Test
    void anErrorOfTheFunctionReachesTheCallerAndNothingIsKept() {
        Cache<String, Integer> cache = cache();
        Error failure = new StackOverflowError("on purpose");
        assertThatThrownBy(() -> cache.get("a", key -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.get("a", key -> 1)).isEqualTo(1);
    }

    @Test
    void loadingAKeyWithinItsOwnLoadIsRefused() {
        Cache<String, Integer> cache = cache();
        assertThatThrownBy(() -> cache.get("a", key -> cache.get("a", again -> 1)))
                .isInstanceOf(IllegalStateException.class);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.get("a", key -> 2)).isEqualTo(2);
    }

    @Test
    void presentReadsOfManyLeaveOutWhatIsMissing() {
        Cache<String, Integer> cache = cache();
        cache.put("a", 1);
        cache.put("c", 3);
        assertThat(cache.getAllPresent(List.of("c", "b", "a", "c")))
                .containsExactly(Map.entry("c", 3), Map.entry("a", 1));
        assertThat(cache.getAllPresent(List.of())).isEmpty();
        assertThat(cache.getAllPresent(List.of("x"))).isEmpty();
    }

    @Test
    void presentReadsOfManyCannotBeModified() {
        Cache<String, Integer> cache = cache();
        cache.put("a", 1);
        Map<String, Integer> found = cache.getAllPresent(List.of("a"));
        assertThatThrownBy(found::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> found.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void getAllAsksOnlyForWhatIsMissingAndEachKeyOnce() {
        Cache<String, Integer> cache = cache();
        cache.put("bb", 2);
        List<Set<? extends String>> asked = new ArrayList<>();
        Map<String, Integer> all = cache.getAll(List.of("a", "bb", "ccc", "a"), keys -> {
            asked.add(Set.copyOf(keys));
            return Map.of("a", 1, "ccc", 3);
        });
        assertThat(asked).containsExactly(Set.of("a", "ccc"));
        assertThat(all).containsExactly(Map.entry("a", 1), Map.entry("bb", 2), Map.entry("ccc", 3));
        assertThat(cache.asMap()).isEqualTo(all);
    }

    @Test
    void getAllOfPresentKeysDoesNotCallTheFunction() {
        Cache<String, Integer> cache = cache();
        cache.put("a", 1);
        assertThat(cache.getAll(List.of("a"), keys -> {
                    throw new AssertionError("called for " + keys);
                }))
                .containsExactly(Map.entry("a", 1));
        assertThat(cache.getAll(List.<String>of(), keys -> {
                    throw new AssertionError("called for " + keys);
                }))
                .isEmpty();
    }

    @Test
    void getAllKeepsWhatWasNotAskedForButDoesNotReturnIt() {
        Cache<String, Integer> cache = cache();
        Map<String, Integer> all = cache.getAll(List.of("a"), keys -> Map.of("a", 1, "extra", 9));
        assertThat(all).containsExactly(Map.entry("a", 1));
        assertThat(cache.getIfPresent("extra")).isEqualTo(9);
    }

    @Test
    void getAllLeavesOutWhatTheFunctionDidNotFind() {
        Cache<String, Integer> cache = cache();
        assertThat(cache.getAll(List.of("a", "b"), keys -> Map.of("b", 2))).containsExactly(Map.entry("b", 2));
        assertThat(cache.asMap()).containsOnly(Map.entry("b", 2));
    }

    @Test
    void getAllResultAndTheKeysHandedOutCannotBeModified() {
        Cache<String, Integer> cache = cache();
        Map<String, Integer> all = cache.getAll(List.of("a"), keys -> {
            assertThatThrownBy(keys::clear).isInstanceOf(UnsupportedOperationException.class);
            return Map.of("a", 1);
        });
        assertThatThrownBy(all::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void getAllHandsOnWhatTheFunctionThrows() {
        Cache<String, Integer> cache = cache();
        cache.put("b", 2);
        RuntimeException failure = new ArithmeticException("on purpose");
        assertThatThrownBy(() -> cache.getAll(List.of("a", "b"), keys -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(cache.asMap()).containsOnly(Map.entry("b", 2));
    }

    @Test
    void getAllRefusesANullMapFromTheFunction() {
        Cache<String, Integer> cache = cache();
        assertThatThrownBy(() -> cache.getAll(List.of("a"), keys -> null)).isInstanceOf(NullPointerException.class);
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void getAllRefusesANullValueFromTheFunction() {
        Cache<String, Integer> cache = cache();
        assertThatThrownBy(() -> cache.getAll(List.of("a"), keys -> {
                    Map<String, Integer> found = new java.util.HashMap<>();
                    found.put("a", null);
                    return found;
                }))
                .isInstanceOf(NullPointerException.class);
        assertThat(cache.asMap()).isEmpty();
    }
}
