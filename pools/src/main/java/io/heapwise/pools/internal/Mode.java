package io.heapwise.pools.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Why a pool can't take its short way. Invariant: zero, the ordinary case, exactly when none of these holds. Thread-safe.
 *
 * <p>One field for all reasons, so that what is not in use costs each loan one read, of a field that is hardly ever written.
 */
final class Mode {
    /** For good: nothing is lent, and what comes back is destroyed. */
    static final int CLOSED = 1;

    /** Nothing is lent. */
    static final int PAUSED = 2;

    /** There are more objects than there may be. */
    static final int SURPLUS = 4;

    /** Some objects are to be replaced. */
    static final int OUTDATED = 8;

    private static final VarHandle REASONS;

    static {
        try {
            REASONS = MethodHandles.lookup().findVarHandle(Mode.class, "reasons", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through REASONS
    private volatile int reasons;

    boolean isOrdinary() {
        return reasons == 0;
    }

    /** Whether one of these holds. */
    boolean isAny(int some) {
        return (reasons & some) != 0;
    }

    /** Adds a reason; false if it held already. */
    boolean add(int reason) {
        return ((int) REASONS.getAndBitwiseOr(this, reason) & reason) == 0;
    }

    /** Takes a reason away; false if it did not hold. */
    boolean remove(int reason) {
        return ((int) REASONS.getAndBitwiseAnd(this, ~reason) & reason) != 0;
    }
}
