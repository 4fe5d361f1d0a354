package io.heapwise.cache.fits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.MemoryAwareCacheBuilder;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Micrometer's own binder for Caffeine shows of our caches what it shows of Caffeine's after the same operations. */
final class MicrometerTest {
    private static final int MAXIMUM_WEIGHT = 300;
    private static final int WEIGHT = 3;

    private final ManualTicker ticker = new ManualTicker();
    private final HeapGovernor calm = HeapGovernor.of(new ScriptedSource(1L << 30).pressure(ticker));

    private final CacheLoader<Integer, String> loader = key -> {
        ticker.advance(Duration.ofMillis(Math.abs(key) % 10 + 1));
        if (key < 0) {
            throw new IllegalArgumentException("on purpose");
        }
        return key % 7 == 6 ? null : "value " + key;
    };

    private MemoryAwareCacheBuilder<Integer, String> ours() {
        return MemoryAwareCache.<Integer, String>builder()
                .maximumWeight(MAXIMUM_WEIGHT)
                .weigher((key, value) -> WEIGHT)
                .ticker(ticker)
                .executor(Runnable::run)
                .governor(calm);
    }

    private Caffeine<Integer, String> theirs() {
        return Caffeine.newBuilder()
                .maximumWeight(MAXIMUM_WEIGHT)
                .weigher((Integer key, String value) -> WEIGHT)
                .ticker(ticker::nanos)
                .executor(Runnable::run);
    }

    /** Everything that counts: hits, misses, loads that succeed, fail and find nothing, puts, evictions, removals. */
    private static void use(Cache<Integer, String> cache) {
        cache.getIfPresent(1);
        cache.put(1, "one");
        cache.put(1, "another");
        cache.getIfPresent(1);
        cache.get(2, key -> "two");
        cache.get(2, key -> "two");
        cache.get(3, key -> null);
        cache.getAllPresent(List.of(1, 2, 99));
        cache.getAll(List.of(2, 50, 51), missing -> Map.of(50, "fifty", 51, "fifty-one"));
        cache.asMap().computeIfPresent(1, (key, value) -> value + "!");
        cache.asMap().merge(1, "?", String::concat);
        cache.asMap().putIfAbsent(1, "none");
        cache.invalidate(2);
        failing(() -> cache.get(4, key -> {
            throw new IllegalStateException("on purpose");
        }));
        for (int key = 1_000; key < 1_250; key++) {
            cache.put(key, "filling");
        }
        cache.cleanUp();
    }

    private static void load(LoadingCache<Integer, String> cache) {
        cache.get(10);
        cache.get(10);
        cache.get(13); // finds nothing
        cache.getAll(List.of(10, 11, 12));
        failing(() -> cache.get(-1));
        cache.refresh(10).join();
        failing(() -> cache.refresh(-2).join());
        cache.cleanUp();
    }

    private static void failing(Runnable operation) {
        try {
            operation.run();
        } catch (RuntimeException expected) {
            return;
        }
        throw new AssertionError("no exception");
    }

    private static Map<String, Double> meters(MeterRegistry registry) {
        Map<String, Double> values = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            meter.measure().forEach(measurement -> values.put(name(meter.getId()), measurement.getValue()));
        }
        return values;
    }

    private static String name(Meter.Id id) {
        return id.getTags().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining(" ", id.getName() + " ", ""));
    }

    private static <C extends Cache<Integer, String>> Map<String, Double> metersOf(C cache, Runnable operations) {
        MeterRegistry registry = new SimpleMeterRegistry();
        assertThat(CaffeineCacheMetrics.monitor(registry, cache, "numbers", "region", "eu"))
                .isSameAs(cache);
        operations.run();
        return meters(registry);
    }

    @Test
    void aCacheThatIsFilledByHandShowsWhatCaffeineShows() {
        Cache<Integer, String> ours = ours().recordStats().build();
        Cache<Integer, String> theirs = theirs().recordStats().build();
        Map<String, Double> expected = metersOf(theirs, () -> use(theirs));
        assertThat(metersOf(ours, () -> use(ours))).isEqualTo(expected);
        assertThat(expected)
                .containsKeys(
                        "cache.size cache=numbers region=eu",
                        "cache.puts cache=numbers region=eu",
                        "cache.evictions cache=numbers region=eu",
                        "cache.eviction.weight cache=numbers region=eu",
                        "cache.gets cache=numbers region=eu result=hit",
                        "cache.gets cache=numbers region=eu result=miss");
        assertThat(expected.values()).as("%s", expected).allMatch(value -> value > 0);
    }

    @Test
    void aCacheThatFillsItselfShowsWhatCaffeineShowsAndHowLongLoadsTake() {
        LoadingCache<Integer, String> ours = ours().recordStats().build(loader);
        LoadingCache<Integer, String> theirs = theirs().recordStats().build(loader);
        Map<String, Double> expected = metersOf(theirs, () -> {
            use(theirs);
            load(theirs);
        });
        Map<String, Double> shown = metersOf(ours, () -> {
            use(ours);
            load(ours);
        });
        // Caffeine times loads by the system's clock whatever ticker it was given; ours took what its ticker says.
        String duration = "cache.load.duration cache=numbers region=eu";
        assertThat(shown.get(duration)).isCloseTo(0.016, within(1e-9));
        assertThat(expected.get(duration)).isPositive();
        shown.put(duration, expected.get(duration));
        assertThat(shown).isEqualTo(expected);
        assertThat(expected)
                .containsKeys(
                        "cache.load cache=numbers region=eu result=success",
                        "cache.load cache=numbers region=eu result=failure");
        assertThat(expected.values()).as("%s", expected).allMatch(value -> value > 0);
    }

    @Test
    void aCacheThatRecordsNothingShowsItsSizeAsCaffeineDoes() {
        Cache<Integer, String> ours = ours().build();
        Cache<Integer, String> theirs = theirs().build();
        assertThat(metersOf(ours, () -> use(ours))).isEqualTo(metersOf(theirs, () -> use(theirs)));
    }
}
