package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.CacheLoader;
import io.heapwise.cache.MemoryAwareLoadingCache;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cache with a loader. Invariant: checked exceptions of the loader leave as {@link CompletionException}, unchecked ones
 * as they are.
 */
final class SelfLoadingCache<K, V> extends ManualCache<K, V> implements MemoryAwareLoadingCache<K, V> {
    private final CacheLoader<? super K, V> loader;

    /** One object for all calls: by it those who wait know that they asked for the same load. */
    private final Function<K, @Nullable V> load;

    private final @Nullable Function<Set<? extends K>, Map<? extends K, ? extends V>> loadAll;

    SelfLoadingCache(Blueprint<K, V> blueprint, CacheLoader<? super K, V> loader) {
        super(blueprint);
        this.loader = loader;
        refreshWhatIsDue(engine.store.aging(), loader);
        this.load = key -> unchecked(() -> loader.load(key));
        this.loadAll = overridesLoadAll(loader) ? keys -> bulkLoad(loader, keys) : null;
    }

    @SuppressWarnings("unchecked") // only a K and a V get into the store
    private void refreshWhatIsDue(@Nullable Aging aging, CacheLoader<? super K, V> loader) {
        if (aging != null) {
            aging.refreshBy((key, value) -> refreshes.startDue((K) key, (V) value, loader));
        }
    }

    @Override
    @SuppressWarnings("NullAway") // Caffeine declares V, but means null where the loader finds nothing
    public @Nullable V get(K key) {
        return engine.computeIfAbsent(requireNonNull(key, "key"), load, true);
    }

    @Override
    public Map<K, V> getAll(Iterable<? extends K> keys) {
        if (loadAll != null) {
            return getAll(keys, loadAll);
        }
        Map<K, V> result = new LinkedHashMap<>();
        for (K key : distinct(keys)) {
            V value = get(key);
            if (value != null) {
                result.put(key, value);
            }
        }
        return Collections.unmodifiableMap(result);
    }

    @Override
    public CompletableFuture<V> refresh(K key) {
        return refreshes.start(requireNonNull(key, "key"), loader);
    }

    @Override
    public CompletableFuture<Map<K, V>> refreshAll(Iterable<? extends K> keys) {
        Map<K, CompletableFuture<V>> started = new LinkedHashMap<>();
        for (K key : distinct(keys)) {
            started.put(key, refresh(key));
        }
        return CompletableFuture.allOf(started.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<K, V> result = new LinkedHashMap<>();
                    started.forEach((key, future) -> {
                        V value = future.join();
                        if (value != null) {
                            result.put(key, value);
                        }
                    });
                    return Collections.unmodifiableMap(result);
                });
    }

    /** Whether the loader brings a bulk load of its own; the inherited one only throws. */
    private static boolean overridesLoadAll(CacheLoader<?, ?> loader) {
        try {
            return loader.getClass().getMethod("loadAll", Set.class).getDeclaringClass() != CacheLoader.class;
        } catch (NoSuchMethodException | SecurityException e) {
            return false;
        }
    }

    @SuppressWarnings("unchecked") // a loader of super K takes a set of K
    private static <K, V> Map<? extends K, ? extends V> bulkLoad(
            CacheLoader<? super K, V> loader, Set<? extends K> keys) {
        return requireNonNull(unchecked(() -> ((CacheLoader<K, V>) loader).loadAll(keys)), "loadAll returned null");
    }

    /** A load that may throw anything. */
    @FunctionalInterface
    interface Load<T> {
        @Nullable T run() throws Exception;
    }

    static <T> @Nullable T unchecked(Load<T> load) {
        try {
            return load.run();
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (InterruptedException thrown) {
            Thread.currentThread().interrupt();
            throw new CompletionException(thrown);
        } catch (Exception thrown) {
            throw new CompletionException(thrown);
        }
    }
}
