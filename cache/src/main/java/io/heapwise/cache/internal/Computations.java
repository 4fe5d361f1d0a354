package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/**
 * Computes the values of single keys outside all locks. Invariant: while a key is being computed its {@link Flight} stands in
 * the list of its stripe, so that nobody else computes or writes it; when the computation is over it has landed, whatever happened.
 */
final class Computations {
    /** Makes a new value from the present one; null removes. */
    @FunctionalInterface
    interface Remapping {
        @Nullable Object apply(Object key, @Nullable Object current);
    }

    /** Instead of a function: those who wait for a bulk load share what it brings among them, but not its failure. */
    private static final Object BULK = new Object();

    private final Store store;
    private final Directory directory;

    Computations(Store store, Directory directory) {
        this.store = store;
        this.directory = directory;
    }

    /**
     * Computes a value for {@code key} if its present value is as expected; the function runs outside all locks, once,
     * and no other change of the key happens meanwhile. Returns the value afterwards, or the present one when it was not
     * as expected.
     *
     * @param shared when not null: those who come meanwhile with the same object share the outcome, a failure too
     * @throws IllegalStateException when the function, over whatever thread, waits for this very computation
     */
    @Nullable Object compute(Object key, Store.Expect expected, Remapping function, @Nullable Object shared) {
        return compute(key, expected, function, shared, Deadlines.BY_RULES);
    }

    /** As {@link #compute(Object, Store.Expect, Remapping, Object)}, for a value that lives so long; see {@link Deadlines}. */
    @Nullable Object compute(Object key, Store.Expect expected, Remapping function, @Nullable Object shared, long ownNanos) {
        int hash = Table.spread(key.hashCode());
        while (true) {
            Stripe stripe = directory.stripeFor(hash);
            Flight other;
            Flight own = null;
            Object current = null;
            long now = store.now();
            Departures departures = store.departures();
            stripe.lock();
            try {
                if (stripe.isRetired()) {
                    continue;
                }
                other = stripe.flights.of(hash, key);
                if (other == null) {
                    stripe.catchUp(now);
                    int slot = store.find(stripe, hash, key, now, departures);
                    current = slot < 0 ? null : stripe.table().valueAt(slot);
                    if (!departures.isEmpty()) {
                        continue; // one had expired: listeners are told before the flight, and may use the key
                    }
                    if (Store.isMet(expected, current)) {
                        own = new Flight(key, hash, current == null, shared);
                        stripe.flights.add(own);
                    } else if (current != null) {
                        stripe.use(slot, now);
                    }
                } else {
                    other.announceWaiter();
                }
            } finally {
                stripe.unlock();
                departures.report();
            }
            if (own != null) {
                return fly(own, current, function, ownNanos);
            }
            if (other == null) {
                return current;
            }
            store.awaitLanding(other);
            if (shared != null && other.sharedFunction == shared) {
                return other.outcome();
            }
        }
    }

    /**
     * A key that was asked for: present, or being computed by another, or to be computed by the caller, whose flight it is.
     */
    record Claim(
            @Nullable Object present,
            @Nullable Flight own,
            @Nullable Flight other) {}

    /** Claims an absent key without waiting. The caller must {@link #land} or {@link #abandon} what it gets. */
    Claim claim(Object key) {
        int hash = Table.spread(key.hashCode());
        long now = store.now();
        Departures departures = store.departures();
        Claim[] claim = new Claim[1];
        store.inStripe(hash, stripe -> {
            Flight other = stripe.flights.of(hash, key);
            if (other != null) {
                other.announceWaiter();
                claim[0] = new Claim(null, null, other);
                return;
            }
            stripe.catchUp(now);
            int slot = store.find(stripe, hash, key, now, departures);
            if (slot >= 0) {
                stripe.use(slot, now);
                claim[0] = new Claim(stripe.table().valueAt(slot), null, null);
            } else {
                Flight own = new Flight(key, hash, true, BULK);
                stripe.flights.add(own);
                claim[0] = new Claim(null, own, null);
            }
        });
        departures.report();
        return claim[0];
    }

    /** Ends a claim with its value. What a weigher or an Expiry throws comes out, and the claim is then still to be abandoned. */
    void land(Flight own, Object value) {
        store.exchange(
                own.key, own.hash, Store.Expect.ANYTHING, value, store.weigh(own.key, value), Deadlines.BY_RULES, own);
        own.land(value, null);
    }

    /** Ends a claim without a value, or with what kept it from being had. */
    void abandon(Flight own, @Nullable Throwable failure) {
        try {
            store.inStripe(own.hash, stripe -> stripe.flights.remove(own));
        } finally {
            own.land(null, failure);
        }
    }

    /** Waits for the flight of another; what it brought, if it was a load. */
    @Nullable Object await(Flight other) {
        store.awaitLanding(other);
        return other.brought();
    }

    private @Nullable Object fly(Flight own, @Nullable Object current, Remapping function, long ownNanos) {
        Object result = null;
        Throwable failure = null;
        boolean isListed = true;
        try {
            result = function.apply(own.key, current);
            if (result != null || current != null) {
                int weight = result == null ? 0 : store.weigh(own.key, result);
                store.exchange(own.key, own.hash, Store.Expect.ANYTHING, result, weight, ownNanos, own);
                isListed = false;
            }
            return result;
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            try {
                if (isListed) {
                    store.inStripe(own.hash, stripe -> stripe.flights.remove(own));
                }
            } finally {
                own.land(result, failure); // even if the stripe was refused: see FlightList
            }
        }
    }
}
