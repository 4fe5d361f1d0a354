package io.heapwise.pools.commons;

import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolBuilder;
import io.heapwise.pools.internal.Arguments;
import java.util.function.Consumer;
import org.apache.commons.pool2.KeyedObjectPool;
import org.apache.commons.pool2.KeyedPooledObjectFactory;
import org.apache.commons.pool2.ObjectPool;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;

/**
 * The ways from commons-pool2 to here: take its factory and our {@link Pool}, or keep its interface, with our pool under it.
 *
 * <p>Under its interface what is on loan is found by identity, in a map: a loan costs two map operations and about a hundred bytes
 * more. And an object that its borrower forgets stays on loan, since the pool itself must keep hold of it to know it again: to have
 * forgotten ones found, use leases.
 */
public final class CommonsPools {
    private CommonsPools() {}

    /**
     * Begins a pool of what a commons-pool2 factory makes, with all its hooks: {@code validateObject} and {@code activateObject} before
     * each loan, {@code passivateObject} after it, {@code destroyObject} in the end.
     *
     * @param factory called from whatever threads the builder says
     * @param <T> what is pooled
     * @return a builder; what is lent is the factory's wrapper
     */
    public static <T> PoolBuilder<PooledObject<T>> builder(PooledObjectFactory<T> factory) {
        Arguments.require("factory", factory);
        return Pool.<PooledObject<T>>builder(factory::makeObject)
                .validator(factory::validateObject)
                .beforeLending(pooled -> Unchecked.run(() -> factory.activateObject(pooled)))
                .afterReturn(pooled -> Unchecked.run(() -> factory.passivateObject(pooled)))
                .destroyer(pooled -> Unchecked.run(() -> factory.destroyObject(pooled)));
    }

    /**
     * A pool of ours by commons-pool2's interface. Objects are activated and validated before each loan and passivated after it, made
     * on the borrower's thread, and what the factory throws while making one goes to the borrower. {@code borrowObject} waits as long as
     * {@link PoolBuilder#acquireTimeout} says, then throws a {@link java.util.NoSuchElementException}.
     *
     * @param factory called from borrowers' threads
     * @param settings sets sizes and times; not hooks, which are the factory's
     * @param <T> what is pooled
     * @return to be closed by the caller
     */
    public static <T> ObjectPool<T> objectPool(PooledObjectFactory<T> factory, Consumer<PoolBuilder<?>> settings) {
        return new CommonsObjectPool<>(Arguments.require("factory", factory), Arguments.require("settings", settings));
    }

    /**
     * A pool of ours for each key, by commons-pool2's interface, each as {@link #objectPool}. Pools of keys that have no objects any
     * more are let go of as new keys come.
     *
     * @param factory called from borrowers' threads
     * @param settings sets sizes and times of each key's pool
     * @param <K> what tells the pools apart
     * @param <T> what is pooled
     * @return to be closed by the caller
     */
    public static <K, T> KeyedObjectPool<K, T> keyedObjectPool(
            KeyedPooledObjectFactory<K, T> factory, Consumer<PoolBuilder<?>> settings) {
        return new CommonsKeyedObjectPool<>(
                Arguments.require("factory", factory), Arguments.require("settings", settings));
    }
}
