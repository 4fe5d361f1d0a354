package io.heapwise.cache.internal.weak;

import static java.util.Objects.requireNonNull;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCache;
import io.heapwise.cache.WeakCacheStats;
import io.heapwise.memory.Subscription;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cache as its users see it. Invariant: nulls end here; every key and value in the store came in as a K and a V. */
public final class WeakStoreCache<K, V> implements WeakCache<K, V> {
    final LinkStore store;
    final Flights flights;
    private final String name;
    private final boolean weakKeys;

    /**
     * @param name for messages
     * @param weakKeys whether keys are held weakly too
     * @param equality what keys are the same
     * @param executor runs the actions
     */
    @SuppressWarnings("unchecked") // it compares keys of this store alone
    public WeakStoreCache(String name, boolean weakKeys, Equality<? super K> equality, Executor executor) {
        this.name = name;
        this.weakKeys = weakKeys;
        this.store = new LinkStore(
                weakKeys ? Keying.WEAK : Keying.STRONG, (Equality<Object>) equality, new Watches(name, executor));
        this.flights = new Flights(store);
    }

    @Override
    public @Nullable V getIfPresent(K key) {
        return value(store.read(key, store.hash(requireNonNull(key, "key"))));
    }

    @Override
    @SuppressWarnings("unchecked") // it is called with keys of this cache alone
    public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader) {
        requireNonNull(key, "key");
        requireNonNull(loader, "loader");
        return value(flights.get(key, (Function<Object, @Nullable Object>) loader));
    }

    @Override
    public @Nullable V put(K key, V value) {
        return value(store.put(requireNonNull(key, "key"), requireNonNull(value, "value"), false));
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        return value(store.put(requireNonNull(key, "key"), requireNonNull(value, "value"), true));
    }

    @Override
    public @Nullable V remove(K key) {
        return value(store.remove(requireNonNull(key, "key"), null, false));
    }

    @Override
    public boolean remove(K key, V value) {
        return store.remove(requireNonNull(key, "key"), requireNonNull(value, "value"), false) != null;
    }

    @Override
    public void invalidate(K key) {
        store.remove(requireNonNull(key, "key"), null, true);
    }

    @Override
    public void invalidateAll() {
        store.clear();
    }

    @Override
    @SuppressWarnings("unchecked")
    public void forEach(BiConsumer<? super K, ? super V> action) {
        requireNonNull(action, "action");
        store.forEach(link -> {
            Object key = link.key();
            Object value = link.get();
            if (key != null && value != null) {
                action.accept((K) key, (V) value);
            }
        });
    }

    @Override
    public Subscription onCollected(K key, Runnable action) {
        requireNonNull(key, "key");
        Watch watch = new Watch(store.watches, requireNonNull(action, "action"));
        if (!store.watch(key, watch)) {
            store.watches.start(watch);
        }
        return watch;
    }

    @Override
    public Subscription onCollected(K key, Consumer<? super K> action) {
        requireNonNull(key, "key");
        requireNonNull(action, "action");
        if (weakKeys) {
            throw new IllegalStateException(
                    "weakKeys=true (expected keys that are held, for an action that gets one): pass an"
                            + " action without a parameter");
        }
        return onCollected(key, () -> action.accept(key));
    }

    @Override
    public long estimatedSize() {
        return store.estimatedSize();
    }

    @Override
    public WeakCacheStats stats() {
        return store.stats();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public String toString() {
        return "WeakCache{name=" + name + ", entries=" + store.estimatedSize() + '}';
    }

    /** Throws unless the invariants hold; only while no other thread uses the cache. */
    void checkIntegrity() {
        store.checkIntegrity();
        if (flights.isAnyWaiting()) {
            throw new IllegalStateException("a thread waits for a load (expected none)");
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // only a V gets into the store
    private static <V> @Nullable V value(@Nullable Object found) {
        return (V) found;
    }
}
