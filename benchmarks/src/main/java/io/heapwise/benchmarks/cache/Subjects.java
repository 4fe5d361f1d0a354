package io.heapwise.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/** Adapts each contestant to {@link Subject}, one call for one call, and adds nothing of its own. */
final class Subjects {

    private Subjects() {}

    /** For everything that is a Caffeine cache, Heapwise's own among them. */
    static <K, V> Subject<K, V> of(Cache<K, V> cache) {
        return new Subject<>() {
            @Override
            public V get(K key) {
                return cache.getIfPresent(key);
            }

            @Override
            public void put(K key, V value) {
                cache.put(key, value);
            }

            @Override
            public V getOrLoad(K key, Function<? super K, ? extends V> loader) {
                return cache.get(key, loader);
            }

            @Override
            public void clear() {
                cache.invalidateAll();
                cache.cleanUp();
            }

            @Override
            public long settledSize() {
                cache.cleanUp();
                return cache.estimatedSize();
            }

            @Override
            public Object root() {
                return cache;
            }

            @Override
            public void close() {
                if (cache instanceof AutoCloseable closeable) {
                    try {
                        closeable.close();
                    } catch (Exception e) {
                        throw new IllegalStateException("cache=" + cache + " (expected to close): see the cause", e);
                    }
                }
            }
        };
    }

    static <K, V> Subject<K, V> of(com.google.common.cache.Cache<K, V> cache) {
        return new Subject<>() {
            @Override
            public V get(K key) {
                return cache.getIfPresent(key);
            }

            @Override
            public void put(K key, V value) {
                cache.put(key, value);
            }

            @Override
            public V getOrLoad(K key, Function<? super K, ? extends V> loader) {
                try {
                    return cache.get(key, () -> loader.apply(key));
                } catch (ExecutionException e) {
                    throw new IllegalStateException("key=" + key + " (expected to load): see the cause", e);
                }
            }

            @Override
            public void clear() {
                cache.invalidateAll();
            }

            @Override
            public long settledSize() {
                cache.cleanUp();
                return cache.size();
            }

            @Override
            public Object root() {
                return cache;
            }
        };
    }

    static <K, V> Subject<K, V> of(org.cache2k.Cache<K, V> cache) {
        return new Subject<>() {
            @Override
            public V get(K key) {
                return cache.peek(key);
            }

            @Override
            public void put(K key, V value) {
                cache.put(key, value);
            }

            @Override
            public V getOrLoad(K key, Function<? super K, ? extends V> loader) {
                return cache.computeIfAbsent(key, loader);
            }

            @Override
            public void clear() {
                cache.clear();
            }

            @Override
            public long settledSize() {
                return cache.asMap().size();
            }

            @Override
            public Object root() {
                return cache;
            }

            @Override
            public void close() {
                cache.close();
            }
        };
    }

    /** As the article uses it: look, then load outside the lock, then store. */
    static <K, V> Subject<K, V> of(NaiveCache<K, V> cache) {
        return new Subject<>() {
            @Override
            public V get(K key) {
                return cache.get(key);
            }

            @Override
            public void put(K key, V value) {
                cache.set(key, value);
            }

            @Override
            public V getOrLoad(K key, Function<? super K, ? extends V> loader) {
                V present = cache.get(key);
                if (present != null) {
                    return present;
                }
                V loaded = loader.apply(key);
                cache.set(key, loaded);
                return loaded;
            }

            @Override
            public void clear() {
                cache.clear();
            }

            @Override
            public long settledSize() {
                return cache.size();
            }

            @Override
            public Object root() {
                return cache;
            }
        };
    }

    static <K, V> Subject<K, V> of(Map<K, V> map) {
        return new Subject<>() {
            @Override
            public V get(K key) {
                return map.get(key);
            }

            @Override
            public void put(K key, V value) {
                map.put(key, value);
            }

            @Override
            public V getOrLoad(K key, Function<? super K, ? extends V> loader) {
                return map.computeIfAbsent(key, loader);
            }

            @Override
            public void clear() {
                map.clear();
            }

            @Override
            public long settledSize() {
                return map.size();
            }

            @Override
            public Object root() {
                return map;
            }
        };
    }
}
