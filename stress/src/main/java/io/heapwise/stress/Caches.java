package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;
import io.heapwise.memory.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

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

    /** A cache of one key, whose entries expire so long after they were written; counts those that it tells of as expired. */
    public static <K, V> Cache<K, V> expiring(Ticker ticker, long lifeNanos, AtomicInteger told) {
        return unwatched(MemoryAwareCache.<K, V>builder()
                .executor(Runnable::run)
                .governor(calm())
                .maximumSize(10)
                .ticker(ticker)
                .expireAfterWrite(Duration.ofNanos(lifeNanos))
                .evictionListener((key, value, cause) -> told.incrementAndGet())
                .build());
    }

    /** The same, from the last use on. */
    public static <K, V> Cache<K, V> expiringAfterAccess(Ticker ticker, long lifeNanos) {
        return unwatched(MemoryAwareCache.<K, V>builder()
                .executor(Runnable::run)
                .governor(calm())
                .maximumSize(10)
                .ticker(ticker)
                .expireAfterAccess(Duration.ofNanos(lifeNanos))
                .build());
    }

    /** A cache that loads and reloads on the calling thread. */
    public static <K, V> LoadingCache<K, V> reloading(Function<K, V> load, UnaryOperator<V> reload) {
        return MemoryAwareCache.<K, V>builder()
                .executor(Runnable::run)
                .governor(calm())
                .maximumSize(10)
                .build(new CacheLoader<K, V>() {
                    @Override
                    public V load(K key) {
                        return load.apply(key);
                    }

                    @Override
                    public V reload(K key, V oldValue) {
                        return reload.apply(oldValue);
                    }
                });
    }

    /** Without rounds: a test makes more caches than the clock thread should watch, and sweeps by itself. */
    private static <K, V> Cache<K, V> unwatched(MemoryAwareCache<K, V> cache) {
        cache.close();
        return cache;
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
