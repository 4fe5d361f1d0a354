package io.heapwise.pools.internal;

import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;

/** A lease of which it is known where it was taken. Invariant: its tracking ends before its loan does. */
final class TrackedLease<T> extends SlotLease<T> {
    Subscription tracking = Subscription.none();

    TrackedLease(Cohort<T> cohort, T object, int slot, long word) {
        super(cohort, object, slot, word);
    }

    @Override
    public void close() {
        try {
            tracking.close();
        } finally {
            super.close();
            Reference.reachabilityFence(this); // else it might be found dropped while it is being closed
        }
    }

    @Override
    public void invalidate() {
        try {
            tracking.close();
        } finally {
            super.invalidate();
            Reference.reachabilityFence(this);
        }
    }
}
