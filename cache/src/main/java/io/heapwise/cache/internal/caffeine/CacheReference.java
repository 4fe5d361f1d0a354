package io.heapwise.cache.internal.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** A cache held weakly, as a key: equal to another that refers to the same object, and to itself for ever. */
final class CacheReference<K, V> extends WeakReference<Cache<K, V>> {
    private final int hash;

    CacheReference(Cache<K, V> cache, ReferenceQueue<? super Cache<?, ?>> queue) {
        super(cache, queue);
        this.hash = System.identityHashCode(cache);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        Object cache = get();
        return cache != null && other instanceof CacheReference<?, ?> reference && reference.get() == cache;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
