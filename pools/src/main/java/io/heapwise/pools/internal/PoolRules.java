package io.heapwise.pools.internal;

/**
 * What a pool was told.
 *
 * @param maximumSize how many objects there may be
 * @param maximumWaiters how many callers may queue
 * @param acquireTimeoutNanos how long a caller waits that does not say
 * @param fairnessBoundNanos how long the first in the queue may be overtaken
 * @param failFast whether the first in the queue learns of a failed creation
 */
public record PoolRules(
        int maximumSize, int maximumWaiters, long acquireTimeoutNanos, long fairnessBoundNanos, boolean failFast) {}
