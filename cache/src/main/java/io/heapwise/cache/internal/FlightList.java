package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/**
 * The computations under way for the keys of one stripe. Invariant: at most one a key; each stands in the chain of its hash.
 * Guarded by the stripe's lock.
 */
final class FlightList {
    /** While there are so few, one chain will do. */
    private static final int FEW = 8;

    /**
     * Nothing, the first of a few, or {@link Chains}, since a bulk load may bring thousands. One reference: there is a list in
     * each stripe, and most never have more than one flight at a time.
     */
    private @Nullable Object held;

    /** Chains by hash. Invariant: as many flights as {@code size} says are in them; a power of two. */
    private static final class Chains {
        @Nullable Flight[] first = new Flight[2 * FEW];

        int size;

        /** By the lowest bits but one, which all have set: the highest are alike in a stripe. */
        int of(int hash) {
            return hash >>> 1 & (first.length - 1);
        }

        void push(Flight flight) {
            if (size >= 2 * first.length) {
                @Nullable Flight[] before = first;
                first = new Flight[4 * before.length];
                for (Flight head : before) {
                    for (Flight each = head; each != null; ) {
                        Flight next = each.next;
                        link(each);
                        each = next;
                    }
                }
            }
            link(flight);
            size++;
        }

        private void link(Flight flight) {
            int chain = of(flight.hash);
            flight.next = first[chain];
            first[chain] = flight;
        }
    }

    private @Nullable Flight first(int hash) {
        return held instanceof Chains chains ? chains.first[chains.of(hash)] : (Flight) held;
    }

    /** The one for {@code key}, if any. One that has landed is none: it is only here because its owner could not lock. */
    @Nullable Flight of(int hash, Object key) {
        if (held == null) {
            return null;
        }
        for (Flight flight = first(hash); flight != null; flight = flight.next) {
            if (flight.isLanded()) {
                remove(flight);
            } else if (flight.hash == hash && key.equals(flight.key)) {
                return flight;
            }
        }
        return null;
    }

    void add(Flight flight) {
        if (!(held instanceof Chains) && size() >= FEW) {
            Chains chains = new Chains();
            for (Flight each = (Flight) held; each != null; ) {
                Flight next = each.next;
                chains.push(each);
                each = next;
            }
            held = chains;
        }
        if (held instanceof Chains chains) {
            chains.push(flight);
        } else {
            flight.next = (Flight) held;
            held = flight;
        }
    }

    /** Takes out this very flight, if it is here. */
    void remove(Flight gone) {
        Flight previous = null;
        for (Flight flight = first(gone.hash); flight != null; flight = flight.next) {
            if (flight != gone) {
                previous = flight;
                continue;
            }
            if (previous != null) {
                previous.next = flight.next;
            } else if (held instanceof Chains chains) {
                chains.first[chains.of(gone.hash)] = flight.next;
            } else {
                held = flight.next;
            }
            if (held instanceof Chains chains && --chains.size == 0) {
                held = null;
            }
            return;
        }
    }

    int size() {
        if (held instanceof Chains chains) {
            return chains.size;
        }
        int size = 0;
        for (Flight flight = (Flight) held; flight != null; flight = flight.next) {
            size++;
        }
        return size;
    }

    void discardAll() {
        if (held instanceof Chains chains) {
            for (Flight first : chains.first) {
                discard(first);
            }
        } else {
            discard((Flight) held);
        }
    }

    private static void discard(@Nullable Flight first) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            flight.discard();
        }
    }

    /** Moves all to {@code zeros} or {@code ones}, by the bit of their hash that {@code bit} names. */
    void split(int bit, FlightList zeros, FlightList ones) {
        if (held instanceof Chains chains) {
            for (Flight first : chains.first) {
                move(first, bit, zeros, ones);
            }
        } else {
            move((Flight) held, bit, zeros, ones);
        }
        held = null;
    }

    private static void move(@Nullable Flight first, int bit, FlightList zeros, FlightList ones) {
        for (Flight flight = first; flight != null; ) {
            Flight next = flight.next;
            ((flight.hash & bit) == 0 ? zeros : ones).add(flight);
            flight = next;
        }
    }
}
