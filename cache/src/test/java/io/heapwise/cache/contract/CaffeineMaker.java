package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;

/** Makes the oracle: a contract that Caffeine itself does not keep states the wrong thing. */
final class CaffeineMaker implements CacheMaker {
    private static final long AMPLE = 100_000;

    @Override
    public <K, V> Cache<K, V> make(Setup<K, V> setup) {
        return builder(setup).build();
    }

    @Override
    public <K, V> LoadingCache<K, V> make(Setup<K, V> setup, CacheLoader<? super K, V> loader) {
        return builder(setup).build(loader);
    }

    static <K, V> Caffeine<K, V> builder(Setup<K, V> setup) {
        @SuppressWarnings("unchecked")
        Caffeine<K, V> builder = (Caffeine<K, V>) Caffeine.newBuilder();
        builder.executor(setup.executor);
        if (setup.maximumWeight != Setup.OPEN) {
            builder.maximumWeight(setup.maximumWeight).weigher(setup.weigher);
        } else {
            builder.maximumSize(setup.maximumSize == Setup.OPEN ? AMPLE : setup.maximumSize);
        }
        if (setup.initialCapacity != Setup.OPEN) {
            builder.initialCapacity(setup.initialCapacity);
        }
        if (setup.stats) {
            builder.recordStats();
        }
        if (setup.counter != null) {
            builder.recordStats(setup.counter);
        }
        if (setup.removalListener != null) {
            builder.removalListener(setup.removalListener);
        }
        if (setup.evictionListener != null) {
            builder.evictionListener(setup.evictionListener);
        }
        if (setup.ticker != null) {
            builder.ticker(setup.ticker::nanos);
        }
        if (setup.expireAfterWrite != null) {
            builder.expireAfterWrite(setup.expireAfterWrite);
        }
        if (setup.expireAfterAccess != null) {
            builder.expireAfterAccess(setup.expireAfterAccess);
        }
        if (setup.expiry != null) {
            builder.expireAfter(setup.expiry);
        }
        if (setup.refreshAfterWrite != null) {
            builder.refreshAfterWrite(setup.refreshAfterWrite);
        }
        return builder;
    }

    @Override
    public void verify(Cache<?, ?> cache) {
        cache.cleanUp();
        assertThat(cache.asMap().entrySet().stream().count()).isEqualTo(cache.estimatedSize());
    }
}
