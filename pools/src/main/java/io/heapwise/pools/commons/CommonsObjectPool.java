package io.heapwise.pools.commons;

import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolBuilder;
import io.heapwise.pools.PoolCreationException;
import io.heapwise.pools.PoolTimeoutException;
import io.heapwise.pools.internal.ObjectPool;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * A pool of ours by the interface of commons-pool2. Invariant: an object is on loan exactly while its lease is in {@link Borrowed}.
 *
 * <p>Activating and validating happen here, not in our pool's hooks: the interface wants to hear of a new object that is of no use,
 * where ours would try the next.
 */
final class CommonsObjectPool<T> implements org.apache.commons.pool2.ObjectPool<T> {
    private final PooledObjectFactory<T> factory;
    private final ObjectPool<Pooled<T>> pool;
    private final Borrowed<T> borrowed;

    CommonsObjectPool(PooledObjectFactory<T> factory, Consumer<PoolBuilder<?>> settings) {
        this(factory, settings, new Borrowed<>());
    }

    /** With what is on loan from several pools in one place. */
    CommonsObjectPool(PooledObjectFactory<T> factory, Consumer<PoolBuilder<?>> settings, Borrowed<T> borrowed) {
        this.factory = factory;
        this.borrowed = borrowed;
        PoolBuilder<Pooled<T>> builder = Pool.<Pooled<T>>builder(this::make)
                .creationExecutor(Runnable::run)
                .failFast()
                .pauseAfterFailure(Duration.ofNanos(1), Duration.ofNanos(1));
        settings.accept(builder);
        this.pool = (ObjectPool<Pooled<T>>) builder.destroyer(this::destroy).build();
    }

    // ---- borrowing -------------------------------------------------------------------------------------------------

    @Override
    public T borrowObject() throws Exception {
        while (true) {
            Lease<Pooled<T>> lease = acquire();
            Pooled<T> pooled = lease.get();
            boolean wasNew = pooled.isNew;
            pooled.isNew = false;
            Exception failure = null;
            boolean isGood = false;
            try {
                factory.activateObject(pooled.wrapped);
                isGood = factory.validateObject(pooled.wrapped);
            } catch (Exception e) {
                failure = e;
            } finally {
                if (!isGood) {
                    lease.invalidate();
                }
            }
            if (isGood) {
                pooled.wrapped.allocate();
                borrowed.add(lease);
                return pooled.object();
            }
            if (wasNew) {
                throw noSuchElement(
                        "object=" + pooled.object() + " (expected a good one, since it is new): see the factory",
                        failure);
            }
        }
    }

    private Lease<Pooled<T>> acquire() throws Exception {
        try {
            return pool.acquire();
        } catch (PoolTimeoutException e) {
            throw noSuchElement(e.getMessage(), e);
        } catch (PoolCreationException e) {
            Throwable cause = e;
            while (cause instanceof PoolCreationException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof Exception made) {
                throw made;
            }
            throw e;
        }
    }

    private static NoSuchElementException noSuchElement(@Nullable String message, @Nullable Throwable cause) {
        NoSuchElementException exception = new NoSuchElementException(message);
        exception.initCause(cause);
        return exception;
    }

    // ---- giving back -----------------------------------------------------------------------------------------------

    /** What the factory throws is of no interest to who gives back: the object is destroyed, and that is all. */
    @Override
    public void returnObject(T object) {
        var unused = giveBack(factory, borrowed.remove(object));
    }

    @Override
    public void invalidateObject(T object) throws Exception {
        Lease<Pooled<T>> lease = borrowed.remove(object);
        Pooled<T> pooled = lease.get();
        lease.invalidate();
        throwIfAny(pooled.destroyFailure);
    }

    /** Gives back, or destroys what can't be passivated; then returns what the factory threw while destroying it, if anything. */
    static <T> @Nullable Exception giveBack(PooledObjectFactory<T> factory, Lease<Pooled<T>> lease) {
        Pooled<T> pooled = lease.get();
        boolean isGood = false;
        try {
            factory.passivateObject(pooled.wrapped);
            isGood = true;
        } catch (Exception of) {
            // It is of no use any more, which is all that matters.
        } finally {
            if (isGood) {
                pooled.wrapped.deallocate();
                lease.close();
            } else {
                lease.invalidate();
            }
        }
        return isGood ? null : pooled.destroyFailure;
    }

    static void throwIfAny(@Nullable Exception failure) throws Exception {
        if (failure != null) {
            throw failure;
        }
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    private @Nullable Pooled<T> make() throws Exception {
        PooledObject<T> made = factory.makeObject();
        return made == null ? null : new Pooled<>(made);
    }

    private void destroy(Pooled<T> pooled) {
        pooled.wrapped.invalidate();
        try {
            factory.destroyObject(pooled.wrapped);
        } catch (Exception e) {
            pooled.destroyFailure = e;
            throw new IllegalStateException(e); // to be counted
        }
    }

    @Override
    public void addObject() throws Exception {
        pool.add(() -> {
            PooledObject<T> made = factory.makeObject();
            factory.passivateObject(made);
            Pooled<T> pooled = new Pooled<>(made);
            pooled.isNew = false;
            return pooled;
        });
    }

    @Override
    public void clear() {
        pool.clear();
    }

    @Override
    public void close() {
        pool.close();
    }

    boolean isClosed() {
        return pool.isClosed();
    }

    boolean isUnused() {
        return pool.isUnused();
    }

    // ---- observing -------------------------------------------------------------------------------------------------

    @Override
    public int getNumIdle() {
        return pool.stats().idle();
    }

    @Override
    public int getNumActive() {
        return pool.stats().leased();
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}
