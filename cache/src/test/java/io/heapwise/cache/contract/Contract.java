package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * The root of all contracts: whatever a test does to a cache made here, the cache is sound afterwards. The time limit is
 * there to turn a deadlock into a failure; no test depends on it otherwise.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class Contract {
    private final CacheMaker maker;
    private final List<Cache<?, ?>> made = new ArrayList<>();

    Contract(CacheMaker maker) {
        this.maker = maker;
    }

    final <K, V> Cache<K, V> cache() {
        return cache(Setup.any());
    }

    final <K, V> Cache<K, V> cache(Setup<K, V> setup) {
        Cache<K, V> cache = maker.make(setup);
        made.add(cache);
        return cache;
    }

    final <K, V> LoadingCache<K, V> loading(CacheLoader<? super K, V> loader) {
        return loading(Setup.any(), loader);
    }

    final <K, V> LoadingCache<K, V> loading(Setup<K, V> setup, CacheLoader<? super K, V> loader) {
        LoadingCache<K, V> cache = maker.make(setup, loader);
        made.add(cache);
        return cache;
    }

    /** What an iteration shows: unlike the size, it does not count what has expired. */
    static <K, V> Map<K, V> present(Cache<K, V> cache) {
        Map<K, V> present = new HashMap<>();
        cache.asMap().forEach(present::put);
        return present;
    }

    @AfterEach
    final void everyCacheIsStillSound() {
        made.forEach(maker::verify);
    }
}
