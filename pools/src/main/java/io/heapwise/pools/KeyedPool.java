package io.heapwise.pools;

import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.Keys;
import io.heapwise.pools.internal.ObjectPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Pool} for each key, as for each host or tenant: made when the key is first asked for, let go of when it has no object any
 * more.
 *
 * <pre>{@code
 * KeyedPool<String, Connection> hosts = KeyedPool.of(
 *         host -> Pool.builder(() -> connect(host)).maximumSize(4).idleExpiry(Duration.ofMinutes(1)));
 * try (Lease<Connection> lease = hosts.acquire("db-1", Duration.ofMillis(200))) {
 *     lease.get().send(request);
 * }
 * }</pre>
 *
 * <p><b>Bounds</b> are those of each key's pool; there is none for all keys together. A key costs what a pool costs, 1.2 to 2
 * kilobytes, until it is let go of: when its last object was destroyed, and some new key comes. So give the pools an
 * {@link PoolBuilder#idleExpiry idle expiry} if keys come and go.
 *
 * <p><b>Threads.</b> Thread-safe, as the pools are. Keys must not be null, and must not change while they are here.
 *
 * @param <K> what tells the pools apart
 * @param <T> what is lent
 */
public final class KeyedPool<K, T> implements AutoCloseable {
    private final Keys<K, ObjectPool<T>> keys;
    private final Map<ObjectPool<T>, CompletableFuture<Void>> closing = new ConcurrentHashMap<>();

    private KeyedPool(Function<? super K, PoolBuilder<T>> builders) {
        this.keys = new Keys<>(
                key -> (ObjectPool<T>) builders.apply(key).build(),
                ObjectPool::isUnused,
                (key, pool) -> note(pool, pool.closeAsync()));
    }

    /**
     * Pools as told for each key.
     *
     * @param builders says how the pool of a key is to be; called when the key is first asked for, and again after its pool was let go
     *     of; what it throws goes to who asked
     * @param <K> what tells the pools apart
     * @param <T> what is lent
     * @return without any pool yet
     */
    public static <K, T> KeyedPool<K, T> of(Function<? super K, PoolBuilder<T>> builders) {
        return new KeyedPool<>(Arguments.require("builders", builders));
    }

    /**
     * As {@link Pool#acquire()}, of the key's pool.
     *
     * @param key whose
     * @return an object on loan, to be closed by the caller
     * @throws InterruptedException as there
     */
    public Lease<T> acquire(K key) throws InterruptedException {
        while (true) {
            ObjectPool<T> pool = keys.of(key);
            try {
                return pool.acquire();
            } catch (IllegalStateException refused) {
                requireLetGoOf(pool, refused);
            }
        }
    }

    /**
     * As {@link Pool#acquire(Duration)}, of the key's pool.
     *
     * @param key whose
     * @param timeout zero to wait for nothing
     * @return an object on loan, to be closed by the caller
     * @throws InterruptedException as there
     */
    public Lease<T> acquire(K key, Duration timeout) throws InterruptedException {
        while (true) {
            ObjectPool<T> pool = keys.of(key);
            try {
                return pool.acquire(timeout);
            } catch (IllegalStateException refused) {
                requireLetGoOf(pool, refused);
            }
        }
    }

    /**
     * As {@link Pool#tryAcquire()}, of the key's pool.
     *
     * @param key whose
     * @return an object on loan, or null
     */
    public @Nullable Lease<T> tryAcquire(K key) {
        while (true) {
            ObjectPool<T> pool = keys.of(key);
            try {
                return pool.tryAcquire();
            } catch (IllegalStateException refused) {
                requireLetGoOf(pool, refused);
            }
        }
    }

    /**
     * As {@link Pool#acquireAsync}, of the key's pool.
     *
     * @param key whose
     * @param timeout as for {@link #acquire(Object, Duration)}
     * @return completes as there; to cancel it gives up the place in the queue
     */
    public CompletableFuture<Lease<T>> acquireAsync(K key, Duration timeout) {
        while (true) {
            ObjectPool<T> pool = keys.of(key);
            CompletableFuture<Lease<T>> future = pool.acquireAsync(timeout);
            if (!future.isCompletedExceptionally() || !pool.isClosed() || keys.isClosed()) {
                return future;
            }
        }
    }

    /**
     * As {@link Pool#apply}, of the key's pool. Takes a lease, so 32 bytes.
     *
     * @param key whose
     * @param function uses the object; must not keep it
     * @param <R> what the function returns
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X what the function threw
     * @throws InterruptedException as there
     */
    public <R extends @Nullable Object, X extends Exception> R apply(
            K key, PoolFunction<? super T, ? extends R, X> function) throws X, InterruptedException {
        Lease<T> lease = acquire(key);
        try {
            return function.apply(lease.get());
        } finally {
            lease.close();
        }
    }

    /**
     * As {@link Pool#accept}, of the key's pool. Takes a lease, so 32 bytes.
     *
     * @param key whose
     * @param action uses the object; must not keep it
     * @param <X> what the action may throw
     * @throws X what the action threw
     * @throws InterruptedException as there
     */
    public <X extends Exception> void accept(K key, PoolAction<? super T, X> action) throws X, InterruptedException {
        this.<@Nullable Object, X>apply(key, object -> {
            action.accept(object);
            return null;
        });
    }

    /**
     * What each pool holds and has done.
     *
     * @return by key, of the keys that have a pool now
     */
    public Map<K, PoolStats> stats() {
        Map<K, PoolStats> stats = new LinkedHashMap<>();
        keys.pools().forEach((key, pool) -> stats.put(key, pool.stats()));
        return stats;
    }

    /** Has every key's pool {@linkplain Pool#refresh replace} its objects. */
    public void refresh() {
        keys.pools().values().forEach(Pool::refresh);
    }

    /**
     * Closes the pools of all keys, as {@link Pool#close(Duration)} does.
     *
     * @param grace how long borrowers may take to give back
     * @return completes when the last object of all is destroyed; to cancel it has no effect
     */
    public CompletableFuture<Void> close(Duration grace) {
        List<ObjectPool<T>> open = new ArrayList<>(keys.pools().values());
        open.forEach(pool -> note(pool, pool.close(grace)));
        keys.close();
        return CompletableFuture.allOf(closing.values().toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Closes the pools of all keys, with as much time for borrowers as they need.
     *
     * @return completes when the last object of all is destroyed; to cancel it has no effect
     */
    public CompletableFuture<Void> closeAsync() {
        return close(Duration.ofSeconds(Long.MAX_VALUE));
    }

    /** Begins to close the pools of all keys, and waits for nothing. */
    @Override
    public void close() {
        var unused = closeAsync();
    }

    private void note(ObjectPool<T> pool, CompletableFuture<Void> ending) {
        closing.put(pool, ending);
        var unused = ending.whenComplete((nothing, failure) -> closing.remove(pool));
    }

    /** Rethrows, unless the pool was closed only because it had nothing to do: then a new one takes its place. */
    private void requireLetGoOf(ObjectPool<T> pool, IllegalStateException refused) {
        if (!pool.isClosed() || keys.isClosed()) {
            throw refused;
        }
    }

    @Override
    public String toString() {
        Map<String, PoolStats> sorted = new TreeMap<>();
        stats().forEach((key, stats) -> sorted.put(String.valueOf(key), stats));
        return "KeyedPool" + sorted;
    }
}
