package io.heapwise.cache.internal.sizing;

import io.heapwise.memory.PressureState;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * True bytes per accounted byte of one cache, learnt from what the live set grew or fell by while the accounting did so
 * much. Invariant: in [{@link #LEAST}, {@link #MOST}], and 1 until enough steps of the cache agree.
 *
 * <p>A <em>step</em> is the change between two collections of the whole heap, at most {@link #LONGEST_STEP} apart, over
 * which the accounted bytes changed by more than 2 % of the heap, and other caches by less than a quarter of that. Its
 * ratio is the change of the live bound, less that of the other caches, by that of the accounted bytes. The factor is
 * the median of the last eight ratios, weighted by the size of their steps, a fall three times, drawn towards 1 by
 * their spread. What else moves the live set makes the ratios differ: where a quarter of the weight is off by more than
 * a quarter of the median, nothing is concluded, and what was concluded before wears off by half with each such step.
 *
 * <p>Not seen is what grows in step with the cache and at no other time, as in a common warm-up. It makes the factor
 * too large and so the cache smaller than it may be; the cache then shrinks alone, which is a step that contradicts,
 * and the factor comes back. That is why a fall counts more: others grow as a cache does, but seldom fall as it does.
 *
 * <p><b>Threads.</b> {@link #observe} is called by one thread at a time, as the governor does; {@link #factor} by any.
 */
public final class Calibration {
    static final double LEAST = 0.5;
    static final double MOST = 3.0;

    private static final double LEAST_STEP_OF_HEAP = 0.02;
    private static final double MOST_BY_OTHERS = 0.25;
    private static final int LONGEST_STEP = 4;
    /** What is held now is not what was held when the collection ended, if that is longer ago. */
    private static final long LATEST_NANOS = 1_000_000_000L;

    private static final int REMEMBERED = 8;
    private static final int NEEDED = 5;
    private static final double FALL_COUNTS = 3;
    private static final double AGREEING = 0.75;
    private static final double MOST_SPREAD = 0.25;

    /** Less is not worth moving the limit for. */
    private static final double LEAST_CHANGE = 0.02;

    private volatile double factor = 1;

    /** What was held at the last collections: the bound of a concurrent collector dates from an earlier one. */
    private final @Nullable Holding[] holdings = new Holding[REMEMBERED];

    private final Step[] steps = new Step[REMEMBERED];
    private int taken;
    private Holding anchor = new Holding(0, 0, 0, 0);

    /** No evidence yet. */
    public Calibration() {}

    /** True bytes per accounted byte. One volatile read. */
    public double factor() {
        return factor;
    }

    /**
     * Takes a collection of the whole heap.
     *
     * @param evidence what it proved
     * @param accountedBytes what the cache holds by its accounting
     * @param otherBytes what other caches hold
     * @return whether the factor changed
     */
    public boolean observe(PressureState evidence, long accountedBytes, long otherBytes) {
        long number = evidence.wholeHeapCollections();
        boolean isBoundNew = evidence.boundCollection() == number;
        if (isBoundNew && evidence.evidenceAgeNanos() > LATEST_NANOS) {
            return false;
        }
        holdings[slot(number)] = new Holding(number, 0, accountedBytes, otherBytes);
        Holding then = holdings[slot(evidence.boundCollection())];
        if (then == null
                || then.number != evidence.boundCollection()
                || !evidence.evidence().sawWholeHeap()
                || then.number == anchor.number) {
            return false;
        }
        Holding now = new Holding(then.number, evidence.liveUpperBoundBytes(), then.accountedBytes, then.otherBytes);
        Holding before = anchor;
        double own = (double) now.accountedBytes - before.accountedBytes;
        double others = (double) now.otherBytes - before.otherBytes;
        boolean isStep = Math.abs(own) > LEAST_STEP_OF_HEAP * evidence.heapMaxBytes();
        if (before.number != 0 && !isStep && now.number - before.number < LONGEST_STEP) {
            return false;
        }
        anchor = now;
        boolean isShort = now.number - before.number <= LONGEST_STEP;
        if (before.number == 0 || !isStep || !isShort || Math.abs(others) > MOST_BY_OTHERS * Math.abs(own)) {
            return false;
        }
        double live = (double) now.liveBytes - before.liveBytes - others;
        steps[taken++ % REMEMBERED] = new Step(live / own, own < 0 ? FALL_COUNTS * -own : own);
        return taken >= NEEDED && conclude();
    }

    private static int slot(long number) {
        return (int) (number % REMEMBERED);
    }

    private boolean conclude() {
        Step[] ratios = Arrays.copyOf(steps, Math.min(taken, REMEMBERED));
        double median = quantile(ratios, 0.5);
        Step[] deviations = new Step[ratios.length];
        for (int i = 0; i < ratios.length; i++) {
            deviations[i] = new Step(Math.abs(ratios[i].value - median), ratios[i].weight);
        }
        double spread = quantile(deviations, AGREEING);
        if (spread > MOST_SPREAD * median) {
            return set(1 + (factor - 1) / 2);
        }
        double cautious = median > 1 ? Math.max(1, median - spread) : Math.min(1, median + spread);
        return set(Math.max(LEAST, Math.min(MOST, cautious)));
    }

    private boolean set(double next) {
        double rounded = Math.abs(next - 1) < LEAST_CHANGE ? 1 : next;
        boolean isLittle = Math.abs(rounded - factor) < LEAST_CHANGE && rounded != 1;
        if (isLittle || rounded == factor) {
            return false;
        }
        factor = rounded;
        return true;
    }

    /** The least value below or at which so much of the weight is. */
    private static double quantile(Step[] values, double share) {
        Step[] sorted = values.clone();
        Arrays.sort(sorted, Comparator.comparingDouble(Step::value));
        double total = 0;
        for (Step step : sorted) {
            total += step.weight;
        }
        double below = 0;
        for (Step step : sorted) {
            below += step.weight;
            if (below >= share * total) {
                return step.value;
            }
        }
        return sorted[sorted.length - 1].value;
    }

    void checkIntegrity() {
        if (!(factor >= LEAST && factor <= MOST) || (taken < NEEDED && factor != 1)) {
            throw new IllegalStateException("factor=" + factor + " (expected " + LEAST + " to " + MOST
                    + ", and 1 before " + NEEDED + " steps; taken=" + taken + ")");
        }
    }

    private record Holding(long number, long liveBytes, long accountedBytes, long otherBytes) {}

    private record Step(double value, double weight) {}
}
