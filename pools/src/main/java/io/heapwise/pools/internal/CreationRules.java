package io.heapwise.pools.internal;

import java.util.concurrent.Executor;

/**
 * How objects are made.
 *
 * @param executor where
 * @param mostAtOnce how many at a time
 * @param firstPauseNanos after one failure
 * @param longestPauseNanos however many there were
 */
public record CreationRules(Executor executor, int mostAtOnce, long firstPauseNanos, long longestPauseNanos) {}
