package io.heapwise.cache.weak;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;
import java.util.Locale;

/** Keys held by the cache, compared by a rule of their user's. */
final class OwnEqualityContractTest extends WeakContract {
    private int made;

    @Override
    WeakCacheBuilder<Object, Object> builder() {
        return WeakCache.builder().keyEquality(Equality.by(key -> key.toString().toLowerCase(Locale.ROOT)));
    }

    @Override
    Object newKey(int number) {
        String key = "key " + number;
        return made++ % 2 == 0 ? key : key.toUpperCase(Locale.ROOT);
    }
}
