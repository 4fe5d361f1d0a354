package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.ScriptedSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jol.info.GraphLayout;

/** What the growth of the live set does to the budget of a cache: caches as users build them, a heap by script. */
final class CalibrationOfCachesTest {
    private static final long HEAP = Runtime.getRuntime().maxMemory();
    private static final double SHARE = 0.25;
    private static final int ENTRY_BYTES = 100_000;
    private static final long WEIGHT = (long) (0.1 * HEAP);

    private final ScriptedSource script = new ScriptedSource(HEAP);
    private final MemoryPressure pressure = script.pressure(new ManualTicker());
    private final HeapGovernor governor = HeapGovernor.of(pressure, Runnable::run, HeapGovernor.Policy.defaults());
    private final List<MemoryAwareCache<?, ?>> caches = new ArrayList<>();

    @AfterEach
    void integrity() {
        for (MemoryAwareCache<?, ?> cache : caches) {
            CacheIntegrity.check(cache);
            cache.close();
        }
        governor.close();
        pressure.close();
        assertThat(script.openSinks()).isZero();
    }

    private <K, V> MemoryAwareCache<K, V> cache(UnaryOperator<MemoryAwareCacheBuilder<K, V>> settings) {
        MemoryAwareCache<K, V> cache = settings.apply(
                        MemoryAwareCache.<K, V>builder().executor(Runnable::run).governor(governor))
                .build();
        caches.add(cache);
        return cache;
    }

    private void collect(double liveBytes) {
        script.fullCollection(Math.max(1, Math.min(HEAP, Math.round(liveBytes))));
    }

    /** Puts in so many entries between two collections; whatever the sizer says, they take so much in truth. */
    private void fill(MemoryAwareCache<Integer, Integer> cache, double trueBytesEach, int collections) {
        int next = 0;
        int each = (int) (0.04 * HEAP / ENTRY_BYTES);
        for (int i = 0; i < collections; i++) {
            collect(0.05 * HEAP + cache.estimatedSize() * trueBytesEach);
            for (int j = 0; j < each; j++) {
                cache.put(next, next++);
            }
        }
        collect(0.05 * HEAP + cache.estimatedSize() * trueBytesEach);
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0.5", "0.7, 0.7", "1.0, 1.0", "1.5, 1.5", "2.5, 2.5"})
    void theBudgetHoldsInTrueBytes(double misSized, double expected) {
        MemoryAwareCache<Integer, Integer> cache =
                cache(builder -> builder.maximumHeapShare(SHARE).sizer((key, value) -> ENTRY_BYTES));
        double trueBytesEach = misSized * (ENTRY_BYTES + 24);
        fill(cache, trueBytesEach, 30);
        CacheFootprint footprint = cache.footprint();
        assertThat(footprint.calibration()).isCloseTo(expected, within(0.02));
        double budget = SHARE * HEAP * misSized / expected;
        assertThat(cache.estimatedSize() * trueBytesEach).isBetween(0.95 * budget, 1.01 * budget);
        if (misSized == expected) {
            assertThat((double) footprint.calibratedBytes())
                    .isCloseTo(cache.estimatedSize() * trueBytesEach, within(0.05 * budget));
        }
        assertThat(cache.policy().eviction().orElseThrow().getMaximum()).isEqualTo((long) (SHARE * HEAP));
    }

    @Test
    void withoutCollectionsTheCalibrationIsOne() {
        MemoryAwareCache<Integer, Integer> cache = cache(builder -> builder);
        cache.put(1, 1);
        assertThat(cache.footprint().calibration()).isEqualTo(1);
        assertThat(cache.footprint().calibratedBytes())
                .isEqualTo(cache.footprint().totalBytes());
    }

    @Test
    void weightsAndEntriesAreNeverCalibrated() {
        MemoryAwareCache<Integer, Integer> weighed =
                cache(builder -> builder.maximumWeight(WEIGHT).weigher((key, value) -> ENTRY_BYTES));
        fill(weighed, 2.5 * ENTRY_BYTES, 12);
        assertThat(weighed.footprint().calibration()).isEqualTo(1);
        assertThat(weighed.policy().eviction().orElseThrow().weightedSize().orElseThrow())
                .isGreaterThan(WEIGHT - 2 * ENTRY_BYTES);
    }

    @Test
    void anEntryWeighsWhatTheSizerSaysAfterCalibrationToo() {
        MemoryAwareCache<Integer, Integer> cache =
                cache(builder -> builder.maximumHeapShare(SHARE).sizer((key, value) -> ENTRY_BYTES));
        cache.put(-1, -1);
        long one = cache.policy().eviction().orElseThrow().weightedSize().orElseThrow();
        cache.invalidateAll();
        fill(cache, 2.5 * ENTRY_BYTES, 12);
        assertThat(cache.footprint().calibration()).isGreaterThan(2);
        assertThat(cache.policy().eviction().orElseThrow().weightedSize().orElseThrow())
                .isEqualTo(one * cache.estimatedSize());
    }

    @Test
    void aMixedCacheIsWithinFivePercentOfTheTruthOnceCalibrated() {
        List<Supplies> warehouses = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            warehouses.add(new Supplies(i));
        }
        ScriptedSource small = new ScriptedSource(64 << 20);
        MemoryPressure itsPressure = small.pressure(new ManualTicker());
        HeapGovernor itsGovernor = HeapGovernor.of(itsPressure, Runnable::run, HeapGovernor.Policy.defaults());
        MemoryAwareCache<Object, Object> mixed = MemoryAwareCache.builder()
                .maximumHeapShare(0.9)
                .executor(Runnable::run)
                .governor(itsGovernor)
                .build();
        caches.add(mixed);
        int next = 0;
        for (int step = 0; step < 10; step++) {
            small.fullCollection((5 << 20) + trueBytes(mixed));
            for (int i = 0; i < 1_500; i++, next++) {
                mixed.put("key " + next, value(next, warehouses));
            }
        }
        long truth = trueBytes(mixed);
        small.fullCollection((5 << 20) + truth);
        CacheFootprint told = mixed.footprint();
        double before = (double) told.totalBytes() / truth;
        double after = (double) told.calibratedBytes() / truth;
        assertThat(before).as("the sizer counts for each what they share").isGreaterThan(1.1);
        assertThat(after).isBetween(0.95, 1.05);
        itsGovernor.close();
        itsPressure.close();
    }

    private static Object value(int i, List<Supplies> warehouses) {
        return switch (i % 4) {
            case 0 -> new Item("item " + i, warehouses.get(i % warehouses.size()), new byte[i % 300]);
            case 1 -> new ArrayList<>(List.of("a text of number " + i, i, new long[i % 17]));
            case 2 -> List.of(new Item("one " + i, warehouses.get(i * 7 % warehouses.size()), new byte[5]));
            default -> "a plain text, longer for some".repeat(i % 9) + i;
        };
    }

    private static long trueBytes(MemoryAwareCache<?, ?> cache) {
        return GraphLayout.parseInstance(CacheIntegrity.tables(cache)).totalSize();
    }

    /** Not a record: JOL would need a flag. */
    private static final class Item {
        final String name;
        final Supplies from;
        final byte[] image;

        Item(String name, Supplies from, byte[] image) {
            this.name = name;
            this.from = from;
            this.image = image;
        }
    }

    private static final class Supplies {
        final String place;
        final long[] stock = new long[40];

        Supplies(int i) {
            place = "place " + i;
        }
    }
}
