package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** Builds the caches which a contract is held against, and says whether one of them is still sound. */
interface CacheMaker {
    <K, V> Cache<K, V> make(Setup<K, V> setup);

    <K, V> LoadingCache<K, V> make(Setup<K, V> setup, CacheLoader<? super K, V> loader);

    /** Throws an AssertionError or IllegalStateException that names the broken law. */
    void verify(Cache<?, ?> cache);
}
