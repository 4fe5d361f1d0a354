package io.heapwise.memory;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a {@link MemoryBudget} that are its holder's to use. Invariant: they are given back once, whoever closes it and however
 * often. Thread-safe; each call takes the lock of the budget.
 *
 * <p>One that is dropped without being closed gives its bytes back when the collector has found it; that is reported as a leak.
 *
 * @since 0.1.0
 */
public final class Reservation implements AutoCloseable {
    private final BudgetGrant grant;
    private volatile Subscription watching = Subscription.none();

    Reservation(BudgetGrant grant) {
        this.grant = grant;
    }

    /** Sees to it that dropping it is noticed. To be called before anybody else has it. */
    void watch(LeakTracker tracker) {
        if (tracker.mode() == LeakTracker.Mode.OFF) {
            return;
        }
        BudgetGrant own = grant;
        watching = tracker.isToTrack(own.sequence)
                ? tracker.track(this, () -> own.end(true))
                : LeakTracker.whenDropped(this, () -> {
                    if (own.end(true)) {
                        tracker.report("of " + own.budget.stats().name());
                    }
                });
    }

    /**
     * How much is reserved.
     *
     * @return the bytes; 0 once closed
     */
    public long bytes() {
        try {
            return grant.bytes();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Gives a part back: what was asked for was a guess, and now it is known.
     *
     * @param bytes what is still needed, 0 to {@link #bytes}
     * @throws IllegalArgumentException if out of these bounds, as all but 0 are once it is closed
     */
    public void shrinkTo(long bytes) {
        try {
            grant.shrinkTo(bytes);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /**
     * Reserves more, if that passes nobody who waits and needs no waiting: to wait while holding some is to wait for oneself.
     *
     * @param moreBytes how many more, 0 or more
     * @return whether they are reserved
     * @throws IllegalArgumentException when they could never be had: negative, or more than a capacity
     * @throws IllegalStateException when this reservation or the budget is closed
     */
    public boolean tryGrow(long moreBytes) {
        try {
            @Nullable Reservation more = grant.budget.tryReserve(moreBytes);
            if (more == null) {
                return false;
            }
            try {
                more.watching.close();
                if (!grant.absorb(more.grant)) {
                    more.close();
                    throw new IllegalStateException(
                            "reservation is closed (expected an open one): reserve anew instead of growing it");
                }
                return true;
            } finally {
                Reference.reachabilityFence(more); // else it might be found dropped before it is absorbed
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Charges it to a child of its budget, which must have room for it. */
    void moveTo(MemoryBudget child) {
        try {
            grant.moveTo(child);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** Gives the bytes back, and grants them to whose turn it is. Only the first call does anything. */
    @Override
    public void close() {
        try {
            watching.close();
            grant.end(false);
        } finally {
            Reference.reachabilityFence(this); // while it is given back it is not yet dropped
        }
    }

    @Override
    public String toString() {
        return "Reservation[" + bytes() + " bytes of " + grant.budget.stats().name() + "]";
    }
}
