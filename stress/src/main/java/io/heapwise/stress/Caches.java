package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** The one place where the stress tests get their caches from. */
public final class Caches {
    private Caches() {}

    public static <K, V> Cache<K, V> bySize(long maximumEntries) {
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(maximumEntries)
                .build();
    }

    /** A cache in which a value, a positive number, is its own weight. */
    public static <K> Cache<K, Integer> byValue(long maximumWeight) {
        return Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(maximumWeight)
                .weigher((K key, Integer value) -> value)
                .build();
    }

    /** Gives back what a test held; a test makes very many caches. */
    public static void close(Cache<?, ?> cache) {
        if (cache instanceof LoadingCache) {
            cache.cleanUp();
        }
    }
}
