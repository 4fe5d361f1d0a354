package io.heapwise.cache.internal;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which thread waits for which computation, so that loaders which wait for each other fail instead of hanging.
 *
 * <p>Invariant: a thread is in the map exactly while it is in {@link #await}.
 */
final class Waits {
    private final Map<Thread, Flight> waiting = new ConcurrentHashMap<>();

    /**
     * Waits until {@code flight} has landed.
     *
     * @throws IllegalStateException when the flight is the caller's own, or waits (over others) for one of the caller's
     */
    void await(Flight flight) {
        Thread caller = Thread.currentThread();
        if (flight.owner == caller) {
            throw new IllegalStateException(
                    "recursive update of key=" + flight.key + " from its own computation (expected"
                            + " a function that leaves its key alone): return the value instead");
        }
        waiting.put(caller, flight);
        try {
            // Put first, then look: of several threads that close a circle, the last to put sees all of it.
            for (@Nullable Flight next = flight; next != null && !next.isLanded(); next = waiting.get(next.owner)) {
                if (next.owner == caller) {
                    throw new IllegalStateException("computations wait for each other: key=" + flight.key
                            + " waits for one that the caller is computing (expected no circle): load in one order");
                }
            }
            flight.awaitLanding();
        } finally {
            waiting.remove(caller);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
