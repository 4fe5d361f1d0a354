package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;

/** Holds the contract of asynchronous caches against Caffeine, so that it is known to be true. */
final class CaffeineAsyncApiContractTest extends AsyncContract {
    @Override
    <K, V> AsyncCache<K, V> make(Setup<K, V> setup) {
        return CaffeineMaker.builder(setup).buildAsync();
    }

    @Override
    <K, V> AsyncLoadingCache<K, V> make(Setup<K, V> setup, AsyncCacheLoader<? super K, V> loader) {
        return CaffeineMaker.builder(setup).buildAsync(loader);
    }

    @Override
    void verify(AsyncCache<?, ?> cache) {
        cache.synchronous().cleanUp();
    }
}
