package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** A cache that is told to hold less gives up what is cold, whoever does the work and whenever. */
final class LoweredMaximumTest {
    private static final int ENTRIES = 60_000;
    private static final int HOT = 12_000;
    private static final long HEAP_BYTES = 100L << 20;

    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private MemoryAwareCache<Integer, Integer> filled() {
        MemoryAwareCache<Integer, Integer> cache =
                HeapwiseMaker.calm(builder -> builder.maximumWeight(ENTRIES).weigher((key, value) -> value));
        for (int key = 0; key < ENTRIES; key++) {
            cache.put(key, 1);
        }
        return cache;
    }

    private static double hotShareLeft(MemoryAwareCache<Integer, Integer> cache) {
        int left = 0;
        for (int key = ENTRIES - HOT; key < ENTRIES; key++) {
            left += cache.policy().getIfPresentQuietly(key) == null ? 0 : 1;
        }
        return (double) left / HOT;
    }

    @Test
    void whatWasUsedLastStaysWhenTheMaximumIsLowered() {
        MemoryAwareCache<Integer, Integer> cache = filled();
        cache.policy().eviction().orElseThrow().setMaximum(ENTRIES * 7 / 10);
        assertThat(cache.estimatedSize()).isEqualTo(ENTRIES * 7 / 10);
        assertThat(hotShareLeft(cache)).isGreaterThan(0.98);
        CacheIntegrity.check(cache);
    }

    /** The executor has not come round to it yet; the first writers must not pay with all that is in their stripe. */
    @Test
    void whatWasUsedLastStaysThoughWritersComeBeforeTheExecutor() {
        ScriptedSource source = new ScriptedSource(HEAP_BYTES);
        HeapGovernor governor =
                HeapGovernor.of(source.pressure(new ManualTicker()), Runnable::run, HeapGovernor.Policy.defaults());
        MemoryAwareCache<Integer, Integer> cache = MemoryAwareCache.<Integer, Integer>builder()
                .maximumSize(ENTRIES)
                .executor(tasks::add)
                .governor(governor)
                .build();
        for (int key = 0; key < ENTRIES; key++) {
            cache.put(key, 1);
        }
        source.fullCollection(HEAP_BYTES * 95 / 100);
        for (int key = ENTRIES; key < ENTRIES + 100; key++) {
            cache.put(key, 1);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        assertThat(cache.estimatedSize())
                .as("after %s", cache.lastDecision())
                .isBetween(ENTRIES / 2L, ENTRIES * 9L / 10);
        assertThat(hotShareLeft(cache)).isGreaterThan(0.98);
        CacheIntegrity.check(cache);
    }

    @Test
    void whatWasUsedLastStaysWhenOneHeavyEntryComes() {
        MemoryAwareCache<Integer, Integer> cache = filled();
        for (int heavy = 0; heavy < 5; heavy++) {
            cache.put(ENTRIES + heavy, ENTRIES / 20);
        }
        assertThat(hotShareLeft(cache)).isGreaterThan(0.98);
        CacheIntegrity.check(cache);
    }
}
