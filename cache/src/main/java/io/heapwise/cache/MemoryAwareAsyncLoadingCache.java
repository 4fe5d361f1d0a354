package io.heapwise.cache;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;

/**
 * A {@link MemoryAwareAsyncCache} that loads what is missing: a Caffeine {@link AsyncLoadingCache}.
 *
 * @param <K> keys
 * @param <V> values
 * @since 0.1.0
 */
public interface MemoryAwareAsyncLoadingCache<K, V> extends MemoryAwareAsyncCache<K, V>, AsyncLoadingCache<K, V> {
    /**
     * The same entries without futures.
     *
     * @return a view
     */
    @Override
    MemoryAwareLoadingCache<K, V> synchronous();
}
