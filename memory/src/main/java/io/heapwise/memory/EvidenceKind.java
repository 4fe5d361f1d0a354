package io.heapwise.memory;

/**
 * What a garbage collection can prove. Invariant: only kinds with {@link #sawWholeHeap()} may raise the live bound; the
 * memory used after any collection, PAUSE and MARK excepted, is an upper bound of what is live and may lower it.
 *
 * @since 0.1.0
 */
public enum EvidenceKind {
    /** A stop-the-world collection of the whole heap: what it leaves is what is live. */
    FULL,
    /** A concurrent cycle over the whole heap; what was allocated meanwhile is in its numbers. */
    CYCLE,
    /** A collection of the young generation alone. */
    YOUNG,
    /** A young collection that also took old regions; a series of them follows a marking of the whole heap. */
    MIXED,
    /** The end of a marking; its memory numbers were taken before anything was freed. */
    MARK,
    /** A phase of a cycle; it tells time only, and reports no memory at all. */
    PAUSE,
    /** A collector whose name is not known: it may lower the bound, never raise it. */
    UNKNOWN;

    /**
     * Whether a collection of this kind looked at the whole heap, or ends a series that did.
     *
     * @return true for FULL, CYCLE, MIXED and MARK
     */
    public boolean sawWholeHeap() {
        return this == FULL || this == CYCLE || this == MIXED || this == MARK;
    }
}
