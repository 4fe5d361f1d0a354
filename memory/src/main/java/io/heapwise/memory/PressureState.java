package io.heapwise.memory;

import java.time.Duration;
import java.util.Locale;

/**
 * The level and the evidence behind it, at one moment. Invariant: if not {@code known}, then {@code reason} says why and
 * the numbers about the heap are 0.
 *
 * @param level how tight memory is
 * @param resource what is the tightest; HEAP while the level is NORMAL
 * @param occupancy the live bound as a share of what may be live: of the heap, or of the old generation where that is
 *     nearer to its own limit; 0 while unknown
 * @param liveUpperBoundBytes no more than this was live at the collection the bound comes from; 0 while unknown
 * @param usedAfterBytes in use after the last collection of any kind, dead or not; 0 while unknown
 * @param heapMaxBytes the limit of the heap as the last collection reported it; 0 while unknown
 * @param evidence the kind of collection that the bound comes from
 * @param evidenceAgeNanos nanoseconds since that collection; 0 while unknown
 * @param wholeHeapCollections how many pieces of whole-heap evidence were seen so far
 * @param boundCollection which of them, counted from 1, the bound dates from; 0 while unknown
 * @param stoppedShare share of the last 10 s in which collections stopped the program
 * @param dutyShare share of the last 10 s in which a concurrent cycle over the whole heap ran
 * @param stalls how often in the last 10 s the program had to wait for memory
 * @param stale whether a higher level was lowered because no collection was seen for long
 * @param known whether there is whole-heap evidence
 * @param reason why not, or why stale; empty otherwise
 * @since 0.1.0
 */
public record PressureState(
        PressureLevel level,
        PressureResource resource,
        double occupancy,
        long liveUpperBoundBytes,
        long usedAfterBytes,
        long heapMaxBytes,
        EvidenceKind evidence,
        long evidenceAgeNanos,
        long wholeHeapCollections,
        long boundCollection,
        double stoppedShare,
        double dutyShare,
        int stalls,
        boolean stale,
        boolean known,
        String reason) {

    /**
     * How old the evidence is.
     *
     * @return the age; zero while unknown
     */
    public Duration evidenceAge() {
        return Duration.ofNanos(evidenceAgeNanos);
    }

    @Override
    public String toString() {
        String head = level + (level == PressureLevel.NORMAL ? "" : " of " + resource);
        if (!known) {
            return head + ", heap unknown: " + reason;
        }
        return String.format(
                Locale.ROOT,
                "%s, live <= %d of %d bytes (occupancy %.2f) by %s %d ms ago, stopped %.2f, duty %.2f, stalls %d%s",
                head,
                liveUpperBoundBytes,
                heapMaxBytes,
                occupancy,
                evidence,
                evidenceAgeNanos / 1_000_000,
                stoppedShare,
                dutyShare,
                stalls,
                stale ? ", stale: " + reason : "");
    }
}
