package io.heapwise.memory.internal;

import io.heapwise.memory.EvidenceKind;
import io.heapwise.memory.HeapEvidence;

/**
 * An upper bound of what is live, from what collections prove. Invariant: the bound was an upper bound of the live set
 * at the collection it dates from; only a collection that looked at the whole heap raised it.
 *
 * <p>Not thread-safe: the owner locks. Allocates nothing.
 *
 * <pre>
 * FULL    bound := after
 * CYCLE   bound := least of the last 3 cycles' min(before, after); both straddle what was allocated meanwhile
 * MIXED   the least after of the series becomes the bound when the series ends with a YOUNG
 * MARK    numbers ignored; if 3 YOUNG follow without one MIXED, then what is old is live:
 *         bound := min(after, old at the mark + what is not old)
 * any     bound := min(bound, after)             PAUSE and MARK excepted: they report zeros, or too early
 * </pre>
 */
final class LiveBound {
    /** Three cycles: one alone may carry as much garbage as was allocated while it ran. */
    private static final int CYCLES = 3;
    /** After a marking G1 makes one young collection before the mixed ones; three without are proof of none. */
    private static final int YOUNG_AFTER_MARK = 3;

    private final long[] cycleBytes = new long[CYCLES];
    private final long[] cycleNumber = new long[CYCLES];
    private final long[] cycleNanos = new long[CYCLES];
    private int cycles;

    private boolean inMixedSeries;
    private long seriesBytes;
    private long seriesOldBytes;
    private long seriesNanos;

    private int youngSinceMark = -1;
    private long oldAtMarkBytes;

    private long number;
    private boolean known;
    private long bytes;
    private long oldBytes;
    private long usedAfterBytes;
    private long heapMaxBytes;
    private long oldMaxBytes;
    private EvidenceKind kind = EvidenceKind.UNKNOWN;
    private long nanos;
    private long boundNumber;

    /**
     * Takes one collection.
     *
     * @return whether this was, or completed, evidence about the whole heap
     */
    boolean add(HeapEvidence evidence, long nowNanos) {
        if (evidence.kind() == EvidenceKind.PAUSE || !isPlausible(evidence)) {
            return false;
        }
        heapMaxBytes = evidence.heapMaxBytes();
        oldMaxBytes = evidence.oldMaxBytes();
        if (evidence.kind() == EvidenceKind.MARK) {
            youngSinceMark = 0;
            oldAtMarkBytes = evidence.oldAfterBytes();
            inMixedSeries = false;
            return false;
        }
        boolean whole = switch (evidence.kind()) {
            case FULL -> full(evidence, nowNanos);
            case CYCLE -> cycle(evidence, nowNanos);
            case MIXED -> mixed(evidence, nowNanos);
            case YOUNG -> young(evidence, nowNanos);
            case UNKNOWN, MARK, PAUSE -> false;
        };
        usedAfterBytes = evidence.usedAfterBytes();
        lowerTo(evidence, nowNanos);
        return whole;
    }

    private static boolean isPlausible(HeapEvidence e) {
        // Zero after is "not told": the pause beans of Z and Shenandoah report it for every pool.
        return e.heapMaxBytes() > 0
                && e.usedBeforeBytes() >= 0
                && (e.usedAfterBytes() > 0 || e.kind() == EvidenceKind.MARK)
                && e.usedAfterBytes() <= e.heapMaxBytes()
                && e.oldAfterBytes() >= 0
                && (e.oldAfterBytes() <= e.usedAfterBytes() || e.kind() == EvidenceKind.MARK);
    }

    private boolean full(HeapEvidence e, long now) {
        cycles = 0;
        inMixedSeries = false;
        youngSinceMark = -1;
        number++;
        set(e.usedAfterBytes(), e.oldAfterBytes(), EvidenceKind.FULL, now, number);
        return true;
    }

