package io.heapwise.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;

/**
 * A Caffeine {@link AsyncCache} that is bounded as a {@link MemoryAwareCache} is. It holds futures; what a value weighs, how long
 * it lives and what listeners are told of it is the matter of the value, once it is there.
 *
 * <p>A future that is not complete weighs nothing, is not evicted and does not expire. One that fails, or completes with null, leaves the
 * cache, of which no listener is told. Listeners of an entry that left before it was complete are told when it is.
 *
 * <p><b>The synchronous view</b> takes futures under way for absent, except that those who compute, replace or load a key wait for
 * the one under way, outside all locks. {@code put}, {@code remove} and {@code invalidate} don't wait. A load by that view runs on
 * the calling thread.
 *
 * <p>Mapping functions that return a future should be short: whoever wants the same key meanwhile waits for them.
 *
 * @param <K> keys
 * @param <V> values
 * @since 0.1.0
 */
public interface MemoryAwareAsyncCache<K, V> extends AsyncCache<K, V> {
    /**
     * The same entries without futures; closing it and its footprint are those of this cache.
     *
     * @return a view
     */
    @Override
    MemoryAwareCache<K, V> synchronous();
}
