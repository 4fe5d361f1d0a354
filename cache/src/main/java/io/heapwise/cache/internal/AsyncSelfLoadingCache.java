package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.CacheLoader;
import io.heapwise.cache.MemoryAwareAsyncLoadingCache;
import io.heapwise.cache.MemoryAwareLoadingCache;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** A cache of futures with a loader. Invariant: what the loader throws instead of returning a future goes to the caller. */
final class AsyncSelfLoadingCache<K, V> extends AsyncManualCache<K, V> implements MemoryAwareAsyncLoadingCache<K, V> {
    private final AsyncCacheLoader<? super K, V> loader;
    private final boolean isBulk;
    private final View<K, V> view;

    AsyncSelfLoadingCache(Blueprint<K, V> blueprint, AsyncCacheLoader<? super K, V> loader) {
        super(blueprint);
        this.loader = loader;
        this.isBulk = loadsInBulk(loader);
        this.view = (View<K, V>) super.synchronous();
        Aging aging = engine.store.aging();
        if (aging != null) {
            aging.refreshBy(this::refreshDue);
        }
    }

    @SuppressWarnings("unchecked") // only a K gets into the store
    private void refreshDue(Object key, Object stored) {
        V value = Futures.ready(stored);
        if (value != null) {
            view.refreshes.startDue((K) key, value, loader);
        }
    }

    @Override
    ManualCache<K, V> view(Blueprint<K, V> blueprint) {
        return new View<>(blueprint, this);
    }

    @Override
    public MemoryAwareLoadingCache<K, V> synchronous() {
        return view;
    }

    @Override
    public CompletableFuture<V> get(K key) {
        return get(key, this::load);
    }

    private CompletableFuture<? extends V> load(K key, Executor executor) {
        return requireNonNull(
                SelfLoadingCache.unchecked(() -> loader.asyncLoad(key, executor)), "the loader returned no future");
    }

    @Override
    public CompletableFuture<Map<K, V>> getAll(Iterable<? extends K> keys) {
        if (isBulk) {
            return getAll(keys, this::loadAll, null);
        }
        Map<K, CompletableFuture<V>> futures = new LinkedHashMap<>();
        for (K key : ManualCache.distinct(keys)) {
            futures.put(key, get(key));
        }
        return Futures.allOf(futures);
    }

    @SuppressWarnings("unchecked") // a loader of super K takes a set of K
    private CompletableFuture<? extends Map<? extends K, ? extends V>> loadAll(
            Set<? extends K> keys, Executor executor) {
        return requireNonNull(
                SelfLoadingCache.unchecked(() -> ((AsyncCacheLoader<K, V>) loader).asyncLoadAll(keys, executor)),
                "the loader returned no future");
    }

    /** Whether the loader brings a bulk load of its own; the inherited ones only throw, or call each other. */
    private static boolean loadsInBulk(AsyncCacheLoader<?, ?> loader) {
        return isOwn(loader, "asyncLoadAll", Set.class, Executor.class)
                || (loader instanceof CacheLoader && isOwn(loader, "loadAll", Set.class));
    }

    private static boolean isOwn(AsyncCacheLoader<?, ?> loader, String name, Class<?>... parameters) {
        try {
            Class<?> declaring = loader.getClass().getMethod(name, parameters).getDeclaringClass();
            return declaring != CacheLoader.class && declaring != AsyncCacheLoader.class;
        } catch (NoSuchMethodException | SecurityException e) {
            return false;
        }
    }

    /** The same by values. Its loads are those of the cache of futures, on the executor. */
    private static final class View<K, V> extends SyncView<K, V> implements MemoryAwareLoadingCache<K, V> {
        private final AsyncSelfLoadingCache<K, V> loading;

        View(Blueprint<K, V> blueprint, AsyncSelfLoadingCache<K, V> async) {
            super(blueprint, async);
            this.loading = async;
        }

        @Override
        @SuppressWarnings("NullAway") // Caffeine declares V, but means null where the loader finds nothing
        public @Nullable V get(K key) {
            return Futures.join(loading.get(requireNonNull(key, "key")));
        }

        @Override
        public Map<K, V> getAll(Iterable<? extends K> keys) {
            return requireNonNull(Futures.join(loading.getAll(keys)));
        }

        @Override
        public CompletableFuture<V> refresh(K key) {
            return refreshes.start(requireNonNull(key, "key"), loading.loader);
        }

        @Override
        public CompletableFuture<Map<K, V>> refreshAll(Iterable<? extends K> keys) {
            Map<K, CompletableFuture<V>> started = new LinkedHashMap<>();
            for (K key : distinct(keys)) {
                started.put(key, refresh(key));
            }
            return Futures.allOf(started);
        }
    }
}
