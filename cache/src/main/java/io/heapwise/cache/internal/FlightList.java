package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/**
 * The computations under way for the keys of one stripe. Invariant: at most one a key; each stands in the chain of its hash.
 * Guarded by the stripe's lock.
 */
final class FlightList {
    /** Most stripes never have more than one at a time. */
    private static final Flight[] NONE = new Flight[1];

    /** Chains, a power of two: one until there are more flights, since a bulk load may bring thousands. */
    private @Nullable Flight[] chains = NONE;

    private int size;

    /** The one for {@code key}, if any. One that has landed is none: it is only here because its owner could not lock. */
    @Nullable Flight of(int hash, Object key) {
        if (size == 0) {
            return null;
        }
        for (Flight flight = chains[chainOf(hash)]; flight != null; flight = flight.next) {
            if (flight.isLanded()) {
                remove(flight);
            } else if (flight.hash == hash && key.equals(flight.key)) {
                return flight;
            }
        }
        return null;
    }

    void add(Flight flight) {
        if (chains == NONE) {
            chains = new Flight[1];
        } else if (size >= 2 * chains.length) {
            grow();
        }
        push(flight);
    }

    private void push(Flight flight) {
        int chain = chainOf(flight.hash);
        flight.next = chains[chain];
        chains[chain] = flight;
        size++;
    }

    private void grow() {
        @Nullable Flight[] before = chains;
        chains = new Flight[4 * before.length];
        size = 0;
        for (Flight first : before) {
            for (Flight flight = first; flight != null; ) {
                Flight next = flight.next;
                push(flight);
                flight = next;
            }
        }
    }

    /** Takes out this very flight, if it is here. */
    void remove(Flight gone) {
        int chain = chainOf(gone.hash);
        Flight previous = null;
        for (Flight flight = chains[chain]; flight != null; flight = flight.next) {
            if (flight == gone) {
                if (previous == null) {
                    chains[chain] = flight.next;
                } else {
                    previous.next = flight.next;
                }
                if (--size == 0 && chains.length > 1) {
                    chains = NONE;
                }
                return;
            }
            previous = flight;
        }
    }

    int size() {
        return size;
    }

    void discardAll() {
        for (Flight first : chains) {
            for (Flight flight = first; flight != null; flight = flight.next) {
                flight.discard();
            }
        }
    }

    /** Moves all to {@code zeros} or {@code ones}, by the bit of their hash that {@code bit} names. */
    void split(int bit, FlightList zeros, FlightList ones) {
        for (Flight first : chains) {
            for (Flight flight = first; flight != null; ) {
                Flight next = flight.next;
                ((flight.hash & bit) == 0 ? zeros : ones).add(flight);
                flight = next;
            }
        }
        chains = NONE;
        size = 0;
    }

    /** By the lowest bits but one, which all have set: the highest are alike in a stripe. */
    private int chainOf(int hash) {
        return hash >>> 1 & (chains.length - 1);
    }
}
