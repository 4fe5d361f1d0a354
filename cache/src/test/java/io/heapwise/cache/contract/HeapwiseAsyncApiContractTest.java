package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.AsyncLoadingCache;

/** Holds the contract of asynchronous caches against ours. */
final class HeapwiseAsyncApiContractTest extends AsyncContract {
    private final HeapwiseMaker maker = HeapwiseMaker.bySize();

    @Override
    <K, V> AsyncCache<K, V> make(Setup<K, V> setup) {
        return maker.builder(setup).buildAsync();
    }

    @Override
    <K, V> AsyncLoadingCache<K, V> make(Setup<K, V> setup, AsyncCacheLoader<? super K, V> loader) {
        return maker.builder(setup).buildAsync(loader);
    }

    @Override
    void verify(AsyncCache<?, ?> cache) {
        io.heapwise.cache.internal.CacheIntegrity.check(cache.synchronous());
    }
}
