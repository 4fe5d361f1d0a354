package io.heapwise.pools.jdbc;

import io.heapwise.pools.PoolCreationException;
import io.heapwise.pools.PoolTimeoutException;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.ObjectPool;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sees to it that a pool has a connection before whoever builds it gets it. Invariant: returns only if one was opened. */
final class FirstConnection {
    private final ObjectPool<PhysicalConnection> pool;
    private final ConnectionFactory factory;
    private final String name;

    FirstConnection(ObjectPool<PhysicalConnection> pool, ConnectionFactory factory, String name) {
        this.pool = pool;
        this.factory = factory;
        this.name = name;
    }

    /** Opens one on this thread; if that fails, waits for the pool to open one, for as long as the patience lasts. */
    void open(Duration patience) {
        long patienceNanos = Arguments.nanosOf("patience", patience);
        long sinceNanos = System.nanoTime();
        Exception failure = opened();
        while (failure != null) {
            long leftNanos = patienceNanos - (System.nanoTime() - sinceNanos);
            if (leftNanos <= 0) {
                throw failed(
                        "none could be opened in " + patience + " (expected one): see the cause, or give it more time",
                        failure);
            }
            try {
                pool.acquire(Duration.ofNanos(leftNanos)).close();
                return;
            } catch (PoolTimeoutException | PoolCreationException again) {
                failure = again;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw failed("interrupted while opening one (expected to wait): try again", failure);
            }
        }
    }

    /** Null, or why none could be opened. */
    private @Nullable Exception opened() {
        PhysicalConnection first;
        try {
            first = factory.call();
        } catch (SQLException | RuntimeException e) {
            return e;
        }
        try {
            pool.add(() -> first);
        } catch (Exception noRoom) { // the pool has opened all there may be meanwhile
            first.discard();
        }
        return null;
    }

    private PoolCreationException failed(String message, Exception failure) {
        return new PoolCreationException(
                "connection pool " + name + ": " + message,
                failure.getCause() instanceof SQLException cause ? cause : failure);
    }
}
