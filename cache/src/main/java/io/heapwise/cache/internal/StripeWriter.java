package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalCause;
import org.jspecify.annotations.Nullable;

/**
 * Changes the entries of a stripe that the caller has locked. Invariant: the capacity's total changes with them, by the
 * weight that came or went, and each entry that leaves is among the departures.
 */
final class StripeWriter {
    /**
     * What an insertion takes from its own stripe. When it needs more, a limit was lowered or the entry is heavy, and one
     * stripe must not pay with its hot entries for what all of them owe.
     */
    private static final int VICTIMS_PER_INSERTION = 8;

    private final Directory directory;
    private final Capacity capacity;

    /** Null where entries don't expire. */
    private final @Nullable Timekeeper time;

    StripeWriter(Directory directory, Capacity capacity, @Nullable Timekeeper time) {
        this.directory = directory;
        this.capacity = capacity;
        this.time = time;
    }

    /**
     * Replaces the value of {@code key}, adds it, or removes it when {@code replacement} is null.
     *
     * @param slot where the key is; of no meaning when {@code previous} is null, since then it is absent
     * @param now the time of the write, where entries expire
     * @param ownNanos how long the new value lives, or how that is found: see {@link Deadlines}
     */
    void write(
            Stripe stripe,
            int slot,
            int hash,
            Object key,
            @Nullable Object previous,
            @Nullable Object replacement,
            int weight,
            long now,
            long ownNanos,
            Departures departures) {
        if (replacement == null) {
            if (previous != null) {
                remove(stripe, slot, RemovalCause.EXPLICIT, departures);
                stripe.trimTable();
            }
        } else if (weight > capacity.limit() || (previous == null && stripe.isSaturated())) {
            // Heavier than the whole limit, it comes and goes at once rather than drive out all others first. So does
            // one whose hash agrees with those of too many others.
            if (previous == replacement) {
                // It was there all the time, and only now turns out too heavy: it leaves once.
                capacity.add(-stripe.table().weightAt(slot));
                stripe.remove(slot, true);
                departures.add(key, replacement, weight, RemovalCause.SIZE);
                return;
            }
            if (previous != null) {
                remove(stripe, slot, RemovalCause.REPLACED, departures);
            }
            stripe.countRefused();
            departures.add(key, replacement, weight, RemovalCause.SIZE);
        } else if (previous == null) {
            insert(stripe, hash, key, replacement, weight, now, ownNanos, departures);
        } else {
            if (previous != replacement) {
                departures.add(stripe.table(), slot, RemovalCause.REPLACED);
            }
            int before = stripe.table().weightAt(slot);
            stripe.replace(slot, replacement, weight, now, ownNanos);
            if (weight != before) {
                capacity.add((long) weight - before);
            }
        }
    }

    private void insert(
            Stripe stripe,
            int hash,
            Object key,
            Object value,
            int weight,
            long now,
            long ownNanos,
            Departures departures) {
        // Victims leave first: the new entry then finds a slot. The total changes once, by the difference: in a full
        // cache
        // of entries that weigh alike not at all, so that writers of different stripes share no line. It also changes
        // when
        // there is no memory for what is noted of a victim, or for a larger table: some have left by then.
        long delta = 0;
        try {
            for (int victims = 0;
                    victims < VICTIMS_PER_INSERTION && capacity.total() + delta + weight > capacity.limit();
                    victims++) {
                int expired = stripe.expiredNear(now);
                if (expired != Replacement.NOBODY) {
                    delta -= takeOut(stripe, expired, RemovalCause.EXPIRED, departures);
                    continue;
                }
                // But not from a stripe that has less than others: entries that differ in weight would let the shares
                // of
                // the stripes wander off, until some hold next to nothing and others what nobody asks for. What is
                // still
                // too much then is taken from the others after the lock. Where all weigh alike, to look now and then is
                // enough, and spares the others a line of another stripe.
                if (stripe.isTimeToCompare() && directory.isFullerElsewhere(stripe, hash)) {
                    break;
                }
                int victim = stripe.victim();
                if (victim == Replacement.NOBODY) {
                    break;
                }
                delta -= takeOut(stripe, victim, causeOfLeaving(stripe, victim, now), departures);
            }
            stripe.insert(hash, key, value, weight, now, ownNanos);
            delta += weight;
        } finally {
            if (delta != 0) {
                capacity.add(delta);
            }
        }
    }

    /** Removes an entry to make room. */
    void evict(Stripe stripe, int slot, Departures departures) {
        long now = time == null ? 0 : time.now();
        capacity.add(-takeOut(stripe, slot, causeOfLeaving(stripe, slot, now), departures));
    }

    private static RemovalCause causeOfLeaving(Stripe stripe, int slot, long now) {
        return stripe.isOver(slot, now) ? RemovalCause.EXPIRED : RemovalCause.SIZE;
    }

    /**
     * Removes entries that have expired, at most so many; if that was all of them, the stripe knows when the next one will.
     * Returns how many there were.
     */
    int expire(Stripe stripe, long now, int most, Departures departures) {
        if (!stripe.mayHaveExpired(now)) {
            return 0;
        }
        stripe.catchUp(now); // else only writes do, and uses would be timed ever more coarsely
        Table table = stripe.table();
        Deadlines deadlines = table.deadlines;
        if (deadlines == null) {
            return 0;
        }
        int expired = 0;
        long weight = 0;
        long earliest = Deadlines.NEVER_NANOS;
        try {
            for (int slot = 0, slots = table.slots(); slot < slots && expired < most; slot++) {
                if (table.isOccupied(slot)) {
                    long end = deadlines.endNanos(slot);
                    if (end <= now) {
                        weight += takeOut(stripe, slot, RemovalCause.EXPIRED, departures);
                        expired++;
                    } else {
                        earliest = Math.min(earliest, end);
                    }
                }
            }
        } finally {
            if (weight != 0) {
                capacity.add(-weight);
            }
        }
        if (expired < most) {
            deadlines.earliestEndNanos = earliest;
        }
        if (expired > 0) {
            stripe.trimTable();
        }
        return expired;
    }

    /** Removes an entry. */
    void remove(Stripe stripe, int slot, RemovalCause cause, Departures departures) {
        capacity.add(-takeOut(stripe, slot, cause, departures));
    }

    private static long takeOut(Stripe stripe, int slot, RemovalCause cause, Departures departures) {
        departures.add(stripe.table(), slot, cause);
        long weight = stripe.table().weightAt(slot);
        stripe.remove(slot, cause.wasEvicted());
        return weight;
    }
}
