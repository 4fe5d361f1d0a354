package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.EvictionPolicy;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.Ticker;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a builder was told, checked and complete; null where a default must be made for each cache. */
public record Blueprint<K, V>(
        Bound<K, V> bound,
        EntrySizer<? super K, ? super V> sizer,
        int initialCapacity,
        EvictionPolicy policy,
        @Nullable Executor executor,
        @Nullable Ticker ticker,
        Lifespan<K, V> lifespan,
        @Nullable Supplier<? extends StatsCounter> stats,
        @Nullable RemovalListener<? super K, ? super V> removalListener,
        @Nullable RemovalListener<? super K, ? super V> evictionListener,
        String name,
        @Nullable HeapGovernor governor) {}
