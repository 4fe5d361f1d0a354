package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A null key, value, function or collection is refused wherever it is handed in, and changes nothing. */
abstract class NullContract extends Contract {
    NullContract(CacheMaker maker) {
        super(maker);
    }

    @TestFactory
    Stream<DynamicTest> nullsAreRefused() {
        Map<String, Consumer<LoadingCache<String, Integer>>> calls = new LinkedHashMap<>();
        List<String> nulls = Arrays.asList("b", null);
        Map<String, Integer> nullKey = Collections.singletonMap(null, 1);
        Map<String, Integer> nullValue = Collections.singletonMap("a", null);
        calls.put("getIfPresent(null)", c -> c.getIfPresent(null));
        calls.put("get(null)", c -> c.get(null));
        calls.put("get(null, f)", c -> c.get(null, k -> 1));
        calls.put("get(absent, null)", c -> c.get("b", null));
        calls.put("get(present, null)", c -> c.get("a", null));
        calls.put("getAllPresent(null)", c -> c.getAllPresent(null));
        calls.put("getAllPresent(with null)", c -> c.getAllPresent(nulls));
        calls.put("getAll(null)", c -> c.getAll(null));
        calls.put("getAll(with null)", c -> c.getAll(nulls));
        calls.put("getAll(null, f)", c -> c.getAll(null, k -> Map.of()));
        calls.put("getAll(keys, null)", c -> c.getAll(List.of("a"), null));
        calls.put("getAll(with null, f)", c -> c.getAll(nulls, k -> Map.of()));
        calls.put("put(null, v)", c -> c.put(null, 1));
        calls.put("put(k, null)", c -> c.put("a", null));
        calls.put("putAll(null)", c -> c.putAll(null));
        calls.put("putAll(null key)", c -> c.putAll(nullKey));
        calls.put("putAll(null value)", c -> c.putAll(nullValue));
        calls.put("invalidate(null)", c -> c.invalidate(null));
        calls.put("invalidateAll(null)", c -> c.invalidateAll(null));
        calls.put("invalidateAll(with null)", c -> c.invalidateAll(Arrays.asList("b", null)));
        calls.put("refresh(null)", c -> c.refresh(null));
        calls.put("refreshAll(null)", c -> c.refreshAll(null));
        calls.put("refreshAll(with null)", c -> c.refreshAll(Collections.singletonList(null)));
        calls.put("map.put(null, v)", c -> c.asMap().put(null, 1));
        calls.put("map.put(k, null)", c -> c.asMap().put("a", null));
        calls.put("map.get(null)", c -> c.asMap().get(null));
        calls.put("map.getOrDefault(null, v)", c -> c.asMap().getOrDefault(null, 1));
        calls.put("map.containsKey(null)", c -> c.asMap().containsKey(null));
        calls.put("map.containsValue(null)", c -> c.asMap().containsValue(null));
        calls.put("map.putIfAbsent(null, v)", c -> c.asMap().putIfAbsent(null, 1));
        calls.put("map.putIfAbsent(k, null)", c -> c.asMap().putIfAbsent("a", null));
        calls.put("map.remove(null)", c -> c.asMap().remove(null));
        calls.put("map.remove(null, v)", c -> c.asMap().remove(null, 1));
        calls.put("map.replace(null, v)", c -> c.asMap().replace(null, 1));
        calls.put("map.replace(k, null)", c -> c.asMap().replace("a", null));
        calls.put("map.replace(null, v, w)", c -> c.asMap().replace(null, 1, 2));
        calls.put("map.replace(k, null, w)", c -> c.asMap().replace("a", null, 2));
        calls.put("map.replace(k, v, null)", c -> c.asMap().replace("a", 1, null));
        calls.put("map.computeIfAbsent(null, f)", c -> c.asMap().computeIfAbsent(null, k -> 1));
        calls.put("map.computeIfAbsent(k, null)", c -> c.asMap().computeIfAbsent("a", null));
        calls.put("map.computeIfPresent(null, f)", c -> c.asMap().computeIfPresent(null, (k, v) -> 1));
        calls.put("map.computeIfPresent(k, null)", c -> c.asMap().computeIfPresent("a", null));
        calls.put("map.compute(null, f)", c -> c.asMap().compute(null, (k, v) -> 1));
        calls.put("map.compute(k, null)", c -> c.asMap().compute("a", null));
        calls.put("map.merge(null, v, f)", c -> c.asMap().merge(null, 1, Integer::sum));
        calls.put("map.merge(k, null, f)", c -> c.asMap().merge("a", null, Integer::sum));
        calls.put("map.merge(k, v, null)", c -> c.asMap().merge("a", 1, null));
        calls.put("map.replaceAll(null)", c -> c.asMap().replaceAll(null));
        calls.put("map.forEach(null)", c -> c.asMap().forEach(null));
        calls.put("map.putAll(null)", c -> c.asMap().putAll(null));
        calls.put(
                "map.entry.setValue(null)",
                c -> c.asMap().entrySet().iterator().next().setValue(null));
        calls.put("keySet.removeAll(null)", c -> c.asMap().keySet().removeAll(null));
        calls.put("keySet.retainAll(null)", c -> c.asMap().keySet().retainAll(null));
        calls.put("values.removeAll(null)", c -> c.asMap().values().removeAll(null));
        calls.put("entrySet.retainAll(null)", c -> c.asMap().entrySet().retainAll(null));
        calls.put("keySet.removeIf(null)", c -> c.asMap().keySet().removeIf(null));
        calls.put("policy.getIfPresentQuietly(null)", c -> c.policy().getIfPresentQuietly(null));
        calls.put("policy.getEntryIfPresentQuietly(null)", c -> c.policy().getEntryIfPresentQuietly(null));
        calls.put(
                "eviction.weightOf(null)",
                c -> c.policy().eviction().orElseThrow().weightOf(null));
        return calls.entrySet().stream()
                .map(call -> dynamicTest(call.getKey(), () -> {
                    LoadingCache<String, Integer> cache = loading(String::length);
                    cache.put("a", 1);
                    assertThatThrownBy(() -> call.getValue().accept(cache)).isInstanceOf(NullPointerException.class);
                    cache.invalidate("b");
                    assertThat(cache.asMap()).containsOnly(Map.entry("a", 1));
                }));
    }

    @TestFactory
    Stream<DynamicTest> nullsThatAreMerelyAskedForAreAbsent() {
        Map<String, Consumer<LoadingCache<String, Integer>>> calls = new LinkedHashMap<>();
        calls.put(
                "map.remove(k, null)",
                c -> assertThat(c.asMap().remove("a", null)).isFalse());
        calls.put(
                "keySet.contains(null)",
                c -> assertThat(c.asMap().keySet().contains("z")).isFalse());
        calls.put(
                "entrySet.contains(null)",
                c -> assertThat(c.asMap().entrySet().contains(null)).isFalse());
        calls.put(
                "entrySet.remove(null)",
                c -> assertThat(c.asMap().entrySet().remove(null)).isFalse());
        calls.put("equals(null)", c -> assertThat(c.asMap().equals(null)).isFalse());
        return calls.entrySet().stream()
                .map(call -> dynamicTest(call.getKey(), () -> {
                    LoadingCache<String, Integer> cache = loading(String::length);
                    cache.put("a", 1);
                    call.getValue().accept(cache);
                    assertThat(cache.asMap()).containsOnly(Map.entry("a", 1));
                }));
    }
}
