package io.heapwise.pools.internal;

/**
 * What a pool was told. Times are in nanoseconds; {@link #NEVER} switches off what they are for.
 *
 * @param maximumSize how many objects there may be
 * @param minimumIdle how many idle ones are kept ready
 * @param maximumIdle how many idle ones are kept
 * @param isEager whether those kept ready are made before the first loan
 * @param maximumWaiters how many callers may queue
 * @param acquireTimeoutNanos how long a caller waits that does not say
 * @param fairnessBoundNanos how long the first in the queue may be overtaken
 * @param failFast whether the first in the queue learns of a failed creation
 * @param lifetimeNanos how old an object may get
 * @param lifetimeJitter the share of it that is left to chance
 * @param idleExpiryNanos how long an object may be idle
 * @param validateAfterNanos how long it must have been idle to be validated before it is lent
 * @param keepAliveNanos how often an idle one is validated
 */
public record PoolRules(
        int maximumSize,
        int minimumIdle,
        int maximumIdle,
        boolean isEager,
        int maximumWaiters,
        long acquireTimeoutNanos,
        long fairnessBoundNanos,
        boolean failFast,
        long lifetimeNanos,
        double lifetimeJitter,
        long idleExpiryNanos,
        long validateAfterNanos,
        long keepAliveNanos) {

    /** A time that is never over. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Whether the pool must know how old its objects are, or for how long they are idle. */
    public boolean needTimes() {
        return lifetimeNanos != NEVER || idleExpiryNanos != NEVER || keepAliveNanos != NEVER || validateAfterNanos != 0;
    }

    /** Whether something is to be done from time to time. */
    public boolean needHousekeeping() {
        return lifetimeNanos != NEVER || idleExpiryNanos != NEVER || keepAliveNanos != NEVER || minimumIdle > 0;
    }
}
