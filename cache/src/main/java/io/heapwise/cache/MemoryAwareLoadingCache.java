package io.heapwise.cache;

import com.github.benmanes.caffeine.cache.LoadingCache;

/**
 * A {@link MemoryAwareCache} that loads what is missing: a Caffeine {@link LoadingCache}.
 *
 * <p>Those who ask for a key that is being loaded share the outcome of that load, a failure too. A failed load leaves
 * nothing behind; the next call tries again.
 *
 * @param <K> keys
 * @param <V> values
 * @since 0.1.0
 */
public interface MemoryAwareLoadingCache<K, V> extends MemoryAwareCache<K, V>, LoadingCache<K, V> {}
