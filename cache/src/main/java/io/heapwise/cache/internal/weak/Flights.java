package io.heapwise.cache.internal.weak;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads values, for each key one at a time and outside all locks. Invariant: a thread is among those waiting exactly while it
 * waits for another's load.
 */
final class Flights {
    private final LinkStore store;

    /** Which thread waits for which load: loaders that wait for each other's keys are to fail, not to hang. */
    private final Map<Thread, Flight> waiting = new ConcurrentHashMap<>();

    Flights(LinkStore store) {
        this.store = store;
    }

    /**
     * The value of {@code key}, loaded if there is none; null if there was nothing to load.
     *
     * @throws IllegalStateException when the caller loads this key already, or when loaders wait for each other
     */
    @Nullable Object get(Object key, Function<Object, @Nullable Object> loader) {
        int hash = store.hash(key);
        while (true) {
            Object present = store.read(key, hash);
            if (present != null) {
                return present;
            }
            Flight mine = new Flight(key, hash, loader);
            Object found = store.join(mine);
            if (found == mine) {
                return fly(mine);
            }
            if (!(found instanceof Flight other)) {
                return found;
            }
            await(other);
            if (other.value() != null) {
                return other.value();
            }
            if (other.loader == loader) {
                other.rethrow();
                return null;
            }
        }
    }

    private @Nullable Object fly(Flight mine) {
        try {
            Object loaded = mine.loader.apply(mine.key);
            Object value = store.land(mine, loaded);
            mine.land(value, null);
            return value;
        } catch (Throwable thrown) {
            mine.land(null, thrown);
            leave(mine, thrown);
            throw thrown;
        }
    }

    private void leave(Flight mine, Throwable thrown) {
        try {
            store.leave(mine);
        } catch (RuntimeException refused) {
            thrown.addSuppressed(refused); // the next that comes along drops a load that has landed
        }
    }

    private void await(Flight flight) {
        Thread caller = Thread.currentThread();
        if (flight.owner == caller) {
            throw new IllegalStateException(
                    "key=" + flight.key + " was asked for by its own loader (expected a loader that"
                            + " leaves its key alone): return the value instead");
        }
        if (store.isCallerInside()) {
            throw LinkStripe.reentered(); // the load could not land
        }
        waiting.put(caller, flight);
        try {
            // Put first, then look: of several threads that close a circle, the last to put sees all of it.
            Flight next = flight;
            while (next != null && !next.isLanded()) {
                if (next.owner == caller) {
                    throw new IllegalStateException("loaders wait for each other: key=" + flight.key
                            + " waits for one that the caller loads (expected no circle): load in one order");
                }
                next = waiting.get(next.owner);
            }
            flight.awaitLanding();
        } finally {
            waiting.remove(caller);
        }
    }

    boolean isAnyWaiting() {
        return !waiting.isEmpty();
    }
}
