package io.heapwise.memory.internal;

import io.heapwise.memory.EvidenceKind;
import io.heapwise.memory.GcActivity;
import io.heapwise.memory.HeapEvidence;
import io.heapwise.memory.PressureLevel;
import io.heapwise.memory.PressureResource;
import io.heapwise.memory.PressureState;
import io.heapwise.memory.PressureThresholds;

/**
 * From evidence to a level. Invariant: the published level is a function of the evidence so far and of the time, and the
 * collector's effort counts only together with occupancy, so garbage alone raises nothing.
 *
 * <p>Thread-safe by its own monitor, which is held for arithmetic only. Taking evidence allocates nothing: it must work
 * when memory has just run out. {@link #level()} takes no monitor.
 */
public final class PressureCore {
    /** Nobody who is short of memory lives this long without a collection; a level older than that is a frozen one. */
    static final long DECAY_NANOS = 15_000_000_000L;
    /** Rising by evidence that may hold garbage takes two in a row. */
    private static final int CONFIRMATIONS = 2;
    /**
     * While threads wait for memory a cycle ends every few milliseconds, each with the same garbage in its word: effort is
     * believed only when what confirms it is this far from what it confirms.
     */
    private static final long EFFORT_CONFIRMED_AFTER_NANOS = 100_000_000L;

    private static final int STALLS_FOR_HIGH = 2;
    private static final int STALLS_FOR_CRITICAL = 5;
    /** A concurrent collector with room to spare rests most of the time; below this duty it has room. */
    private static final double ENTER_DUTY_OF_EFFORT = 0.30;

    private static final double LEAVE_DUTY_OF_EFFORT = 0.20;

    private final PressureThresholds thresholds;
    private final GcWindow window;
    private final LiveBound bound = new LiveBound();

    private volatile PressureLevel level = PressureLevel.NORMAL;

    private PressureLevel heapLevel = PressureLevel.NORMAL;
    private PressureLevel gateLevel = PressureLevel.NORMAL;
    private PressureLevel stoppedLevel = PressureLevel.NORMAL;
    private PressureLevel dutyLevel = PressureLevel.NORMAL;
    private PressureLevel effortLevel = PressureLevel.NORMAL;
    private PressureLevel directLevel = PressureLevel.NORMAL;
    private PressureLevel metaspaceLevel = PressureLevel.NORMAL;
    private PressureLevel containerLevel = PressureLevel.NORMAL;

    private boolean concurrent;
    private boolean hasEffort;
    private int confirmationsNeeded = CONFIRMATIONS;
    private int gateInARow;
    private long gateReachedNanos;
    private int highInARow;
    private int criticalInARow;
    private long lastCollectionNanos;
    private boolean stale;
    private boolean containerLimited;
    private String unknownReason = "no collection of the whole heap was seen yet";

    /**
     * Creates a core that knows nothing yet.
     *
     * @param thresholds when to change the level
     * @param nowNanos the time now
     */
    public PressureCore(PressureThresholds thresholds, long nowNanos) {
        this.thresholds = thresholds;
        this.window = new GcWindow(nowNanos);
        this.lastCollectionNanos = nowNanos;
    }

    /**
     * The published level: one volatile read.
     *
     * @return the level
     */
    public PressureLevel level() {
        return level;
    }

    /**
     * Takes a collection.
     *
     * @param evidence what it showed
     * @param nowNanos the time now
     */
    public synchronized void collection(HeapEvidence evidence, long nowNanos) {
        lastCollectionNanos = nowNanos;
        window.add(nowNanos, evidence);
        boolean whole = bound.add(evidence, nowNanos);
        if (whole) {
            concurrent = evidence.kind() == EvidenceKind.CYCLE || evidence.cycleCount() > 0;
            // A full collection leaves no garbage, so its first word counts; the others may count what died meanwhile.
            confirmationsNeeded = evidence.kind() == EvidenceKind.FULL ? 1 : CONFIRMATIONS;
            double occupancy = bound.occupancy();
            highInARow = occupancy >= thresholds.heap().enterHigh() ? highInARow + 1 : 0;
            gateInARow = occupancy >= thresholds.effortGate().enterHigh() ? gateInARow + 1 : 0;
            if (gateInARow == 1) {
                gateReachedNanos = nowNanos;
            }
            criticalInARow = occupancy >= thresholds.heap().enterCritical() ? criticalInARow + 1 : 0;
        }
        decide(nowNanos);
    }

