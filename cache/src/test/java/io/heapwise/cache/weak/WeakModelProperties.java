package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;
import io.heapwise.cache.internal.weak.WeakIntegrity;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;

/** Random operations against a plain map, of values that are held; some of them are collected by hand. */
final class WeakModelProperties {
    private static final int KEYS = 30;

    /** A key of whose hashes many are the same. */
    private record Key(int number) {
        @Override
        public int hashCode() {
            return number % 7;
        }
    }

    private static final Key[] HELD_KEYS = new Key[KEYS];
    private static final Object[] VALUES = new Object[10];

    static {
        for (int i = 0; i < KEYS; i++) {
            HELD_KEYS[i] = new Key(i);
        }
        for (int i = 0; i < VALUES.length; i++) {
            VALUES[i] = "value " + i;
        }
    }

    enum Kind {
        STRONG,
        WEAK,
        WEAK_EQUAL,
        BY_NUMBER;

        WeakCache<Object, Object> build() {
            WeakCacheBuilder<Object, Object> builder = WeakCache.builder().executor(Runnable::run);
            return switch (this) {
                case STRONG -> builder.build();
                case WEAK -> builder.weakKeys().build();
                case WEAK_EQUAL ->
                    builder.weakKeys().keyEquality(Equality.natural()).build();
                case BY_NUMBER ->
                    builder.keyEquality(Equality.by(key -> ((Key) key).number()))
                            .build();
            };
        }
    }

    enum Operation {
        PUT(
                (cache, step) -> cache.put(step.heldKey(), step.heldValue()),
                (map, step) -> map.put(step.key, step.heldValue())),
        PUT_IF_ABSENT(
                (cache, step) -> cache.putIfAbsent(step.heldKey(), step.heldValue()),
                (map, step) -> map.putIfAbsent(step.key, step.heldValue())),
        GET((cache, step) -> cache.getIfPresent(step.heldKey()), (map, step) -> map.get(step.key)),
        LOAD(
                (cache, step) -> cache.get(step.heldKey(), key -> step.heldValue()),
                (map, step) -> map.computeIfAbsent(step.key, key -> step.heldValue())),
        LOAD_NOTHING((cache, step) -> cache.get(step.heldKey(), key -> null), (map, step) -> map.get(step.key)),
        REMOVE((cache, step) -> cache.remove(step.heldKey()), (map, step) -> map.remove(step.key)),
        REMOVE_VALUE(
                (cache, step) -> cache.remove(step.heldKey(), step.heldValue()),
                (map, step) -> map.remove(step.key, step.heldValue())),
        INVALIDATE(
                (cache, step) -> {
                    cache.invalidate(step.heldKey());
                    return null;
                },
                (map, step) -> {
                    map.remove(step.key);
                    return null;
                }),
        COLLECT(
                (cache, step) -> {
                    WeakIntegrity.collect(cache, step.heldKey());
                    return null;
                },
                (map, step) -> {
                    map.remove(step.key);
                    return null;
                }),
        COLLECT_AND_TAKE_OUT(
                (cache, step) -> {
                    WeakIntegrity.collect(cache, step.heldKey());
                    WeakIntegrity.takeOutCollected(cache);
                    return null;
                },
                (map, step) -> {
                    map.remove(step.key);
                    return null;
                }),
        CLEAR(
                (cache, step) -> {
                    if (step.key == 0) {
                        cache.invalidateAll();
                    }
                    return null;
                },
                (map, step) -> {
                    if (step.key == 0) {
                        map.clear();
                    }
                    return null;
                });

        private final BiFunction<WeakCache<Object, Object>, Step, Object> onCache;
        private final BiFunction<Map<Integer, Object>, Step, Object> onMap;

        Operation(
                BiFunction<WeakCache<Object, Object>, Step, Object> onCache,
                BiFunction<Map<Integer, Object>, Step, Object> onMap) {
            this.onCache = onCache;
            this.onMap = onMap;
        }
    }

    record Step(Operation operation, int key, int value) {
        Object heldKey() {
            return HELD_KEYS[key];
        }

        Object heldValue() {
            return VALUES[value];
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.of(Operation.class),
                        Arbitraries.integers().between(0, KEYS - 1),
                        Arbitraries.integers().between(0, VALUES.length - 1))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(400).withSizeDistribution(RandomDistribution.uniform());
    }

    @Property(tries = 600)
    void aWeakCacheAnswersLikeAMapThatForgetsWhatIsCollected(@ForAll("steps") List<Step> steps, @ForAll Kind kind) {
        Map<Integer, Object> model = new HashMap<>();
        WeakCache<Object, Object> cache = kind.build();
        for (Step step : steps) {
            Object expected = step.operation.onMap.apply(model, step);
            assertThat(step.operation.onCache.apply(cache, step))
                    .as("answer to %s", step)
                    .isEqualTo(expected);
            Map<Object, Object> content = new IdentityHashMap<>();
            cache.forEach(content::put);
            assertThat(content).as("content after %s", step).hasSize(model.size());
            model.forEach(
                    (key, value) -> assertThat(content.get(HELD_KEYS[key])).isSameAs(value));
        }
        WeakIntegrity.takeOutCollected(cache);
        WeakContract.collectUntil(() -> cache.estimatedSize() == model.size());
        WeakIntegrity.check(cache);
        WeakContract.assertBalanced(cache.stats());
        cache.close();
    }
}
