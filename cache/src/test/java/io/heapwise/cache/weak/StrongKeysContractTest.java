package io.heapwise.cache.weak;

import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;

/** Keys held by the cache, compared by equals. */
final class StrongKeysContractTest extends WeakContract {
    record Name(int number) {}

    @Override
    WeakCacheBuilder<Object, Object> builder() {
        return WeakCache.builder();
    }

    @Override
    Object newKey(int number) {
        return new Name(number);
    }
}
