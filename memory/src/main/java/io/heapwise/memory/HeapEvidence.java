package io.heapwise.memory;

import java.util.Objects;

/**
 * One garbage collection, in numbers. Invariant: none, on purpose: a collector may report anything, and whoever judges
 * the evidence throws out what cannot be. Zero stands for "not told" in every byte count.
 *
 * @param kind what it can prove
 * @param usedBeforeBytes heap in use before
 * @param usedAfterBytes heap in use after
 * @param heapMaxBytes the most the heap may hold
 * @param oldBeforeBytes old generation before, 0 if there is none
 * @param oldAfterBytes old generation after
 * @param oldMaxBytes the most the old generation may hold, 0 if it has no limit of its own
 * @param stalled whether the program had to wait for memory: an allocation stall, a degenerated cycle, a compaction
 *     because nothing else helped
 * @param freedTotalBytes everything ever allocated less what is in use, read when the collection is told: what collections
 *     freed since the JVM started; 0 if not told
 * @param cycleCount how many concurrent cycles of any kind had ended by then; 0 if not told
 * @since 0.1.0
 */
public record HeapEvidence(
        EvidenceKind kind,
        long usedBeforeBytes,
        long usedAfterBytes,
        long heapMaxBytes,
        long oldBeforeBytes,
        long oldAfterBytes,
        long oldMaxBytes,
        boolean stalled,
        long freedTotalBytes,
        long cycleCount) {

    /**
     * Checks that the kind is there.
     *
     * @param kind see above
     * @param usedBeforeBytes see above
     * @param usedAfterBytes see above
     * @param heapMaxBytes see above
     * @param oldBeforeBytes see above
     * @param oldAfterBytes see above
     * @param oldMaxBytes see above
     * @param stalled see above
     * @param freedTotalBytes see above
     * @param cycleCount see above
     */
    public HeapEvidence {
        Objects.requireNonNull(kind, "kind");
    }

    /**
     * Evidence of a heap without generations, and without a stall.
     *
     * @param kind what it can prove
     * @param usedBeforeBytes heap in use before
     * @param usedAfterBytes heap in use after
     * @param heapMaxBytes the most the heap may hold
     * @return the evidence
     */
    public static HeapEvidence of(EvidenceKind kind, long usedBeforeBytes, long usedAfterBytes, long heapMaxBytes) {
        return new HeapEvidence(kind, usedBeforeBytes, usedAfterBytes, heapMaxBytes, 0, 0, 0, false, 0, 0);
    }
}