    private boolean cycle(HeapEvidence e, long now) {
        number++;
        int slot = (int) (number % CYCLES);
        long before = e.usedBeforeBytes() > 0 ? e.usedBeforeBytes() : e.usedAfterBytes();
        cycleBytes[slot] = Math.min(before, e.usedAfterBytes());
        cycleNumber[slot] = number;
        cycleNanos[slot] = now;
        cycles = Math.min(CYCLES, cycles + 1);
        int least = slot;
        for (int i = 0; i < CYCLES; i++) {
            if (number - cycleNumber[i] < cycles && cycleBytes[i] < cycleBytes[least]) {
                least = i;
            }
        }
        set(
                cycleBytes[least],
                Math.min(e.oldAfterBytes(), cycleBytes[least]),
                EvidenceKind.CYCLE,
                cycleNanos[least],
                cycleNumber[least]);
        return true;
    }

    private boolean mixed(HeapEvidence e, long now) {
        youngSinceMark = -1;
        if (!inMixedSeries || e.usedAfterBytes() < seriesBytes) {
            seriesBytes = e.usedAfterBytes();
            seriesOldBytes = e.oldAfterBytes();
            seriesNanos = now;
        }
        inMixedSeries = true;
        return false;
    }

    private boolean young(HeapEvidence e, long now) {
        if (inMixedSeries) {
            inMixedSeries = false;
            number++;
            set(seriesBytes, seriesOldBytes, EvidenceKind.MIXED, seriesNanos, number);
            return true;
        }
        if (youngSinceMark < 0) {
            return false;
        }
        youngSinceMark++;
        if (youngSinceMark < YOUNG_AFTER_MARK) {
            return false;
        }
        youngSinceMark = -1;
        number++;
        long notOld = e.usedAfterBytes() - e.oldAfterBytes();
        long oldThen = Math.min(oldAtMarkBytes, e.oldAfterBytes());
        set(oldThen + notOld, oldThen, EvidenceKind.MARK, now, number);
        return true;
    }

    /** Live is never more than what is in use after a collection. */
    private void lowerTo(HeapEvidence e, long now) {
        if (!known) {
            return;
        }
        if (e.usedAfterBytes() < bytes) {
            set(e.usedAfterBytes(), Math.min(oldBytes, e.oldAfterBytes()), e.kind(), now, number);
        } else if (e.oldAfterBytes() < oldBytes) {
            oldBytes = e.oldAfterBytes();
        }
    }

    private void set(long newBytes, long newOldBytes, EvidenceKind newKind, long now, long dated) {
        known = true;
        bytes = newBytes;
        oldBytes = newOldBytes;
        kind = newKind;
        nanos = now;
        boundNumber = dated;
    }

    boolean isKnown() {
        return known;
    }

    long bytes() {
        return bytes;
    }

    /** In use after the last collection of any kind that told. */
    long usedAfterBytes() {
        return usedAfterBytes;
    }

    long heapMaxBytes() {
        return known ? heapMaxBytes : 0;
    }

    EvidenceKind kind() {
        return kind;
    }

    long nanos() {
        return nanos;
    }

    /** How many pieces of whole-heap evidence were seen. */
    long number() {
        return number;
    }

    /** Which of them the bound dates from. */
    long boundNumber() {
        return known ? boundNumber : 0;
    }

    /**
     * The bound as a share of what may be live. The old generation counts by itself where it has a limit of its own: with
     * the Serial and Parallel collectors it is full, and the program dies, while a quarter of the heap is free.
     */
    double occupancy() {
        if (!known) {
            return 0;
        }
        double ofHeap = (double) bytes / heapMaxBytes;
        boolean ownLimit = oldMaxBytes > 0 && oldMaxBytes < 0.99 * heapMaxBytes;
        return ownLimit ? Math.max(ofHeap, (double) oldBytes / oldMaxBytes) : ofHeap;
    }

    void checkIntegrity() {
        if (known && (bytes <= 0 || bytes > heapMaxBytes || oldBytes > bytes || boundNumber > number)) {
            throw new IllegalStateException("live bound bytes=" + bytes + " (expected 1 to heapMaxBytes=" + heapMaxBytes
                    + ", oldBytes=" + oldBytes + " <= bytes, boundNumber=" + boundNumber + " <= number=" + number
                    + "): report this as a defect");
        }
    }
}
