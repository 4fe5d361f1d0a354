package io.heapwise.pools.internal;

import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;

/**
 * What a lease refers to of which it is known where it was taken: to a cohort of its own, which refers to that of the others. So
 * there is one class of leases, and what is rare costs the others nothing. Invariant: the tracking ends before the loan does.
 */
final class TrackedCohort<T> extends Cohort<T> {
    /** Of all of them: sends each lease by the long way, which leads here. */
    private static final Mode LONG_WAY = new Mode();

    static {
        LONG_WAY.add(Mode.TAKEN_WITH_CARE);
    }

    private final Cohort<T> others;
    Subscription tracking = Subscription.none();

    TrackedCohort(Cohort<T> others) {
        super(others.lending, others.number, LONG_WAY);
        this.others = others;
    }

    @Override
    void giveBack(int slot, long loan, T object) {
        endTrackingAnd(() -> super.giveBack(slot, loan, object));
    }

    @Override
    void destroy(int slot, long loan) {
        endTrackingAnd(() -> super.destroy(slot, loan));
    }

    @Override
    void endTracking() {
        tracking.close();
    }

    private void endTrackingAnd(Runnable end) {
        try {
            endTracking();
        } finally {
            try {
                end.run();
            } finally {
                Reference.reachabilityFence(this); // else either might be found dropped while the lease is being closed
                Reference.reachabilityFence(others);
            }
        }
    }
}
