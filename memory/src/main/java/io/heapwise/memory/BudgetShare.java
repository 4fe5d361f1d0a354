package io.heapwise.memory;

import java.util.concurrent.TimeUnit;

/**
 * How much of a budget may be used while memory is tight. Invariant: {@value #LEAST} to 1; it changes at most once a second, but
 * for CRITICAL. Guarded by the lock of the turns.
 */
final class BudgetShare {
    /*
     * Halving on evidence of tightness and widening by a constant is the law by which several that share one resource, and do not
     * know of each other, come to fair parts without swinging [1]. Without the bound of a step a second, frequent collections, which is
     * what a full heap has, would take it to the bottom at once.
     *
     * [1] D. Chiu, R. Jain, Analysis of the increase and decrease algorithms for congestion avoidance in computer networks, 1989.
     */
    static final double LEAST = 0.1;

    private static final double WIDENING = 0.1;
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Without evidence for so long the last says nothing any more. */
    private static final long STALE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private double share = 1;
    private boolean hasStepped;
    private long steppedAtNanos;

    /** A collection has shown how tight memory is. */
    void onEvidence(PressureLevel level, long nowNanos) {
        if (level == PressureLevel.CRITICAL) {
            step(LEAST, nowNanos);
        } else if (hasStepped && nowNanos - steppedAtNanos < STEP_NANOS) {
            return;
        } else if (level == PressureLevel.HIGH) {
            step(Math.max(LEAST, share / 2), nowNanos);
        } else if (level == PressureLevel.NORMAL) {
            step(Math.min(1, share + WIDENING), nowNanos);
        }
    }

    /** The share now, widened if there was no evidence for long and the level is NORMAL. */
    double at(PressureLevel level, long nowNanos) {
        if (share < 1 && level == PressureLevel.NORMAL) {
            long steps = (nowNanos - steppedAtNanos) / STALE_NANOS;
            if (steps > 0) {
                share = Math.min(1, share + steps * WIDENING);
                steppedAtNanos += steps * STALE_NANOS;
            }
        }
        return share;
    }

    private void step(double next, long nowNanos) {
        share = next;
        steppedAtNanos = nowNanos;
        hasStepped = true;
    }
}