    /**
     * Takes the collectors' times since the JVM started.
     *
     * @param stoppedMillis milliseconds in which the program was stopped
     * @param cycleMillis milliseconds in which a cycle of the whole heap ran
     * @param nowNanos the time now
     */
    public synchronized void collectorTime(long stoppedMillis, long cycleMillis, long nowNanos) {
        window.addTotals(nowNanos, stoppedMillis, cycleMillis);
        decide(nowNanos);
    }

    /**
     * Takes the use of a resource outside the heap.
     *
     * @param resource DIRECT or METASPACE
     * @param usedBytes in use
     * @param maxBytes its limit, 0 for none
     * @param nowNanos the time now
     */
    public synchronized void usage(PressureResource resource, long usedBytes, long maxBytes, long nowNanos) {
        double share = maxBytes > 0 ? (double) usedBytes / maxBytes : 0;
        if (resource == PressureResource.DIRECT) {
            directLevel = thresholds.offHeap().next(directLevel, share);
        } else if (resource == PressureResource.METASPACE) {
            metaspaceLevel = thresholds.offHeap().next(metaspaceLevel, share);
        }
        decide(nowNanos);
    }

    /**
     * Takes the container's state.
     *
     * @param workingSet bytes that cannot be dropped
     * @param limit its limit in bytes, 0 for none
     * @param somePercent share of time in which some task waited for memory, or NaN
     * @param fullPercent share of time in which all tasks did, or NaN
     * @param now the time now
     */
    public synchronized void container(long workingSet, long limit, double somePercent, double fullPercent, long now) {
        containerLimited = limit > 0;
        double share = containerLimited ? (double) workingSet / limit : 0;
        PressureLevel bySize = thresholds.container().next(containerLevel, share);
        containerLevel = containerLimited ? bySize.max(byStall(somePercent, fullPercent)) : PressureLevel.NORMAL;
        decide(now);
    }

    private static PressureLevel byStall(double somePercent, double fullPercent) {
        if (fullPercent >= 20) {
            return PressureLevel.CRITICAL;
        }
        if (somePercent >= 30 || fullPercent >= 5) {
            return PressureLevel.HIGH;
        }
        return somePercent >= 10 ? PressureLevel.ELEVATED : PressureLevel.NORMAL;
    }

    /**
     * Says why nothing can be known.
     *
     * @param reason why, in words
     */
    public synchronized void unknown(String reason) {
        unknownReason = reason;
    }

    /**
     * Lets time pass.
     *
     * @param nowNanos the time now
     */
    public synchronized void tick(long nowNanos) {
        decide(nowNanos);
    }

    /**
     * Whether the level could change by time alone.
     *
     * @param nowNanos the time now
     * @return false if only new evidence can change it
     */
    public synchronized boolean needsTime(long nowNanos) {
        if (containerLimited || directLevel != PressureLevel.NORMAL || metaspaceLevel != PressureLevel.NORMAL) {
            return true;
        }
        // After the decay nothing is left in the windows, so only new evidence can change anything.
        return level != PressureLevel.NORMAL && nowNanos - lastCollectionNanos < DECAY_NANOS + 1_000_000_000L;
    }

    private void decide(long now) {
        decideEffort(now);
        decideHeap();
        PressureLevel byGc = heapLevel.max(effortLevel);
        stale = byGc.atLeast(PressureLevel.HIGH) && now - lastCollectionNanos >= DECAY_NANOS;
        if (stale) {
            byGc = PressureLevel.ELEVATED;
        }
        level = byGc.max(directLevel).max(metaspaceLevel).max(containerLevel);
    }

