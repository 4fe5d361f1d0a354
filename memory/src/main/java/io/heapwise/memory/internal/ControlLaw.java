package io.heapwise.memory.internal;

import io.heapwise.memory.EvidenceKind;
import io.heapwise.memory.PressureLevel;
import io.heapwise.memory.PressureResource;
import io.heapwise.memory.PressureState;
import org.jspecify.annotations.Nullable;

/**
 * How much all shrinkables together may hold. Invariant: the limit falls only on new whole-heap evidence, or once per such
 * evidence (or half a minute) in an emergency, and never because of memory that is in use but dead.
 *
 * <p>The heap is a plant that integrates and is sampled rarely: what was given back shows only at the next collection. So
 * the law predicts: live now = live at the evidence + what was added since, in the holders' own accounting. What was
 * already ordered back is credited for a moment, or a burst of collections would order it again and again. Deadbeat with
 * margin: each step removes {@code gain} of the error, which is stable while the holders' accounting is wrong by less
 * than a factor of 2.86 downwards.
 *
 * <p>Not thread-safe: one evaluation at a time.
 */
public final class ControlLaw {
    /** What a step did. */
    public enum Action {
        /** Nothing is known, so nothing is ordered. */
        UNKNOWN,
        /** All is well, or what was ordered is still on its way. */
        HOLD,
        /** Growth is capped, so that the holders cannot use up the dead band before the next evidence. */
        CAP,
        /** Give back. */
        SHRINK,
        /** Some room again. */
        GROW,
        /** No limit any more. */
        LIFT
    }

    /** Below the target by this share of the heap, there is room to grow. */
    private static final double DEAD_BAND = 0.10;

    private static final double GROWTH_OF_ROOM = 0.25;
    private static final double GROWTH_OF_LIMIT = 0.10;
    /** A tenth of little is nothing. */
    private static final double LEAST_GROWTH_OF_HEAP = 0.005;

    /** A limit binds if holders came this near to it; below, more room would be no help. */
    private static final double BINDING = 0.95;

    private static final double FLOOR_OF_HEAP = 0.01;

    private static final double FIRST_EMERGENCY_CUT = 0.25;
    private static final double NEXT_EMERGENCY_CUT = 0.50;
    private static final long EMERGENCY_NANOS = 30_000_000_000L;
    /** Holders give back in slices; after this long, what they still hold counts as held. */
    private static final long CREDIT_NANOS = 2_000_000_000L;

    private static final long BETWEEN_GROWTHS_NANOS = 1_000_000_000L;
    private static final double CALIBRATION_WEIGHT = 0.1;
    private static final int REMEMBERED = 8;

    private final double target;
    private final double high;
    private final double gain;
    private final double largestCut;

    private final long[] numbers = new long[REMEMBERED];
    private final long[] footprints = new long[REMEMBERED];

    /** Volatile for {@link #isInterestedIn}, which other threads ask; a stale answer costs one evaluation at most. */
    private volatile long limit = Long.MAX_VALUE;

    private double calibration = 1.0;
    private long seenNumber;
    private long seenLive;
    private @Nullable EvidenceKind seenKind;
    private long seenBoundNumber;
    private long footprintAtBound;
    private long footprintAtMajor = -1;
    private long liveAtMajor;

    private boolean everCut;
    private long cutNanos;
    private long cutNumber = -1;
    private int emergencyCuts;
    private boolean everGrown;
    private long grownNanos;
    private long grownNumber;
    private Action action = Action.UNKNOWN;
    private String why = "no evidence yet";

    /**
     * Creates a law that limits nothing yet.
     *
     * @param target share of the heap to come back to
     * @param high share of the heap above which to act
     * @param gain how much of the error one step removes
     * @param largestCut the largest share of what is held that an ordinary step takes
     */
    public ControlLaw(double target, double high, double gain, double largestCut) {
        this.target = target;
        this.high = high;
        this.gain = gain;
        this.largestCut = largestCut;
    }

    /**
     * Whether a step could do anything at all: no thread needs to be woken otherwise.
     *
     * @param state the state now
     * @return false while nothing is limited and much room is left
     */
    public boolean isInterestedIn(PressureState state) {
        return limit != Long.MAX_VALUE || state.occupancy() > target - DEAD_BAND;
    }

    /**
     * Judges the evidence.
     *
     * @param state the state now
     * @param footprint what the shrinkables hold together
     * @param minimum what they need together
     * @param now the time
     * @return the limit for all together, {@link Long#MAX_VALUE} for none
     */
    public long step(PressureState state, long footprint, long minimum, long now) {
        if (!state.known() || state.occupancy() <= 0) {
            return done(Action.UNKNOWN, state.reason());
        }
        boolean major = state.wholeHeapCollections() != seenNumber;
        // The heap in which the occupancy is what it is: smaller than the maximum where the old generation is the
        // limit.
        double heap = state.liveUpperBoundBytes() / state.occupancy();
        if (major) {
            takeMajor(state, footprint, heap);
        }
        takeBound(state, footprint);

        boolean onItsWay = everCut && footprint > limit && now - cutNanos < CREDIT_NANOS;
        long held = onItsWay ? limit : footprint;
        double predicted = Math.max(0, state.liveUpperBoundBytes() + calibration * (held - footprintAtBound));

        if (predicted > high * heap) {
            return whenHigh(state, major, held, minimum, predicted, heap, now);
        }
        emergencyCuts = 0;
        if (predicted > target * heap) {
            long room = (long) (0.5 * (high * heap - predicted) / calibration);
            long cap = Math.max(held, minimum) + Math.max(0, room);
            if (cap < limit) {
                limit = cap;
                return done(Action.CAP, "live set predicted between target and high: growth is capped");
            }
            return done(Action.HOLD, "live set predicted between target and high");
        }
        return whenRoomy(state, footprint, predicted, heap, now);
    }

