package io.heapwise.pools.jdbc;

import io.heapwise.pools.PoolControl;

/**
 * Is told what a pool of connections does, and how long it took. Called by those who borrow and give back, so it must be quick; called
 * by several threads at a time. What it throws is logged, once, and reaches nobody.
 */
public interface ConnectionMetrics {
    /**
     * The pool is there. Called once, by {@link ConnectionPoolBuilder#build}.
     *
     * @param pool to be asked for its {@linkplain PoolControl#stats figures}; not to be kept alive
     * @param minimumIdle how many idle connections it keeps ready
     */
    default void begin(PoolControl pool, int minimumIdle) {}

    /**
     * A connection was borrowed.
     *
     * @param waitNanos how long that took
     */
    default void acquired(long waitNanos) {}

    /** No connection was to be had in time. */
    default void timedOut() {}

    /**
     * A connection came back.
     *
     * @param useNanos for how long it was on loan
     */
    default void used(long useNanos) {}

    /**
     * A connection was opened.
     *
     * @param openNanos how long that took
     */
    default void opened(long openNanos) {}
}