    private void decideEffort(long now) {
        PressureLevel gate = thresholds.effortGate().next(gateLevel, bound.occupancy());
        if (gate.compareTo(gateLevel) > 0 && !isGateConfirmed(now)) {
            gate = gateLevel.max(gate.min(PressureLevel.ELEVATED));
        }
        gateLevel = gate;
        stoppedLevel = thresholds.stopped().next(stoppedLevel, window.stoppedShare(now));
        double duty = window.dutyShare(now);
        dutyLevel = thresholds.duty().next(dutyLevel, duty);
        int stalls = window.stalls(now);
        hasEffort = stalls > 0 || duty >= (hasEffort ? LEAVE_DUTY_OF_EFFORT : ENTER_DUTY_OF_EFFORT);
        PressureLevel byStalls = stalls >= STALLS_FOR_CRITICAL
                ? PressureLevel.CRITICAL
                : stalls >= STALLS_FOR_HIGH
                        ? PressureLevel.HIGH
                        : stalls > 0 ? PressureLevel.ELEVATED : PressureLevel.NORMAL;
        effortLevel = stoppedLevel.max(dutyLevel).max(byStalls).min(gateLevel);
    }

    private boolean isGateConfirmed(long now) {
        return gateInARow >= confirmationsNeeded
                && (!concurrent || now - gateReachedNanos >= EFFORT_CONFIRMED_AFTER_NANOS);
    }

    private void decideHeap() {
        PressureLevel next = thresholds.heap().next(heapLevel, bound.occupancy());
        if (next.compareTo(heapLevel) > 0) {
            next = heapLevel.max(next.min(confirmed()));
        }
        // These collectors count much that is dead: little of it once what they free is part of the bound, more
        // without.
        PressureLevel trusted = bound.knowsFreed() ? PressureLevel.HIGH : PressureLevel.CRITICAL;
        if (concurrent && !hasEffort && next.compareTo(trusted) < 0) {
            next = PressureLevel.NORMAL;
        }
        heapLevel = next;
    }

    private PressureLevel confirmed() {
        if (criticalInARow >= CONFIRMATIONS) {
            return PressureLevel.CRITICAL;
        }
        return highInARow >= confirmationsNeeded ? PressureLevel.HIGH : PressureLevel.ELEVATED;
    }

    private PressureResource tightest() {
        PressureLevel worst =
                heapLevel.max(effortLevel).max(directLevel).max(metaspaceLevel).max(containerLevel);
        if (heapLevel == worst) {
            return PressureResource.HEAP;
        }
        if (effortLevel == worst) {
            return PressureResource.GC_EFFORT;
        }
        if (directLevel == worst) {
            return PressureResource.DIRECT;
        }
        return metaspaceLevel == worst ? PressureResource.METASPACE : PressureResource.CONTAINER;
    }

    /**
     * The state for a reader.
     *
     * @param nowNanos the time now
     * @return the state
     */
    public synchronized PressureState state(long nowNanos) {
        decide(nowNanos);
        boolean known = bound.isKnown();
        return new PressureState(
                level,
                tightest(),
                bound.occupancy(),
                known ? bound.bytes() : 0,
                known ? bound.usedAfterBytes() : 0,
                bound.heapMaxBytes(),
                bound.kind(),
                known ? Math.max(0, nowNanos - bound.nanos()) : 0,
                bound.number(),
                bound.boundNumber(),
                window.stoppedShare(nowNanos),
                window.dutyShare(nowNanos),
                window.stalls(nowNanos),
                stale,
                known,
                known ? (stale ? "no collection for " + DECAY_NANOS / 1_000_000_000L + " s" : "") : unknownReason);
    }

    /**
     * What collections did over the last seconds, 1 to 60.
     *
     * @param seconds how far back
     * @param nowNanos the time now
     * @return the sums
     */
    public synchronized GcActivity activity(int seconds, long nowNanos) {
        return window.activity(nowNanos, Math.max(1, Math.min(GcWindow.MAX_SECONDS, seconds)));
    }

    /**
     * How many pieces of whole-heap evidence were seen.
     *
     * @return the count
     */
    public synchronized long wholeHeapCollections() {
        return bound.number();
    }

    /** Throws if a law of this class is broken. */
    public synchronized void checkIntegrity() {
        bound.checkIntegrity();
        if (effortLevel.compareTo(gateLevel) > 0) {
            throw new IllegalStateException("effortLevel=" + effortLevel + " (expected <= gateLevel=" + gateLevel
                    + "): report this as a defect");
        }
        if (stale && heapLevel.max(effortLevel).compareTo(PressureLevel.HIGH) < 0) {
            throw new IllegalStateException("stale=true (expected a level of HIGH or above underneath): report this");
        }
    }
}
