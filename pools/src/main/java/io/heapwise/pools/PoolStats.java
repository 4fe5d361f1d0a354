package io.heapwise.pools;

/**
 * What a pool holds and has done. When nothing is under way, {@code created == idle + leased + destroyed}.
 *
 * @param maximumSize how many objects there may be
 * @param idle objects that nobody uses
 * @param leased objects on loan
 * @param waiting callers in the queue
 * @param creating objects being made
 * @param created objects made so far
 * @param destroyed objects destroyed so far, also those whose destruction threw
 * @param creationFailures attempts to make one that failed
 * @param hookFailures exceptions of hooks that only the pool has seen, as those of the destroyer
 * @param dropped leases found dropped without having been closed, whose objects were destroyed
 */
public record PoolStats(
        int maximumSize,
        int idle,
        int leased,
        int waiting,
        int creating,
        long created,
        long destroyed,
        long creationFailures,
        long hookFailures,
        long dropped) {}