    private long whenHigh(
            PressureState state, boolean major, long held, long minimum, double predicted, double heap, long now) {
        boolean emergency = state.level() == PressureLevel.CRITICAL
                || (state.level() == PressureLevel.HIGH && state.resource() == PressureResource.GC_EFFORT);
        boolean latched = cutNumber == state.wholeHeapCollections() && now - cutNanos < EMERGENCY_NANOS;
        if (!major && (!emergency || latched)) {
            return done(Action.HOLD, "waiting for the next collection of the whole heap");
        }
        double error = (predicted - target * heap) / calibration;
        double cut = Math.min(gain * error, largestCut * held);
        if (emergency) {
            double share = emergencyCuts == 0 ? FIRST_EMERGENCY_CUT : NEXT_EMERGENCY_CUT;
            cut = Math.max(cut, share * held);
            emergencyCuts++;
        }
        long from = Math.min(held, limit);
        // Whoever is cut to nothing can show no use any more; a hundredth of the heap decides nothing.
        long least = Math.max(minimum, Math.min(from, (long) (FLOOR_OF_HEAP * heap)));
        limit = Math.max(least, from - (long) cut);
        everCut = true;
        cutNanos = now;
        cutNumber = state.wholeHeapCollections();
        return done(
                Action.SHRINK,
                (emergency ? "emergency: " : "") + "live set predicted at "
                        + Math.round(100 * predicted / heap) + " % of what may be live (high is "
                        + Math.round(100 * high) + " %)");
    }

    private long whenRoomy(PressureState state, long footprint, double predicted, double heap, long now) {
        if (limit == Long.MAX_VALUE) {
            return done(Action.HOLD, "room enough, nothing is limited");
        }
        double low = target - DEAD_BAND;
        // What is in use after any collection bounds what is live; else one growth for each piece of evidence.
        boolean proven = state.usedAfterBytes() < low * heap || state.wholeHeapCollections() != grownNumber;
        boolean binding = footprint >= BINDING * limit;
        boolean soon = everGrown && now - grownNanos < BETWEEN_GROWTHS_NANOS;
        if (predicted >= low * heap || !proven || !binding || soon) {
            return done(Action.HOLD, binding ? "dead band, or grown a moment ago" : "the limit does not bind");
        }
        double step = Math.min(
                GROWTH_OF_ROOM * (target * heap - predicted) / calibration,
                Math.max(GROWTH_OF_LIMIT * limit, LEAST_GROWTH_OF_HEAP * heap));
        long grown = limit + (long) step;
        everGrown = true;
        grownNanos = now;
        grownNumber = state.wholeHeapCollections();
        limit = grown < heap ? grown : Long.MAX_VALUE;
        if (grown >= heap) {
            return done(Action.LIFT, "the limit is past the heap");
        }
        return done(Action.GROW, "live set predicted below the dead band, and the limit binds");
    }

    private void takeMajor(PressureState state, long footprint, double heap) {
        seenNumber = state.wholeHeapCollections();
        int slot = (int) (seenNumber % REMEMBERED);
        numbers[slot] = seenNumber;
        footprints[slot] = footprint;
        long live = state.liveUpperBoundBytes();
        if (footprintAtMajor >= 0) {
            double given = footprintAtMajor - footprint;
            double freed = liveAtMajor - live;
            // Only when both fell: growth of others would be taken for a wrong accounting.
            if (given > 0.02 * heap && freed > 0.01 * heap) {
                double ratio = Math.max(0.5, Math.min(3.0, freed / given));
                calibration += CALIBRATION_WEIGHT * (ratio - calibration);
            }
        }
        footprintAtMajor = footprint;
        liveAtMajor = live;
    }

    /** Remembers what was held at the collection that the bound dates from. */
    private void takeBound(PressureState state, long footprint) {
        boolean same = state.liveUpperBoundBytes() == seenLive
                && state.boundCollection() == seenBoundNumber
                && state.evidence() == seenKind;
        if (same) {
            return;
        }
        seenLive = state.liveUpperBoundBytes();
        seenBoundNumber = state.boundCollection();
        seenKind = state.evidence();
        int slot = (int) (seenBoundNumber % REMEMBERED);
        // The bound of a concurrent collector may date from up to two cycles ago.
        boolean dated = seenKind == EvidenceKind.CYCLE && numbers[slot] == seenBoundNumber;
        footprintAtBound = dated ? footprints[slot] : footprint;
    }

    private long done(Action what, String reason) {
        action = what;
        why = reason;
        return limit;
    }

    /**
     * What the last step did.
     *
     * @return the action
     */
    public Action action() {
        return action;
    }

    /**
     * Why.
     *
     * @return the reason, in words
     */
    public String why() {
        return why;
    }

    /**
     * True bytes per accounted byte, as estimated from what giving back freed.
     *
     * @return 0.5 to 3
     */
    public double calibration() {
        return calibration;
    }
}
