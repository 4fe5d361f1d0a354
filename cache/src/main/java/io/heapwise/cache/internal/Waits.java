package io.heapwise.cache.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which thread waits for which computation, so that loaders which wait for each other fail instead of hanging.
 *
 * <p>Invariant: a thread is in the map exactly while it is in {@link #await}.
 */
public final class Waits {
    private final Map<Thread, Landing> waiting = new ConcurrentHashMap<>();

    /**
     * Waits until another has landed. Without any lock.
     *
     * @throws IllegalStateException when it is the caller's own, or waits (over others) for one of the caller's
     */
    public void await(Landing landing) {
        Thread caller = Thread.currentThread();
        if (landing.owner == caller) {
            throw new IllegalStateException(
                    "recursive update of key=" + landing.key + " from its own computation (expected"
                            + " a function that leaves its key alone): return the value instead");
        }
        waiting.put(caller, landing);
        try {
            // Put first, then look: of several threads that close a circle, the last to put sees all of it.
            for (@Nullable Landing next = landing; next != null && !next.isLanded(); next = waiting.get(next.owner)) {
                if (next.owner == caller) {
                    throw new IllegalStateException("computations wait for each other: key=" + landing.key
                            + " waits for one that the caller is computing (expected no circle): load in one order");
                }
            }
            landing.awaitLanding();
        } finally {
            waiting.remove(caller);
        }
    }

    /** Whether nobody waits. */
    public boolean isEmpty() {
        return waiting.isEmpty();
    }
}
