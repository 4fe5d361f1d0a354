package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/** The computations under way for the keys of one stripe. Invariant: at most one a key. Guarded by the stripe's lock. */
final class FlightList {
    private @Nullable Flight first;

    /** The one for {@code key}, if any. One that has landed is none: it is only here because its owner could not lock. */
    @Nullable Flight of(int hash, Object key) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight.isLanded()) {
                remove(flight);
            } else if (flight.hash == hash && key.equals(flight.key)) {
                return flight;
            }
        }
        return null;
    }

    void add(Flight flight) {
        flight.next = first;
        first = flight;
    }

    /** Takes out this very flight, if it is here. */
    void remove(Flight gone) {
        Flight previous = null;
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight == gone) {
                if (previous == null) {
                    first = flight.next;
                } else {
                    previous.next = flight.next;
                }
                return;
            }
            previous = flight;
        }
    }

    void discardAll() {
        for (Flight flight = first; flight != null; flight = flight.next) {
            flight.discard();
        }
    }

    /** Moves all to {@code zeros} or {@code ones}, by the bit of their hash that {@code bit} names. */
    void split(int bit, FlightList zeros, FlightList ones) {
        Flight flight = first;
        first = null;
        while (flight != null) {
            Flight next = flight.next;
            ((flight.hash & bit) == 0 ? zeros : ones).add(flight);
            flight = next;
        }
    }
}
