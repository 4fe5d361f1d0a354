package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link Cache#asMap()} as a collection: live views, iterators, equality, text. */
abstract class MapViewContract extends Contract {
    MapViewContract(CacheMaker maker) {
        super(maker);
    }

    private Cache<Integer, String> filled(int count) {
        Cache<Integer, String> cache = cache(Setup.<Integer, String>any().maximumSize(100_000));
        IntStream.range(0, count).forEach(i -> cache.put(i, "v" + i));
        return cache;
    }

    @Test
    void theMapAndItsViewsAreLive() {
        Cache<Integer, String> cache = filled(0);
        ConcurrentMap<Integer, String> map = cache.asMap();
        Set<Integer> keys = map.keySet();
        Collection<String> values = map.values();
        Set<Map.Entry<Integer, String>> entries = map.entrySet();
        cache.put(1, "one");
        assertThat(map).containsOnly(Map.entry(1, "one"));
        assertThat(keys).containsExactly(1);
        assertThat(values).containsExactly("one");
        assertThat(entries).containsExactly(Map.entry(1, "one"));
        cache.invalidate(1);
        assertThat(keys).isEmpty();
        assertThat(values).isEmpty();
        assertThat(entries).isEmpty();
    }

    @Test
    void iterationMeetsEveryEntryExactlyOnce() {
        Cache<Integer, String> cache = filled(20_000);
        List<Integer> seen = new ArrayList<>(cache.asMap().keySet());
        assertThat(seen).hasSize(20_000).doesNotHaveDuplicates();
        Map<Integer, String> copy = new HashMap<>();
        cache.asMap().forEach(copy::put);
        assertThat(copy).isEqualTo(IntStream.range(0, 20_000).boxed().collect(Collectors.toMap(i -> i, i -> "v" + i)));
        assertThat(cache.asMap().entrySet().stream().mapToInt(Map.Entry::getKey).sum())
                .isEqualTo(IntStream.range(0, 20_000).sum());
        assertThat(cache.asMap().keySet().parallelStream().mapToInt(i -> i).sum())
                .isEqualTo(IntStream.range(0, 20_000).sum());
    }

    @Test
    void aKeyThatStaysIsMetExactlyOnceWhateverElseChangesMeanwhile() {
        Cache<Integer, String> cache = filled(5_000);
        Set<Integer> staying = new HashSet<>();
        int churn = 0;
        for (Integer key : cache.asMap().keySet()) {
            if (key < 1_000) {
                assertThat(staying.add(key)).as("met twice: %s", key).isTrue();
            }
            cache.put(100_000 + churn, "new");
            cache.invalidate(1_000 + churn);
            churn++;
            if (churn == 4_000) {
                break;
            }
        }
        // Weakly consistent: what was broken off is not judged; what was met is met once.
        assertThat(staying).allMatch(key -> key < 1_000);
    }

    @Test
    void anIteratorRemovesWhatItLastReturned() {
        Cache<Integer, String> cache = filled(3_000);
        for (Iterator<Integer> keys = cache.asMap().keySet().iterator(); keys.hasNext(); ) {
            if (keys.next() % 3 == 0) {
                keys.remove();
            }
        }
        for (Iterator<String> values = cache.asMap().values().iterator(); values.hasNext(); ) {
            if (values.next().endsWith("1")) {
                values.remove();
            }
        }
        for (Iterator<Map.Entry<Integer, String>> i = cache.asMap().entrySet().iterator(); i.hasNext(); ) {
            if (i.next().getKey() % 5 == 0) {
                i.remove();
            }
        }
        Set<Integer> expected = IntStream.range(0, 3_000)
                .filter(i -> i % 3 != 0 && i % 10 != 1 && i % 5 != 0)
                .boxed()
                .collect(Collectors.toSet());
        assertThat(cache.asMap().keySet()).isEqualTo(expected);
    }

    @Test
    void anIteratorRefusesMisuse() {
        Cache<Integer, String> cache = filled(1);
        Iterator<Integer> keys = cache.asMap().keySet().iterator();
        assertThatThrownBy(keys::remove).isInstanceOf(IllegalStateException.class);
        keys.next();
        keys.remove();
        assertThatThrownBy(keys::remove).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(keys::next).isInstanceOf(NoSuchElementException.class);
        assertThat(keys.hasNext()).isFalse();
    }

    @Test
    void hasNextMayBeAskedAnyNumberOfTimes() {
        Cache<Integer, String> cache = filled(10);
        Iterator<Integer> keys = cache.asMap().keySet().iterator();
        int met = 0;
        while (keys.hasNext() && keys.hasNext() && keys.hasNext()) {
            keys.next();
            met++;
        }
        assertThat(met).isEqualTo(10);
    }

