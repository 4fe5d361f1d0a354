package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;

/** The one place where the stress tests get their caches from: ours, in a heap that is never short. */
public final class Caches {
    private Caches() {}

    public static <K, V> Cache<K, V> bySize(long maximumEntries) {
        return MemoryAwareCache.<K, V>builder()
                .executor(Runnable::run)
                .governor(calm())
                .maximumSize(maximumEntries)
                .build();
    }

    /** A cache in which a value, a positive number, is its own weight. */
    public static <K> Cache<K, Integer> byValue(long maximumWeight) {
        return MemoryAwareCache.<K, Integer>builder()
                .executor(Runnable::run)
                .governor(calm())
                .maximumWeight(maximumWeight)
                .weigher((key, value) -> value)
                .build();
    }

    /**
     * One for each cache, which goes with it: a test makes very many caches at once and closes none, and one governor for
     * all would hold on to them.
     */
    private static HeapGovernor calm() {
        ScriptedSource source = new ScriptedSource(Runtime.getRuntime().maxMemory());
        return HeapGovernor.of(source.pressure(new ManualTicker()));
    }
}
