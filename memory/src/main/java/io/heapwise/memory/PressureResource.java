package io.heapwise.memory;

/**
 * What is short. Invariant: listed in the order in which a tie is told, the first one wins.
 *
 * @since 0.1.0
 */
public enum PressureResource {
    /** The live set fills the heap. */
    HEAP,
    /** The collector works hard for little: it stops the program, runs without a break, or lets threads wait. */
    GC_EFFORT,
    /** Direct buffers, and {@linkplain DirectMemory what was reported} beside them, near the limit of direct memory. */
    DIRECT,
    /** Class metadata near a limit that was set. */
    METASPACE,
    /** The container near its limit. */
    CONTAINER
}
