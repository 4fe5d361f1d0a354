package io.heapwise.buffers;

/**
 * What an allocation does that the limit does not allow.
 *
 * @since 0.1.0
 */
public enum LimitPolicy {
    /** Throws a {@link BufferLimitException} at once. */
    FAIL,

    /** Takes an array of the heap instead, for that lease alone, and counts it; for direct memory only. */
    HEAP_FALLBACK,

    /** Waits, first come, first served, until enough has come back or the time is over; then it throws. */
    WAIT
}
