package io.heapwise.pools.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A handle that keeps others, which are to be closed with it. Invariant: what is kept and has not ended is linked from {@code first}; once
 * this has ended, of which one caller is told, nothing is kept any more. Thread-safe, without a lock.
 */
abstract class KeepingHandle extends Handle {
    /*
     * A stack from which nobody removes: a handle that has ended stays where it is until the next one is put on top. That one passes
     * over those on top that have ended, and over those right under the first that has not. So a handle that has ended is
     * linked only as long as one is open that was put on it; and statements that come and go one after the other leave one in all.
     *
     * Cost: a compare-and-set for each handle kept, one when it ends, and an exchange when this ends, which is also what lets a
     * connection be closed once: so that costs no step more than a lease would.
     *
     * Why passing over is harmless where two do so: both write links to handles further down, from ones between which all have
     * ended for good. And no handle is put in twice, so a compare-and-set of the first never mistakes one state for another.
     */

    private static final VarHandle FIRST;
    private static final Object ENDED = new Object();

    static {
        try {
            FIRST = MethodHandles.lookup().findVarHandle(KeepingHandle.class, "first", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The one kept last, null, or {@link #ENDED}. */
    @SuppressWarnings("unused") // through FIRST
    private @Nullable Object first;

    /** Opaque: a thread that learned in any way that another has closed sees it, and a loop sees it soon. */
    @Override
    final boolean isEnded() {
        return FIRST.getOpaque(this) == ENDED;
    }

    /** Keeps a handle, to close it with this; or closes it, if this has ended meanwhile. */
    final <H extends KeptHandle> H keep(H handle) throws SQLException {
        while (true) {
            Object seen = FIRST.getAcquire(this);
            if (seen == ENDED) {
                handle.end();
                handle.closeRaw();
                throw ended();
            }
            KeptHandle top = open((KeptHandle) seen);
            if (top != null) {
                KeptHandle below = top.next;
                KeptHandle open = open(below);
                if (below != open) {
                    top.next = open;
                }
            }
            handle.next = top;
            if (FIRST.compareAndSet(this, seen, handle)) {
                return handle;
            }
        }
    }

    private static @Nullable KeptHandle open(@Nullable KeptHandle from) {
        KeptHandle handle = from;
        while (handle != null && handle.isEnded()) {
            handle = handle.next;
        }
        return handle;
    }

    /** What a caller of {@link #endLoan} gets who is not the first. */
    static boolean isLate(@Nullable Object kept) {
        return kept == ENDED;
    }

    /**
     * Ends this: {@linkplain #isLate late} for all callers but one. That one gets what is kept, and must {@linkplain #endAll end} it.
     */
    final @Nullable Object endLoan() {
        return isEnded() ? ENDED : FIRST.getAndSet(this, ENDED);
    }

    /** Ends what was kept: those that somebody else ends first are his to close, the others are linked from the one returned. */
    static @Nullable KeptHandle endAll(@Nullable Object kept) {
        KeptHandle first = null;
        KeptHandle last = null;
        for (KeptHandle handle = (KeptHandle) kept; handle != null; ) {
            KeptHandle after = handle.next;
            if (handle.endOnce()) {
                if (last == null) {
                    first = handle;
                } else {
                    last.next = handle;
                }
                last = handle;
            }
            handle.next = null; // else a handle somebody keeps would keep others
            handle = after;
        }
        return first;
    }

    /** Closes what {@link #endAll} has returned, the last first; all of it, also if some fail, of which it returns the first. */
    static @Nullable SQLException closeAll(@Nullable KeptHandle first) {
        SQLException failure = null;
        KeptHandle handle = first;
        while (handle != null) {
            try {
                handle.closeRaw();
            } catch (SQLException e) {
                failure = failure == null ? e : failure;
            }
            KeptHandle after = handle.next;
            handle.next = null;
            handle = after;
        }
        return failure;
    }
}