    @Test
    void settingAnEntrysValueWritesThrough() {
        Cache<Integer, String> cache = filled(10);
        for (Map.Entry<Integer, String> entry : cache.asMap().entrySet()) {
            assertThat(entry.setValue("w" + entry.getKey())).isEqualTo("v" + entry.getKey());
            assertThat(entry.getValue()).isEqualTo("w" + entry.getKey());
        }
        assertThat(cache.asMap()).allSatisfy((key, value) -> assertThat(value).isEqualTo("w" + key));
    }

    @Test
    void viewsRemoveButDoNotAdd() {
        Cache<Integer, String> cache = filled(6);
        ConcurrentMap<Integer, String> map = cache.asMap();
        assertThat(map.keySet().remove(0)).isTrue();
        assertThat(map.keySet().remove(0)).isFalse();
        assertThat(map.values().remove("v1")).isTrue();
        assertThat(map.entrySet().remove(Map.entry(2, "other"))).isFalse();
        assertThat(map.entrySet().remove(Map.entry(2, "v2"))).isTrue();
        assertThat(map.keySet().removeIf(key -> key == 3)).isTrue();
        assertThat(map.keySet().retainAll(Set.of(4))).isTrue();
        assertThat(map).containsOnly(Map.entry(4, "v4"));
        assertThatThrownBy(() -> map.keySet().add(9)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> map.values().add("x")).isInstanceOf(UnsupportedOperationException.class);
        map.values().clear();
        assertThat(map).isEmpty();
    }

    @Test
    void removeAllAndRetainAllWorkOnEveryView() {
        Cache<Integer, String> cache = filled(100);
        ConcurrentMap<Integer, String> map = cache.asMap();
        assertThat(map.keySet().removeAll(List.of(1, 2, 3, 999))).isTrue();
        assertThat(map.values().removeAll(List.of("v4", "v5"))).isTrue();
        assertThat(map.entrySet().removeAll(List.of(Map.entry(6, "v6"), Map.entry(7, "not"))))
                .isTrue();
        assertThat(map.values().retainAll(List.of("v7", "v8", "v9"))).isTrue();
        assertThat(map.entrySet().retainAll(List.of(Map.entry(7, "v7"), Map.entry(8, "v8"))))
                .isTrue();
        assertThat(map.keySet()).containsExactlyInAnyOrder(7, 8);
    }

    @Test
    void aMapIsEqualToAnyMapWithTheSameEntries() {
        Cache<Integer, String> cache = filled(500);
        Map<Integer, String> twin = new HashMap<>(cache.asMap());
        assertThat(cache.asMap().equals(twin)).isTrue();
        assertThat(twin.equals(cache.asMap())).isTrue();
        assertThat(cache.asMap().hashCode()).isEqualTo(twin.hashCode());
        assertThat(cache.asMap().keySet().equals(twin.keySet())).isTrue();
        assertThat(cache.asMap().entrySet().equals(twin.entrySet())).isTrue();
        assertThat(cache.asMap().entrySet().hashCode())
                .isEqualTo(twin.entrySet().hashCode());
        twin.put(3, "else");
        assertThat(cache.asMap().equals(twin)).isFalse();
        twin.remove(3);
        assertThat(cache.asMap().equals(twin)).isFalse();
    }

    @Test
    void theTextIsThatOfAMap() {
        Cache<Integer, String> cache = filled(0);
        assertThat(cache.asMap()).hasToString("{}");
        cache.put(7, "seven");
        assertThat(cache.asMap()).hasToString("{7=seven}");
        assertThat(cache.asMap().keySet()).hasToString("[7]");
        assertThat(cache.asMap().values()).hasToString("[seven]");
        assertThat(cache.asMap().entrySet()).hasToString("[7=seven]");
    }

    @Test
    void foreignTypesAreSimplyAbsent() {
        Cache<Integer, String> cache = filled(3);
        assertThat(cache.asMap().containsKey("1")).isFalse();
        assertThat(cache.asMap().containsValue(new Object())).isFalse();
        assertThat(cache.asMap().get(new Object())).isNull();
        assertThat(cache.asMap().remove(1L)).isNull();
        assertThat(cache.asMap()).hasSize(3);
    }

    @Test
    void sizeAndContentAgree() {
        Cache<Integer, String> cache = filled(4_000);
        assertThat(cache.asMap().size()).isEqualTo(4_000);
        assertThat(cache.asMap().isEmpty()).isFalse();
        assertThat(cache.asMap().keySet().toArray()).hasSize(4_000);
        assertThat(cache.asMap().values().toArray(new String[0])).hasSize(4_000);
        assertThat(cache.asMap().containsValue("v3999")).isTrue();
        cache.asMap().clear();
        assertThat(cache.asMap().isEmpty()).isTrue();
    }

    @Test
    void aClearedMapEndsARunningIteration() {
        Cache<Integer, String> cache = filled(1_000);
        Iterator<Integer> keys = cache.asMap().keySet().iterator();
        keys.next();
        cache.invalidateAll();
        int rest = 0;
        while (keys.hasNext()) {
            keys.next();
            rest++;
        }
        assertThat(rest).isLessThan(1_000);
    }
}
