package io.heapwise.cache.internal.weak;

import io.heapwise.cache.Equality;
import io.heapwise.cache.WeakCacheStats;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All entries of one cache or interner, in stripes.
 *
 * <p>Invariant: a stripe of depth {@code d} stands in the {@code 2^(6-d)} neighbouring places whose index begins with its prefix,
 * so every hash has exactly one stripe that is not retired. Thread-safe.
 */
final class LinkStore {
    /*
     * One stripe is enough for a small cache; each splits in two as it grows, by the next bit of the hash (R. Fagin et al.,
     * Extendible Hashing, ACM TODS 4(3), 1979), up to 64. With all places there from the start no lock is needed for them: those
     * of a stripe change under its own lock.
     */

    static final int MAX_DEPTH = 6;

    /** Where the first stripe splits; later ones take twice as many for four times as many stripes. */
    private static final int FIRST_SPLIT_ENTRIES = 1_024;

    /** How many collected entries a writer takes out: enough to get ahead, few enough to go unnoticed. */
    private static final int A_WRITERS_SHARE = 16;

    private static final VarHandle PLACES = MethodHandles.arrayElementVarHandle(LinkStripe[].class);

    final Equality<Object> equality;
    final Watches watches;

    private final Keying keying;
    private final LinkStripe[] places = new LinkStripe[1 << MAX_DEPTH];
    private final Sweeper.Member member;
    private volatile boolean isClosed;

    private final Cleaning cleaning = new Cleaning(this);

    LinkStore(Keying keying, Equality<Object> equality, Watches watches) {
        this.keying = keying;
        this.equality = equality;
        this.watches = watches;
        LinkStripe first = new LinkStripe(this, 0, 0, 0);
        Arrays.fill(places, first);
        this.member = Sweeper.SHARED.join(this);
    }

