package io.heapwise.pools.commons;

import io.heapwise.pools.Lease;
import io.heapwise.pools.PoolBuilder;
import io.heapwise.pools.internal.Keys;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.apache.commons.pool2.KeyedObjectPool;
import org.apache.commons.pool2.KeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Pools of ours by the keyed interface of commons-pool2. Invariant: what is on loan is known here, not by the pool of its key, which
 * may be let go of, or have been closed, before the object comes back.
 */
final class CommonsKeyedObjectPool<K, T> implements KeyedObjectPool<K, T> {
    private final KeyedPooledObjectFactory<K, T> factory;
    private final Borrowed<T> borrowed = new Borrowed<>();
    private final Keys<K, CommonsObjectPool<T>> keys;

    /** Those that have been closed and may still have objects on loan, which count. */
    private final Set<CommonsObjectPool<T>> closed = ConcurrentHashMap.newKeySet();

    CommonsKeyedObjectPool(KeyedPooledObjectFactory<K, T> factory, Consumer<PoolBuilder<?>> settings) {
        this.factory = factory;
        this.keys = new Keys<>(
                key -> new CommonsObjectPool<>(new OfKey<>(factory, key), settings, borrowed),
                CommonsObjectPool::isUnused,
                (key, pool) -> close(pool));
    }

    private void close(CommonsObjectPool<T> pool) {
        pool.close();
        closed.removeIf(CommonsObjectPool::isUnused);
        if (!pool.isUnused()) {
            closed.add(pool);
        }
    }

    @Override
    public T borrowObject(K key) throws Exception {
        while (true) {
            CommonsObjectPool<T> pool = keys.of(key);
            try {
                return pool.borrowObject();
            } catch (IllegalStateException refused) {
                requireLetGoOf(pool, refused);
            }
        }
    }

    @Override
    public void addObject(K key) throws Exception {
        while (true) {
            CommonsObjectPool<T> pool = keys.of(key);
            try {
                pool.addObject();
                return;
            } catch (IllegalStateException refused) {
                requireLetGoOf(pool, refused);
            }
        }
    }

    private void requireLetGoOf(CommonsObjectPool<T> pool, IllegalStateException refused) {
        if (!pool.isClosed() || keys.isClosed()) {
            throw refused;
        }
    }

    /** As the interface's own tests have it, and unlike the pool without keys, what is thrown while destroying is passed on. */
    @Override
    public void returnObject(K key, T object) throws Exception {
        Lease<Pooled<T>> lease = borrowed.remove(object);
        CommonsObjectPool.throwIfAny(CommonsObjectPool.giveBack(new OfKey<>(factory, key), lease));
    }

    @Override
    public void invalidateObject(K key, T object) throws Exception {
        Lease<Pooled<T>> lease = borrowed.remove(object);
        Pooled<T> pooled = lease.get();
        lease.invalidate();
        CommonsObjectPool.throwIfAny(pooled.destroyFailure);
    }

    @Override
    public void clear() {
        keys.pools().values().forEach(CommonsObjectPool::clear);
    }

    @Override
    public void clear(K key) {
        CommonsObjectPool<T> pool = keys.pools().get(key);
        if (pool != null) {
            pool.clear();
        }
    }

    @Override
    public void close() {
        keys.close();
    }

    @Override
    public int getNumIdle() {
        return sum(CommonsObjectPool::getNumIdle);
    }

    @Override
    public int getNumActive() {
        return sum(CommonsObjectPool::getNumActive);
    }

    private int sum(ToIntFunction<CommonsObjectPool<T>> figure) {
        return keys.pools().values().stream().mapToInt(figure).sum()
                + closed.stream().mapToInt(figure).sum();
    }

    @Override
    public int getNumIdle(K key) {
        return of(key, CommonsObjectPool::getNumIdle);
    }

    @Override
    public int getNumActive(K key) {
        return of(key, CommonsObjectPool::getNumActive);
    }

    private int of(K key, ToIntFunction<CommonsObjectPool<T>> figure) {
        CommonsObjectPool<T> pool = keys.pools().get(key);
        return pool == null ? 0 : figure.applyAsInt(pool);
    }

    @Override
    public String toString() {
        return "KeyedObjectPool[keys=" + keys.pools().size() + ", active=" + getNumActive() + ", idle=" + getNumIdle()
                + "]";
    }

    /** What a keyed factory makes for one key. */
    private record OfKey<K, T>(KeyedPooledObjectFactory<K, T> factory, K key) implements PooledObjectFactory<T> {
        @Override
        public @Nullable PooledObject<T> makeObject() throws Exception {
            return factory.makeObject(key);
        }

        @Override
        public void activateObject(PooledObject<T> object) throws Exception {
            factory.activateObject(key, object);
        }

        @Override
        public boolean validateObject(PooledObject<T> object) {
            return factory.validateObject(key, object);
        }

        @Override
        public void passivateObject(PooledObject<T> object) throws Exception {
            factory.passivateObject(key, object);
        }

        @Override
        public void destroyObject(PooledObject<T> object) throws Exception {
            factory.destroyObject(key, object);
        }
    }
}
