package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;

/**
 * Random operations, and random lapses of time, against a map of values and the times at which they end. Every answer and
 * the whole content can be foretold: the maximum is never reached. Time moves in steps of ten seconds and durations end half
 * way between two, so that no precision matters, nor the second by which Caffeine may be early.
 */
abstract class ExpiryModelProperties {
    private static final int KEYS = 20;

    private final CacheMaker maker;

    ExpiryModelProperties(CacheMaker maker) {
        this.maker = maker;
    }

    enum Kind {
        WRITE,
        ACCESS,
        WRITE_AND_ACCESS,
        OWN
    }

    enum Operation {
        PUT,
        PUT_IF_ABSENT,
        GET,
        CONTAINS,
        REMOVE,
        REMOVE_IF_EQUAL,
        REPLACE,
        COMPUTE,
        COMPUTE_AWAY,
        COMPUTE_IF_ABSENT,
        COMPUTE_IF_PRESENT,
        MERGE,
        INVALIDATE,
        CLEAR,
        CLEAN_UP,
        WAIT,
        WAIT_LONG
    }

    record Step(Operation operation, int key, int value) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(Operation.class),
                        Arbitraries.integers().between(0, KEYS - 1),
                        Arbitraries.integers().between(0, 30))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(400)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    /** What should be in the cache, and until when. */
    private static final class Model {
        static final double AFTER_WRITE = 20.5;
        static final double AFTER_ACCESS = 7.5;

        final Kind kind;
        final Map<Integer, Integer> values = new HashMap<>();
        final Map<Integer, Double> writeEnds = new HashMap<>();
        final Map<Integer, Double> useEnds = new HashMap<>();
        long units;
        int expired;

        Model(Kind kind) {
            this.kind = kind;
        }

        void lapse() {
            for (Integer key : List.copyOf(values.keySet())) {
                if (writeEnds.get(key) <= units || useEnds.get(key) <= units) {
                    forget(key);
                    expired++;
                }
            }
        }

        void forget(Integer key) {
            values.remove(key);
            writeEnds.remove(key);
            useEnds.remove(key);
        }

        Integer write(Integer key, Integer value) {
            Integer previous = values.put(key, value);
            boolean byWrite = kind == Kind.WRITE || kind == Kind.WRITE_AND_ACCESS;
            writeEnds.put(key, byWrite ? units + AFTER_WRITE : Double.MAX_VALUE);
            if (kind == Kind.OWN) {
                useEnds.put(key, units + ownUnits(value));
            } else {
                useEnds.put(key, Double.MAX_VALUE);
                use(key);
            }
            return previous;
        }

        void use(Integer key) {
            if (values.containsKey(key) && (kind == Kind.ACCESS || kind == Kind.WRITE_AND_ACCESS)) {
                useEnds.put(key, units + AFTER_ACCESS);
            }
        }

        static double ownUnits(Integer value) {
            return value % 25 + 0.5;
        }
    }

    @Property(tries = 400)
    void aCacheAnswersLikeAMapThatForgetsInTime(@ForAll("steps") List<Step> steps, @ForAll Kind kind) {
        ManualTicker ticker = new ManualTicker();
        Map<RemovalCause, Integer> told = new HashMap<>();
        Setup<Integer, Integer> setup = Setup.<Integer, Integer>any()
                .maximumSize(1_000)
                .ticker(ticker)
                .onEviction((key, value, cause) -> told.merge(cause, 1, Integer::sum));
        if (kind == Kind.WRITE || kind == Kind.WRITE_AND_ACCESS) {
            setup.expireAfterWrite(Duration.ofMillis((long) (10_000 * Model.AFTER_WRITE)));
        }
        if (kind == Kind.ACCESS || kind == Kind.WRITE_AND_ACCESS) {
            setup.expireAfterAccess(Duration.ofMillis((long) (10_000 * Model.AFTER_ACCESS)));
        }
        if (kind == Kind.OWN) {
            setup.expireAfter(
                    Expiry.writing((key, value) -> Duration.ofMillis((long) (10_000 * Model.ownUnits(value)))));
        }
        Cache<Integer, Integer> cache = maker.make(setup);
        Model model = new Model(kind);
        for (Step step : steps) {
            assertThat(apply(cache, ticker, model, step))
                    .as("answer to %s", step)
                    .isEqualTo(true);
            assertThat(Contract.present(cache)).as("content after %s", step).isEqualTo(model.values);
        }
        for (int i = 0; i < 3; i++) {
            ticker.advance(Duration.ofSeconds(20)); // Caffeine's wheel turns by the second
            model.units += 2;
            cache.cleanUp();
        }
        model.lapse();
        assertThat(Contract.present(cache)).isEqualTo(model.values);
        assertThat(told.getOrDefault(RemovalCause.EXPIRED, 0)).isEqualTo(model.expired);
        assertThat(told.getOrDefault(RemovalCause.SIZE, 0)).isZero();
        maker.verify(cache);
    }

    /** Does it to both; whether they answered alike. */
    private static boolean apply(Cache<Integer, Integer> cache, ManualTicker ticker, Model model, Step step) {
        ConcurrentMap<Integer, Integer> map = cache.asMap();
        Integer key = step.key();
        Integer value = step.value();
        Integer present = model.values.get(key);
        Object expected = present;
        Object answer;
        switch (step.operation()) {
            case PUT -> {
                answer = map.put(key, value);
                model.write(key, value);
            }
            case PUT_IF_ABSENT -> {
                answer = map.putIfAbsent(key, value);
                writeIfAbsent(model, key, value);
            }
            case GET -> {
                answer = map.get(key);
                model.use(key);
            }
            case CONTAINS -> {
                answer = map.containsKey(key);
                expected = present != null;
            }
            case REMOVE -> {
                answer = map.remove(key);
                model.forget(key);
            }
            case REMOVE_IF_EQUAL -> {
                expected = value.equals(present);
                answer = map.remove(key, value);
                if (value.equals(present)) {
                    model.forget(key);
                }
            }
            case REPLACE -> {
                answer = map.replace(key, value);
                if (present != null) {
                    model.write(key, value);
                }
            }
            case COMPUTE -> {
                expected = present == null ? value : (Integer) (present + 1);
                answer = map.compute(key, (k, old) -> old == null ? value : (Integer) (old + 1));
                model.write(key, (Integer) expected);
            }
            case COMPUTE_AWAY -> {
                expected = null;
                answer = map.compute(key, (k, old) -> null);
                model.forget(key);
            }
            case COMPUTE_IF_ABSENT -> {
                expected = present == null ? value : present;
                answer = cache.get(key, k -> value);
                writeIfAbsent(model, key, value);
            }
            case COMPUTE_IF_PRESENT -> {
                expected = present == null ? null : (Integer) (present + 2);
                answer = map.computeIfPresent(key, (k, old) -> old + 2);
                if (present != null) {
                    model.write(key, present + 2);
                }
            }
            case MERGE -> {
                expected = present == null ? value : (Integer) (present + value);
                answer = map.merge(key, value, Integer::sum);
                model.write(key, (Integer) expected);
            }
            case INVALIDATE -> {
                answer = present;
                cache.invalidate(key);
                model.forget(key);
            }
            case CLEAR -> {
                answer = present;
                if (step.value() < 3) {
                    cache.invalidateAll();
                    List.copyOf(model.values.keySet()).forEach(model::forget);
                }
            }
            case CLEAN_UP -> {
                answer = present;
                cache.cleanUp();
            }
            case WAIT, WAIT_LONG -> {
                answer = present;
                int units = step.operation() == Operation.WAIT ? value % 5 : value;
                ticker.advance(Duration.ofSeconds(10L * units));
                model.units += units;
                model.lapse();
            }
            default -> throw new AssertionError(step);
        }
        return java.util.Objects.equals(answer, expected);
    }

    private static void writeIfAbsent(Model model, Integer key, Integer value) {
        if (model.values.containsKey(key)) {
            model.use(key);
        } else {
            model.write(key, value);
        }
    }
}