    static int splitEntries(int depth) {
        return depth == 0 ? FIRST_SPLIT_ENTRIES : (FIRST_SPLIT_ENTRIES * 3 / 4) << (depth / 2);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    int hash(Object key) {
        return Link.spread(equality.hashOf(key));
    }

    /** The value of {@code key}, or null. */
    @Nullable Object read(Object key, int hash) {
        requireOpen();
        return stripeFor(hash).table().read(key, hash, equality);
    }

    /** Shows each link that is there throughout once, and of those that come or go meanwhile some. */
    void forEach(Consumer<Link> visitor) {
        requireOpen();
        for (LinkStripe stripe : stripes()) {
            stripe.table().forEach(visitor);
        }
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    /** Puts a value; returns the one that was there. */
    @Nullable Object put(Object key, Object value, boolean onlyIfAbsent) {
        requireOpen();
        int hash = hash(key);
        if (onlyIfAbsent) {
            Object present = read(key, hash);
            if (present != null) {
                return present;
            }
        }
        Link link = keying.link(key, hash, value, watches.queue);
        while (true) {
            LinkStripe stripe = stripeFor(hash);
            Object found = stripe.put(link, key, hash, onlyIfAbsent);
            if (!isToBeRepeated(stripe, found)) {
                tidy(stripe);
                return found;
            }
        }
    }

    /** Takes a value out: any, or only the one that is expected; returns it. */
    @Nullable Object remove(Object key, @Nullable Object expected, boolean discardLoads) {
        requireOpen();
        int hash = hash(key);
        while (true) {
            LinkStripe stripe = stripeFor(hash);
            Object found = stripe.remove(key, hash, expected, discardLoads);
            if (!isToBeRepeated(stripe, found)) {
                tidy(stripe);
                return found;
            }
        }
    }

    void clear() {
        requireOpen();
        clearAll();
    }

    /** Puts a watch on the value of a key; whether there was one. */
    boolean watch(Object key, Watch watch) {
        requireOpen();
        int hash = hash(key);
        while (true) {
            LinkStripe stripe = stripeFor(hash);
            Object found = stripe.watch(key, hash, watch);
            if (!isToBeRepeated(stripe, found)) {
                return found == Boolean.TRUE;
            }
        }
    }

    // ---- loads -----------------------------------------------------------------------------------------------------

    /** The value of the key of {@code mine}; or the load under way for it; or {@code mine}, which is that from now on. */
    Object join(Flight mine) {
        while (true) {
            LinkStripe stripe = stripeFor(mine.hash);
            Object found = stripe.join(mine);
            if (found != LinkStripe.RETIRED) {
                return found;
            }
        }
    }

    /** Ends a load; returns what its callers get. */
    @Nullable Object land(Flight mine, @Nullable Object loaded) {
        if (loaded == null) {
            leave(mine);
            return null;
        }
        Link link = keying.link(mine.key, mine.hash, loaded, watches.queue);
        while (true) {
            LinkStripe stripe = stripeFor(mine.hash);
            Object found = stripe.land(mine, link, loaded);
            if (!isToBeRepeated(stripe, found)) {
                tidy(stripe);
                return found;
            }
        }
    }

    /** Ends a load that brought nothing. */
    void leave(Flight mine) {
        LinkStripe stripe = stripeFor(mine.hash);
        while (stripe.leave(mine) == LinkStripe.RETIRED) {
            stripe = stripeFor(mine.hash);
        }
    }

    private static boolean isToBeRepeated(LinkStripe stripe, @Nullable Object found) {
        if (found == LinkStripe.FULL) {
            stripe.rebuild(true);
            return true;
        }
        return found == LinkStripe.RETIRED;
    }

    /** What a write leaves behind it: a table of the right size, and some of what was collected taken out. */
    private void tidy(LinkStripe stripe) {
        if (stripe.isToBeRebuilt() && !isCallerInside()) {
            stripe.rebuildIfMemoryAllows(true);
        }
        cleaning.takeOut(A_WRITERS_SHARE);
    }

    /** Takes out all that was told of as collected, and starts its actions; how much there was. */
    int takeOutCollected() {
        return cleaning.takeOut(Integer.MAX_VALUE);
    }

    // ---- stripes ---------------------------------------------------------------------------------------------------

    LinkStripe stripeFor(int hash) {
        return stripeAt(hash >>> (32 - MAX_DEPTH));
    }

    private LinkStripe stripeAt(int place) {
        return (LinkStripe) PLACES.getAcquire(places, place);
    }

    /** Puts the halves in the places of {@code stripe}, whose lock the caller holds. */
    void replace(LinkStripe stripe, LinkStripe zeros, LinkStripe ones) {
        int first = stripe.prefix >>> (32 - MAX_DEPTH);
        int each = 1 << (MAX_DEPTH - stripe.depth - 1);
        for (int i = 2 * each - 1; i >= 0; i--) {
            PLACES.setRelease(
                    places,
                    first + i,
                    i < each ? zeros : ones); // the first last: who walks meets the whole or its halves
        }
    }

    /** Each stripe once, of one moment or another. */
    List<LinkStripe> stripes() {
        List<LinkStripe> stripes = new ArrayList<>();
        for (int place = 0; place < places.length; ) {
            LinkStripe stripe = stripeAt(place);
            stripes.add(stripe);
            place += 1 << (MAX_DEPTH - stripe.depth);
        }
        return stripes;
    }

    /** Whether the calling thread holds the lock of some stripe: then it must not wait for another. */
    boolean isCallerInside() {
        for (int place = 0; place < places.length; ) {
            LinkStripe stripe = stripeAt(place);
            if (stripe.isLockedByCaller()) {
                return true;
            }
            place += 1 << (MAX_DEPTH - stripe.depth);
        }
        return false;
    }

    /** Does something with each stripe, under its lock. */
    private void forEachLocked(Consumer<LinkStripe> visit) {
        for (int place = 0; place < places.length; ) {
            LinkStripe stripe = stripeAt(place);
            stripe.lock();
            try {
                if (!stripe.isRetired()) {
                    visit.accept(stripe);
                    place += 1 << (MAX_DEPTH - stripe.depth);
                }
            } finally {
                stripe.unlock();
            }
        }
    }

    // ---- life ------------------------------------------------------------------------------------------------------

    void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException(
                    "the cache is closed (expected open): close it when nobody needs it any more");
        }
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Empties it for good and runs all actions on the calling thread. Idempotent. */
    void close() {
        if (isCallerInside()) {
            throw LinkStripe.reentered();
        }
        isClosed = true;
        clearAll();
        watches.runAll();
        member.leave();
    }

    private void clearAll() {
        forEachLocked(LinkStripe::clear);
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    long estimatedSize() {
        long entries = 0;
        for (LinkStripe stripe : stripes()) {
            entries += stripe.table().entries();
        }
        return entries;
    }

    WeakCacheStats stats() {
        long[] ledger = new long[4];
        for (LinkStripe stripe : stripes()) {
            stripe.addTo(ledger);
        }
        return new WeakCacheStats(estimatedSize(), ledger[0], ledger[1], ledger[2], ledger[3], watches.size());
    }

    /** Throws unless the invariants hold; only while nobody else uses it and no value is being collected. */
    void checkIntegrity() {
        LinkStripe before = null;
        for (int place = 0; place < places.length; place++) {
            LinkStripe stripe = stripeAt(place);
            int span = 1 << (MAX_DEPTH - stripe.depth);
            if (stripe.prefix >>> (32 - MAX_DEPTH) != place / span * span || (place % span != 0 && stripe != before)) {
                throw new IllegalStateException("place " + place + " has not the stripe of its prefix");
            }
            before = stripe;
        }
        forEachLocked(LinkStripe::checkIntegrity);
    }
}
