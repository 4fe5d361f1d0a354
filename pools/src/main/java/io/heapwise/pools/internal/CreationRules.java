package io.heapwise.pools.internal;

import java.util.concurrent.Executor;

/**
 * How objects are made.
 *
 * @param executor where
 * @param mostAtOnce how many at a time
 * @param timeLimitNanos how long one attempt may take, {@link PoolRules#NEVER} for as long as it takes
 * @param firstPauseNanos after one failure
 * @param longestPauseNanos however many there were
 */
public record CreationRules(
        Executor executor, int mostAtOnce, long timeLimitNanos, long firstPauseNanos, long longestPauseNanos) {}
