package io.heapwise.cache.internal;

import io.heapwise.cache.EvictionPolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the stripe of a hash, and splits stripes that have grown large.
 *
 * <p>Invariant: a stripe of depth {@code d} stands in the {@code 2^(D-d)} neighbouring places whose index begins with
 * its prefix, {@code D} being the depth of the directory; so every hash has exactly one stripe that is not retired.
 * Thread-safe; a look-up is two reads.
 */
final class Directory {
    /*
     * Extendible hashing [1] with the leading bits of the hash. A cache starts as one stripe and gets another whenever
     * one passes its bound, whatever the limit of the cache and in whatever unit it was given. Stripes grow in number and in
     * size, so that a thousand entries have four locks, a million some four hundred, each for thousands of entries: few
     * places in which new entries settle, which is what a collector that watches stores has to scan again and again.
     * Growing or splitting one still takes microseconds.
     *
     * [1] R. Fagin et al., Extendible Hashing, ACM TODS 4(3), 1979.
     */

    /** 65,536 stripes, enough for 2^32 entries. */
    static final int MAX_DEPTH = 16;

    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(Stripe[].class);

    private final ReentrantLock splitLock = new ReentrantLock();
    private volatile Stripe[] places;

    /** Entries at which the first stripe is split. */
    private final int firstSplitEntries;

    Directory(
            int initialEntries,
            boolean weighted,
            int firstSplitEntries,
            EvictionPolicy policy,
            @Nullable LifeRules rules) {
        this.firstSplitEntries = firstSplitEntries;
        int depth = 0;
        while (depth < MAX_DEPTH && (long) initialEntries > (long) splitEntries(depth) << depth) {
            depth++;
        }
        WindowShare share = new WindowShare();
        Stripe[] initial = new Stripe[1 << depth];
        int slots = initialEntries == 0 ? 8 : Table.slotsFor(initialEntries >> depth);
        for (int i = 0; i < initial.length; i++) {
            Replacement replacement =
                    policy == EvictionPolicy.LRU ? new Elders(depth) : new Adaptive(share, depth, i == 0);
            Table table = new Table(slots, depth, weighted, rules, 0);
            initial[i] = new Stripe(this, depth, depth == 0 ? 0 : i << (32 - depth), table, replacement);
        }
        places = initial;
    }

    /**
     * Entries at which a stripe of {@code depth} asks to be split. The first waits longest, since one stripe alone keeps the
     * exact order; after it, twice as many for four times as many stripes.
     */
    int splitEntries(int depth) {
        return depth == 0 ? firstSplitEntries : (firstSplitEntries * 3 / 4) << (depth / 2);
    }

    /** The stripe that covers {@code hash}; it may be retired by the time the caller has locked it. */
    Stripe stripeFor(int hash) {
        Stripe[] places = this.places;
        return (Stripe) PLACES.getAcquire(places, placeOf(hash, places.length));
    }

    /**
     * Whether a stripe drawn by {@code hash} is fuller than {@code stripe} by more than a sixteenth, measured by the hashes
     * that each covers. The better of two random choices keeps all nearly level (M. Mitzenmacher, The Power of Two Choices
     * in Randomized Load Balancing, IEEE TPDS 12(10), 2001).
     */
    boolean isFullerElsewhere(Stripe stripe, int hash) {
        long here = fullness(stripe);
        return fullness(stripeFor(hash * 0x9E3779B9)) > here + here / 16;
    }

    /** Of two positions of a walk, the one with the fuller stripe. */
    int fullerOf(int position, int other) {
        return fullness(stripeFor(other << (32 - MAX_DEPTH))) > fullness(stripeFor(position << (32 - MAX_DEPTH)))
                ? other
                : position;
    }

    /** Entries, were all of the hashes covered as this stripe's are. Read without the lock: a moment ago will do. */
    private static long fullness(Stripe stripe) {
        return (long) stripe.entries() << stripe.depth;
    }

    private static int placeOf(int hash, int places) {
        return (int) (((hash & 0xFFFF_FFFFL) * places) >>> 32);
    }

