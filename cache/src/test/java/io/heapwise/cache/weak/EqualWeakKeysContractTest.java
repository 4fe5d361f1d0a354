package io.heapwise.cache.weak;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;

/** Keys held weakly, yet compared by equals. */
final class EqualWeakKeysContractTest extends WeakContract {
    @Override
    WeakCacheBuilder<Object, Object> builder() {
        return WeakCache.builder().weakKeys().keyEquality(Equality.natural());
    }

    @Override
    Object newKey(int number) {
        return new StrongKeysContractTest.Name(number);
    }

    @Override
    boolean areKeysWeak() {
        return true;
    }
}
