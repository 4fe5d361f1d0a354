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
 * CYCLE   a value: least of before, after, and the heap less what a cycle frees on the average;
 *         bound := least value of the last 3 cycles, and of all in the last fifth of a second
 * MIXED   a value: least after of the series, told when the series ends with a YOUNG;
 *         bound := least value of the last fifth of a second
 * MARK    ends a series; its numbers come before anything was freed, so they are ignored
 * any     bound := min(bound, after)             PAUSE and MARK excepted: they report zeros, or too early
 * </pre>
 */
final class LiveBound {
    /** One cycle alone may carry as much garbage as was allocated while it ran, so the last three always count. */
    private static final int CYCLES_ALWAYS = 3;
    /** When evidence comes in bursts, three pieces are no more than one: then all of the last fifth of a second count. */
    private static final long RECENT_NANOS = 200_000_000L;

    private static final int RECENT = 8;
    private static final double YOUNG_LIVE_OF_HEAP = 0.10;
    /** Readings of what was freed that are kept; short, or a live set that grows would be seen late. */
    private static final int FREED_WINDOW = 6;
    /** Fewer cycles than this between the first and the last reading say too little. */
    private static final int LEAST_CYCLES = 4;

    private final long[] recentBytes = new long[RECENT];
    private final long[] recentNanos = new long[RECENT];
    private int recent;

    private final long[] freedTotal = new long[FREED_WINDOW];
    private final long[] cycleCount = new long[FREED_WINDOW];
    private int freedReadings;
    private long freedBoundBytes = Long.MAX_VALUE;

    private boolean inMixedSeries;
    private long seriesBytes;
    private long seriesOldBytes;
    private long seriesNanos;

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
            inMixedSeries = false;
            return false;
        }
        boolean whole = switch (evidence.kind()) {
            case FULL -> full(evidence, nowNanos);
            case CYCLE -> cycle(evidence, nowNanos);
            case MIXED -> mixed(evidence, nowNanos);
            case YOUNG -> young(nowNanos);
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
        recent = 0;
        inMixedSeries = false;
        remember(e.usedAfterBytes(), now);
        set(e.usedAfterBytes(), e.oldAfterBytes(), EvidenceKind.FULL, now, number);
        return true;
    }

    private void remember(long value, long now) {
        number++;
        int slot = (int) (number % RECENT);
        recentBytes[slot] = value;
        recentNanos[slot] = now;
        recent = Math.min(RECENT, recent + 1);
    }

    /** Takes the least of the recent values: of the last ones always, of the others while they are young. */
    private void setToLeast(int always, long oldNow, EvidenceKind newKind, long now) {
        int least = (int) (number % RECENT);
        long leastNumber = number;
        for (int back = 1; back < recent; back++) {
            int i = (int) ((number - back) % RECENT);
            boolean counts = back < always || now - recentNanos[i] <= RECENT_NANOS;
            if (counts && recentBytes[i] < recentBytes[least]) {
                least = i;
                leastNumber = number - back;
            }
        }
        set(recentBytes[least], Math.min(oldNow, recentBytes[least]), newKind, recentNanos[least], leastNumber);
    }

    private boolean cycle(HeapEvidence e, long now) {
        long before = e.usedBeforeBytes() > 0 ? e.usedBeforeBytes() : e.usedAfterBytes();
        long byUse = Math.min(before, withoutYoungGarbage(e, Math.min(e.oldBeforeBytes(), e.oldAfterBytes())));
        long byFreed = boundByFreed(e);
        if (byFreed == Long.MAX_VALUE && e.stalled()) {
            // The first cycles of a program that waits for memory: the heap is full whatever is live.
            return false;
        }
        remember(Math.min(byUse, byFreed), now);
        setToLeast(CYCLES_ALWAYS, e.oldAfterBytes(), EvidenceKind.CYCLE, now);
        return true;
    }

    /**
     * What is in use after a collection, less what must be young and dead. With generations and a concurrent collector the
     * young generation fills the rest of the heap at any time; of it, a tenth of the heap may be live. More cannot stay
     * young for long: a collection that threads wait for promotes what lives.
     */
    private static long withoutYoungGarbage(HeapEvidence e, long oldBytes) {
        boolean generational = e.cycleCount() > 0 && e.oldMaxBytes() > 0 && oldBytes > 0;
        long most = oldBytes + (long) (YOUNG_LIVE_OF_HEAP * e.heapMaxBytes());
        return generational ? Math.min(e.usedAfterBytes(), most) : e.usedAfterBytes();
    }

    /**
     * What cycles freed, they freed of what was not live: on the average of the last cycles live was at most the heap less
     * what one of them freed. While threads wait for memory this is the only bound that says anything: what a cycle frees
     * is allocated again before it ends, and its "after" is the full heap whatever is live.
     */
    private long boundByFreed(HeapEvidence e) {
        if (e.freedTotalBytes() <= 0 || e.cycleCount() <= 0) {
            return e.heapMaxBytes();
        }
        int newest = (freedReadings + FREED_WINDOW - 1) % FREED_WINDOW;
        if (freedReadings > 0 && e.cycleCount() <= cycleCount[newest]) {
            // Told late and in a row: nothing was freed between two readings of the same moment.
            return freedBoundBytes;
        }
        int oldest = freedReadings < FREED_WINDOW ? 0 : freedReadings % FREED_WINDOW;
        long cycles = freedReadings == 0 ? 0 : e.cycleCount() - cycleCount[oldest];
        if (cycles >= LEAST_CYCLES) {
            long freed = Math.max(0, e.freedTotalBytes() - freedTotal[oldest]);
            // One more than ended: the one that runs now may have freed some, too.
            freedBoundBytes = Math.max(1, e.heapMaxBytes() - freed / (cycles + 1));
        }
        int slot = freedReadings % FREED_WINDOW;
        freedTotal[slot] = e.freedTotalBytes();
        cycleCount[slot] = e.cycleCount();
        freedReadings++;
        return freedBoundBytes;
    }

    private boolean mixed(HeapEvidence e, long now) {
        long left = withoutYoungGarbage(e, e.oldAfterBytes());
        if (!inMixedSeries || left < seriesBytes) {
            seriesBytes = left;
            seriesOldBytes = e.oldAfterBytes();
            seriesNanos = now;
        }
        inMixedSeries = true;
        return false;
    }

    private boolean young(long now) {
        if (!inMixedSeries) {
            return false;
        }
        inMixedSeries = false;
        remember(seriesBytes, seriesNanos);
        setToLeast(1, seriesOldBytes, EvidenceKind.MIXED, now);
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

    /** Whether what cycles freed is part of the bound. */
    boolean knowsFreed() {
        return freedBoundBytes != Long.MAX_VALUE;
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
