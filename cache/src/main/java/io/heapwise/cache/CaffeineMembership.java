package io.heapwise.cache;

import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.Subscription;
import java.util.Optional;

/**
 * A Caffeine cache's place under a {@link HeapGovernor}, given back by {@link #close()}. It may be dropped: the cache stays
 * governed until it is collected or this is closed. Thread-safe.
 *
 * @since 0.1.0
 */
public interface CaffeineMembership extends Subscription {
    /**
     * The bytes that the cache holds, as the governor is told them. Costs some ten microseconds, takes no lock and evicts
     * nothing. Keys and values are estimated from at most 256 entries, unless the weights are bytes; the cache's own bytes
     * are what Caffeine's objects take for an entry, also an estimate.
     *
     * @return the footprint; of nothing once the cache was collected
     */
    CacheFootprint footprint();

    /**
     * The maximum that the cache gets back when pressure has passed: the one that its owner set last. While the governor
     * limits the cache, {@code policy().eviction().getMaximum()} tells the lower one that holds.
     * Takes the cache's eviction lock.
     *
     * @return entries or weight; 0 once the cache was collected
     */
    long maximum();

    /**
     * What the governor last decided, for all its members, and why.
     *
     * @return the decision, or empty while there was no reason for any
     */
    Optional<HeapGovernor.Decision> lastDecision();

    /**
     * Leaves the governor; the cache has its owner's maximum back when this returns. Takes the cache's eviction lock, so it
     * can wait for an eviction under way. Idempotent.
     */
    @Override
    void close();
}