    /**
     * Splits {@code stripe} if it still asks for it. Called without any stripe's lock. Where memory does not suffice it stays
     * whole, and asks again: the write that came this far has happened and must not fail for it.
     */
    void split(Stripe stripe) {
        if (isCallerInside()) {
            return; // a write from within equals: another thread may be splitting, and wait for what the caller holds
        }
        splitLock.lock();
        try {
            stripe.lock();
            try {
                if (stripe.isRetired() || !stripe.wantsSplit()) {
                    return;
                }
                deepenFor(stripe.depth);
                Stripe[] halves = stripe.split();
                if (halves != null) {
                    replace(stripe, halves);
                }
            } catch (OutOfMemoryError tight) {
                // Nothing has changed: all memory is taken before an entry moves.
            } finally {
                stripe.unlock();
            }
        } finally {
            splitLock.unlock();
        }
    }

    /** Makes sure that a stripe of {@code depth} has two places at least, before anything is split into them. */
    private void deepenFor(int depth) {
        Stripe[] current = places;
        if (1 << depth == current.length) {
            Stripe[] doubled = new Stripe[2 * current.length];
            for (int i = 0; i < doubled.length; i++) {
                doubled[i] = current[i >> 1];
            }
            places = doubled;
        }
    }

    private void replace(Stripe stripe, Stripe[] halves) {
        Stripe[] current = places;
        int first = placeOf(stripe.prefix, current.length);
        int each = (current.length >> stripe.depth) / 2;
        for (int i = 0; i < 2 * each; i++) {
            PLACES.setRelease(current, first + i, halves[i < each ? 0 : 1]);
        }
    }

    /** How many stripes there are now. */
    int size() {
        int[] count = {0};
        forEach(stripe -> count[0]++);
        return count[0];
    }

    /** Shows each stripe once, without locking it; one that is split meanwhile may be shown retired, or its halves. */
    void forEach(Consumer<Stripe> visitor) {
        Stripe[] snapshot = places;
        Stripe previous = null;
        for (int i = 0; i < snapshot.length; i++) {
            Stripe stripe = (Stripe) PLACES.getAcquire(snapshot, i);
            if (stripe != previous) {
                visitor.accept(stripe);
                previous = stripe;
            }
        }
    }

    /** What {@link #walk} does with one stripe, locked and not retired. Calls no user code. */
    @FunctionalInterface
    interface Visit {
        void visit(Stripe stripe);
    }

    /** Where a walk over all stripes stands: a prefix of {@link #MAX_DEPTH} bits, so that splits lose and repeat nothing. */
    static final int WALK_END = 1 << MAX_DEPTH;

    /** Visits, under its lock, the stripe at {@code position}; returns the position behind it. */
    int walk(int position, Visit visit) {
        for (; ; ) {
            Stripe stripe = stripeFor(position << (32 - MAX_DEPTH));
            stripe.lock();
            try {
                if (!stripe.isRetired()) {
                    visit.visit(stripe);
                    return position + (1 << (MAX_DEPTH - stripe.depth));
                }
            } finally {
                stripe.unlock();
            }
        }
    }

    /** The stripe at {@code position} of a walk, not locked; it may be retired. */
    Stripe at(int position) {
        return stripeFor(position << (32 - MAX_DEPTH));
    }

    /** The position behind the stripe. */
    static int behind(int position, Stripe stripe) {
        return position + (1 << (MAX_DEPTH - stripe.depth));
    }

    /** Visits every stripe in turn, each under its own lock. */
    void walkAll(Visit visit) {
        for (int position = 0; position < WALK_END; ) {
            position = walk(position, visit);
        }
    }

    /** Holds up all writers while it looks. */
    void whileNothingChanges(Runnable look) {
        List<Stripe> locked = new ArrayList<>();
        splitLock.lock();
        try {
            forEach(stripe -> {
                locked.add(stripe);
                stripe.lockToo();
            });
            look.run();
        } finally {
            locked.forEach(StripeLock::unlock);
            splitLock.unlock();
        }
    }

    /** Whether the calling thread holds the lock of some stripe: then it must not wait for another. */
    boolean isCallerInside() {
        boolean[] inside = {false};
        forEach(stripe -> inside[0] |= stripe.isLockedByCaller());
        return inside[0];
    }

    /** Throws unless every place holds the stripe that covers it, which is not retired. */
    void checkIntegrity() {
        Stripe[] current = places;
        for (int i = 0; i < current.length; ) {
            Stripe stripe = current[i];
            int span = current.length >> stripe.depth;
            for (int j = i; j < i + span; j++) {
                if (current[j] != stripe || i % span != 0 || stripe.isRetired()) {
                    throw new IllegalStateException(
                            "directory place " + j + " (expected the stripe of place " + i + ")");
                }
            }
            i += span;
        }
    }
}
