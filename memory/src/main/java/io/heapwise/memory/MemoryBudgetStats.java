package io.heapwise.memory;

/**
 * What is reserved of a budget, and what has happened, at one moment. Invariant: {@code 0 <= reservedBytes <= capacityBytes}, and
 * {@code reservations <= granted}. All but the bytes are counted where the request was made, not in the parents.
 *
 * @param name what it is for
 * @param capacityBytes what may be reserved at a time
 * @param limitBytes what may be reserved now, less while memory is tight
 * @param reservedBytes what is reserved, of its children too
 * @param reservations how many of its own are open
 * @param waiting how many requests wait
 * @param granted how many requests were granted
 * @param timedOut how many waited in vain
 * @param refused how many were refused since too many waited
 * @param dropped how many reservations were dropped without being closed
 * @since 0.1.0
 */
public record MemoryBudgetStats(
        String name,
        long capacityBytes,
        long limitBytes,
        long reservedBytes,
        long reservations,
        int waiting,
        long granted,
        long timedOut,
        long refused,
        long dropped) {}
