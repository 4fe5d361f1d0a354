package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheBuilder;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Keys held weakly, compared by identity. */
final class IdentityKeysContractTest extends WeakContract {
    @Override
    WeakCacheBuilder<Object, Object> builder() {
        return WeakCache.builder().weakKeys();
    }

    @Override
    Object newKey(int number) {
        return new StrongKeysContractTest.Name(number);
    }

    @Override
    boolean areEqualKeysTheSame() {
        return false;
    }

    @Override
    boolean areKeysWeak() {
        return true;
    }

    @Test
    void anActionWaitsForTheValueThoughTheKeyIsGone() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        AtomicInteger ran = new AtomicInteger();
        Object key = newKey(1);
        cache.put(key, value);
        cache.onCollected(key, ran::incrementAndGet);
        key = null;
        collectUntil(() -> cache.estimatedSize() == 0);
        assertThat(ran).hasValue(0);
        assertThat(cache.stats().actions()).isOne();
        Reference.reachabilityFence(value);
        value = null;
        collectUntil(() -> ran.get() == 1);
    }

    @Test
    void aKeyThatRefersToItsValueKeepsNothingAlive() {
        WeakCache<Object, Object> cache = cache();
        Object value = new Object();
        cache.put(List.of(value), value);
        value = null;
        collectUntil(() -> cache.estimatedSize() == 0);
        assertThat(cache.stats().collected()).isOne();
    }
}
