package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.CacheLoader;
import io.heapwise.cache.MemoryAwareAsyncCache;
import io.heapwise.cache.MemoryAwareAsyncLoadingCache;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.MemoryAwareLoadingCache;

/** Builds caches from what the builder was told: the one door into this package. */
public final class Caches {
    private Caches() {}

    /** A cache that its users fill. */
    public static <K, V> MemoryAwareCache<K, V> manual(Blueprint<K, V> blueprint) {
        return new ManualCache<>(blueprint);
    }

    /** A cache of futures. */
    public static <K, V> MemoryAwareAsyncCache<K, V> async(Blueprint<K, V> blueprint) {
        return new AsyncManualCache<>(blueprint);
    }

    /** A cache of futures that fills itself. */
    public static <K, V> MemoryAwareAsyncLoadingCache<K, V> asyncLoading(
            Blueprint<K, V> blueprint, AsyncCacheLoader<? super K, V> loader) {
        return new AsyncSelfLoadingCache<>(blueprint, loader);
    }

    /** A cache that fills itself. */
    public static <K, V> MemoryAwareLoadingCache<K, V> loading(
            Blueprint<K, V> blueprint, CacheLoader<? super K, V> loader) {
        return new SelfLoadingCache<>(blueprint, loader);
    }
}
