package io.heapwise.pools.jdbc;

import io.heapwise.pools.PoolControl;
import java.sql.SQLException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Replaces all connections of a pool when one of them shows that the server is not the one it was. Invariant: once for each generation,
 * since after a fail-over every connection of the old one shows it, and what was opened since then is good. Thread-safe.
 */
final class FailOver {
    private final FatalErrors.Chain rule;
    private final Executor executor;
    private final AtomicInteger generation = new AtomicInteger();

    /** Null until it is built. */
    private volatile @Nullable PoolControl pool;

    FailOver(Predicate<? super SQLException> rule, Executor executor) {
        this.rule = new FatalErrors.Chain(rule);
        this.executor = executor;
    }

    void begin(PoolControl pool) {
        this.pool = pool;
    }

    /** To be asked before a connection is opened. */
    int generation() {
        return generation.get();
    }

    /** A connection of this generation has failed. */
    void observe(SQLException failure, int generationThen) {
        PoolControl pool = this.pool;
        if (pool == null
                || generation.get() != generationThen
                || !rule.isFatal(failure)
                || !generation.compareAndSet(generationThen, generationThen + 1)) {
            return;
        }
        try {
            executor.execute(pool::refresh); // closes what is idle, for which this borrower should not have to wait
        } catch (RejectedExecutionException busy) {
            pool.refresh();
        }
    }
}
