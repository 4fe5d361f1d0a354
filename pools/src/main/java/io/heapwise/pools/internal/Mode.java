package io.heapwise.pools.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Why a pool can't take its short way. Invariant: a bit is set exactly while what it stands for holds. Thread-safe.
 *
 * <p>One field for all reasons, so that all that is not in use costs a loan one read, and so does giving back.
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

    /** Somebody waits, and whoever gives back must see to it; not while the first of them dozes: see {@link Turns}. */
    static final int AWAITED = 16;

    /** For good: there is something to do before an object is lent. */
    static final int LENT_WITH_CARE = 32;

    /** For good: there is something to do when an object comes back. */
    static final int TAKEN_WITH_CARE = 64;

    /** What makes lending more than taking a place: not that somebody waits, whom others may overtake for a while. */
    static final int NO_PLAIN_LENDING = CLOSED | PAUSED | SURPLUS | OUTDATED | LENT_WITH_CARE;

    /** What makes taking back more than freeing a place. */
    static final int NO_PLAIN_RETURN = CLOSED | PAUSED | SURPLUS | OUTDATED | AWAITED;

    private static final int STATE_OF_OBJECTS = CLOSED | SURPLUS | OUTDATED;

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

    /** Whether an object may have to go although it is in order. */
    boolean isCulling() {
        return isAny(STATE_OF_OBJECTS);
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
