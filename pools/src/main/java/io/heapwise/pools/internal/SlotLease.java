package io.heapwise.pools.internal;

import io.heapwise.pools.Lease;
import java.lang.ref.Reference;

/** A loan of one place. Invariant: gives back at most once, since it must show the word that the place was lent with. */
public final class SlotLease<T> implements Lease<T> {
    private final Cohort<T> cohort;
    private final T object;

    /** Which place, as {@link Slots#placeOf} says it. */
    private final int place;

    private final long loan;

    SlotLease(Cohort<T> cohort, T object, int place, long loan) {
        this.cohort = cohort;
        this.object = object;
        this.place = place;
        this.loan = loan;
    }

    @Override
    public T get() {
        if (place >= 0 ? Slots.isOnLoan(cohort.words, place, loan) : slots().word(~place) == loan) {
            return object;
        }
        throw new IllegalStateException("lease of " + object
                + " is closed (expected an open one): use the object before it is given back, or borrow again");
    }

    @Override
    public void close() {
        Cohort<T> cohort = this.cohort;
        Mode mode = cohort.mode;
        try {
            if (place < 0 || mode.isAny(Mode.NO_PLAIN_RETURN | Mode.TAKEN_WITH_CARE)) {
                cohort.giveBack(slot(), loan, object);
            } else if (Slots.giveBack(cohort.words, place, loan) && mode.isAny(Mode.NO_PLAIN_RETURN)) {
                cohort.lending.freed();
            }
        } finally {
            Reference.reachabilityFence(cohort); // while it is given back it is not yet dropped
        }
    }

    @Override
    public void invalidate() {
        try {
            cohort.destroy(slot(), loan);
        } finally {
            Reference.reachabilityFence(cohort);
        }
    }

    // ---- for a holder that sees to it itself that it ends the loan once ---------------------------------------------

    /** As {@link #close}, without an atomic step: to be called once, and none of the others. */
    public void giveBackOnce() {
        try {
            cohort.endTracking();
            cohort.lending.takeBack(slot(), object);
        } finally {
            Reference.reachabilityFence(cohort);
        }
    }

    /** As {@link #invalidate}, without an atomic step: to be called once, and none of the others. */
    public void destroyOnce() {
        try {
            cohort.endTracking();
            cohort.lending.destroyOwn(slot());
        } finally {
            Reference.reachabilityFence(cohort);
        }
    }

    private int slot() {
        return place < 0 ? ~place : slots().slotAt(place);
    }

    private Slots slots() {
        return cohort.lending.slots;
    }

    @Override
    public String toString() {
        return "Lease[" + object + "]";
    }
}
