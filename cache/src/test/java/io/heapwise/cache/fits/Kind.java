package io.heapwise.cache.fits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;

/** Whose cache it is: what a framework does with Caffeine's is what it has to do with ours. */
enum Kind {
    HEAPWISE {
        @Override
        <K, V> Cache<K, V> make(int maximum) {
            return MemoryAwareCache.<K, V>builder()
                    .maximumSize(maximum)
                    .recordStats()
                    .executor(Runnable::run)
                    .governor(CALM)
                    .build();
        }

        @Override
        <K, V> LoadingCache<K, V> make(int maximum, CacheLoader<K, V> loader) {
            return MemoryAwareCache.<K, V>builder()
                    .maximumSize(maximum)
                    .recordStats()
                    .executor(Runnable::run)
                    .governor(CALM)
                    .build(loader);
        }
    },
    CAFFEINE {
        @Override
        <K, V> Cache<K, V> make(int maximum) {
            return Caffeine.newBuilder()
                    .maximumSize(maximum)
                    .recordStats()
                    .executor(Runnable::run)
                    .build();
        }

        @Override
        <K, V> LoadingCache<K, V> make(int maximum, CacheLoader<K, V> loader) {
            return Caffeine.newBuilder()
                    .maximumSize(maximum)
                    .recordStats()
                    .executor(Runnable::run)
                    .build(loader);
        }
    };

    private static final HeapGovernor CALM = HeapGovernor.of(new ScriptedSource(1L << 30).pressure(new ManualTicker()));

    abstract <K, V> Cache<K, V> make(int maximum);

    abstract <K, V> LoadingCache<K, V> make(int maximum, CacheLoader<K, V> loader);
}
