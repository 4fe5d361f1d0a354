package io.heapwise.buffers;

/**
 * What an allocator has, and what has happened.
 *
 * @param name which
 * @param isDirect whether its memory is outside the heap
 * @param heldBytes taken from the system, by the whole family of allocators; what falls back to the heap is not counted
 * @param leasedBytes of that, in leases that are open, by the size of their slots; in {@linkplain BufferAllocatorBuilder#paranoid() paranoid mode} with
 *     their guards
 * @param leases how many leases are open
 * @param limitBytes what this allocator may have: of a child in leases, of others from the system; {@link Long#MAX_VALUE} for no limit
 * @param chargedBytes of a child, what its leases have; otherwise {@code heldBytes}
 * @param peakBytes of a child, the most that {@code chargedBytes} ever was; otherwise {@code heldBytes}
 * @param metadataBytes of the heap, for what describes the memory
 * @param fallbackBytes arrays that leases have because of the limit
 * @param fallbacks how often a lease got an array
 * @param refusals how often an allocation failed
 * @param waiting how many threads wait for memory
 * @param closedTwice how often a lease was closed that was closed
 * @param leaks how many leases were found dropped
 * @param damages in {@linkplain BufferAllocatorBuilder#paranoid() paranoid mode}, how many leases were found to have been written outside, or after their end
 * @since 0.1.0
 */
public record BufferStats(
        String name,
        boolean isDirect,
        long heldBytes,
        long leasedBytes,
        long leases,
        long limitBytes,
        long chargedBytes,
        long peakBytes,
        long metadataBytes,
        long fallbackBytes,
        long fallbacks,
        long refusals,
        int waiting,
        long closedTwice,
        long leaks,
        long damages) {}
