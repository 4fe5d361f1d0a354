package io.heapwise.cache.internal.weak;

import io.heapwise.cache.Equality;
import org.jspecify.annotations.Nullable;

/** The loads under way for the keys of one stripe. Invariant: at most one a key. Guarded by the stripe's lock. */
final class FlightList {
    private @Nullable Flight first;

    /** The load of a key, if any. */
    @Nullable Flight of(Object key, int hash, Equality<Object> equality) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            if (flight.isLanded()) {
                remove(flight); // its owner was refused the lock
            } else if (flight.hash == hash && (flight.key == key || equality.areEqual(key, flight.key))) {
                return flight;
            }
        }
        return null;
    }

    boolean isEmpty() {
        return first == null;
    }

    void add(Flight flight) {
        flight.next = first;
        first = flight;
    }

    /** Takes out this very load, if it is here. */
    void remove(Flight gone) {
        Flight previous = null;
        for (Flight flight = first; flight != null; previous = flight, flight = flight.next) {
            if (flight == gone) {
                if (previous == null) {
                    first = gone.next;
                } else {
                    previous.next = gone.next;
                }
                return;
            }
        }
    }

    /** Has none of them bring anything in. */
    void discardAll() {
        for (Flight flight = first; flight != null; flight = flight.next) {
            flight.isDiscarded = true;
        }
        first = null;
    }

    /** Moves all to one of two, by a bit of their hashes. */
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
