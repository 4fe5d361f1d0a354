package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;

/**
 * Random operations against a plain HashMap. The model holds what was put and neither removed nor told as evicted; so
 * every answer and the whole content can be foretold, whatever the policy chooses to evict.
 */
abstract class ModelProperties {
    private static final int KEYS = 40;

    private final CacheMaker maker;

    ModelProperties(CacheMaker maker) {
        this.maker = maker;
    }

    /** What the operation does to the cache's map, or to the model; both must answer alike. */
    enum Operation {
        PUT((map, step) -> map.put(step.key, step.value)),
        PUT_IF_ABSENT((map, step) -> map.putIfAbsent(step.key, step.value)),
        GET((map, step) -> map.get(step.key)),
        CONTAINS((map, step) -> map.containsKey(step.key)),
        REMOVE((map, step) -> map.remove(step.key)),
        REMOVE_IF_EQUAL((map, step) -> map.remove(step.key, step.value)),
        REPLACE((map, step) -> map.replace(step.key, step.value)),
        REPLACE_IF_EQUAL((map, step) -> map.replace(step.key, step.value, step.value + 1)),
        COMPUTE((map, step) -> map.compute(step.key, (key, old) -> old == null ? step.value : old + 1)),
        COMPUTE_AWAY((map, step) -> map.compute(step.key, (key, old) -> null)),
        COMPUTE_IF_ABSENT((map, step) -> map.computeIfAbsent(step.key, key -> step.value)),
        COMPUTE_IF_PRESENT((map, step) -> map.computeIfPresent(step.key, (key, old) -> old * 2)),
        COMPUTE_IF_PRESENT_AWAY((map, step) -> map.computeIfPresent(step.key, (key, old) -> null)),
        MERGE((map, step) -> map.merge(step.key, step.value, Integer::sum)),
        MERGE_AWAY((map, step) -> map.merge(step.key, step.value, (a, b) -> null)),
        REMOVE_ODD_KEYS((map, step) -> map.keySet().removeIf(key -> key % 2 == 1 && step.value == 0)),
        REPLACE_ALL((map, step) -> {
            if (step.value == 0) {
                map.replaceAll((key, old) -> old + 7);
            }
            return null;
        }),
        CLEAR((map, step) -> {
            if (step.value == 0 && step.key < 5) {
                map.clear();
            }
            return null;
        });

        private final BiFunction<Map<Integer, Integer>, Step, Object> effect;

        Operation(BiFunction<Map<Integer, Integer>, Step, Object> effect) {
            this.effect = effect;
        }
    }

    record Step(Operation operation, int key, int value) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.of(Operation.class),
                        Arbitraries.integers().between(0, KEYS - 1),
                        Arbitraries.integers().between(0, 9))
                .as(Step::new);
        return step.list().ofMinSize(1).ofMaxSize(600).withSizeDistribution(RandomDistribution.uniform());
    }

    @Property(tries = 1_000)
    void aCacheAnswersLikeAMapThatForgets(
            @ForAll("steps") List<Step> steps, @ForAll("maxima") int maximum, @ForAll boolean weighted) {
        Bookkeeping books = new Bookkeeping();
        Setup<Integer, Integer> setup = Setup.<Integer, Integer>any().onEviction(books);
        Cache<Integer, Integer> cache = maker.make(
                weighted ? setup.maximumWeight(maximum, (key, value) -> key % 4) : setup.maximumSize(maximum));
        for (Step step : steps) {
            apply(cache, books, step);
            assertThat(cache.asMap()).as("content after %s", step).isEqualTo(books.model);
        }
        if (weighted) {
            long weight =
                    books.model.keySet().stream().mapToLong(key -> key % 4).sum();
            assertThat(weight).isLessThanOrEqualTo(maximum);
            assertThat(cache.policy().eviction().orElseThrow().weightedSize()).hasValue(weight);
        } else {
            assertThat(cache.estimatedSize()).isEqualTo(books.model.size()).isLessThanOrEqualTo(maximum);
        }
        maker.verify(cache);
    }

    @Provide
    Arbitrary<Integer> maxima() {
        return Arbitraries.integers().between(0, KEYS + 5);
    }

    @Property(tries = 300)
    void aMovingMaximumIsKept(@ForAll("steps") List<Step> steps, @ForAll("manyMaxima") List<Integer> maxima) {
        Bookkeeping books = new Bookkeeping();
        Cache<Integer, Integer> cache =
                maker.make(Setup.<Integer, Integer>any().maximumSize(KEYS).onEviction(books));
        int done = 0;
        for (Step step : steps) {
            apply(cache, books, step);
            if (++done % 10 == 0) {
                int maximum = maxima.get(done / 10 % maxima.size());
                cache.policy().eviction().orElseThrow().setMaximum(maximum);
                cache.cleanUp();
                books.settle();
                assertThat(cache.estimatedSize()).isLessThanOrEqualTo(maximum);
            }
            assertThat(cache.asMap()).as("content after %s", step).isEqualTo(books.model);
        }
        maker.verify(cache);
    }

    @Provide
    Arbitrary<List<Integer>> manyMaxima() {
        return maxima().list().ofMinSize(1).ofMaxSize(10);
    }

    private static void apply(Cache<Integer, Integer> cache, Bookkeeping books, Step step) {
        ConcurrentMap<Integer, Integer> map = cache.asMap();
        Object expected = step.operation.effect.apply(books.model, step);
        Object answered = step.operation.effect.apply(map, step);
        assertThat(answered).as("answer to %s", step).isEqualTo(expected);
        cache.cleanUp();
        books.settle();
    }

    /** What must be in the cache. */
    private static final class Bookkeeping
            implements com.github.benmanes.caffeine.cache.RemovalListener<Integer, Integer> {
        final Map<Integer, Integer> model = new HashMap<>();
        final Map<Integer, Integer> evicted = new HashMap<>();

        @Override
        public void onRemoval(Integer key, Integer value, RemovalCause cause) {
            assertThat(cause).isEqualTo(RemovalCause.SIZE);
            assertThat(evicted.put(key, value)).as("evicted twice: %s", key).isNull();
        }

        /** Takes what was evicted out of the model, where it must have been. */
        void settle() {
            evicted.forEach((key, value) -> assertThat(model.remove(key))
                    .as("value evicted under %s", key)
                    .isEqualTo(value));
            evicted.clear();
        }
    }
}
