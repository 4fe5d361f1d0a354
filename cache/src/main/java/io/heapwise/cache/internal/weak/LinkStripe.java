package io.heapwise.cache.internal.weak;

import io.heapwise.cache.internal.StripeLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The entries whose hashes begin with one prefix: a table, the lock that writers take, and the loads under way.
 *
 * <p>Invariant: {@code inserted == entries + replaced + removed + collected}. Once retired, two others stand for it and it changes
 * no more.
 */
final class LinkStripe extends StripeLock {
    /** Returned when the stripe is retired: look up the one that stands for it. */
    static final Object RETIRED = new Object();

    /** Returned when the table has no place left: rebuild it and try again. */
    static final Object FULL = new Object();

    private static final VarHandle TABLE;

    static {
        try {
            TABLE = MethodHandles.lookup().findVarHandle(LinkStripe.class, "table", LinkTable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How many leading hash bits all keys of this stripe share. */
    final int depth;

    /** Those bits, followed by zeros. */
    final int prefix;

    private final LinkStore store;

    /** Stored with release when it is whole, loaded by readers with acquire. */
    private LinkTable table;

    private boolean isRetired;
    private final FlightList flights = new FlightList();

    /** Entries at which the stripe is split. */
    private int splitEntries;

    private long inserted;
    private long replaced;
    private long removed;
    private long collected;

    LinkStripe(LinkStore store, int depth, int prefix, int expectedEntries) {
        this.store = store;
        this.depth = depth;
        this.prefix = prefix;
        this.table = new LinkTable(expectedEntries, depth);
        this.splitEntries = LinkStore.splitEntries(depth);
    }

    // ---- reading: any thread ---------------------------------------------------------------------------------------

    LinkTable table() {
        return (LinkTable) TABLE.getAcquire(this);
    }

    @Override
    protected boolean isCallerInside() {
        return store.isCallerInside();
    }

    private boolean lock(boolean mayWait) {
        if (mayWait) {
            lock();
            return true;
        }
        return tryLock();
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    /** The value that was there, or null, {@link #RETIRED} or {@link #FULL}. */
    @Nullable Object put(Link link, Object key, int hash, boolean onlyIfAbsent) {
        lock();
        try {
            return isRetired ? RETIRED : putLocked(link, key, hash, onlyIfAbsent);
        } finally {
            unlock();
        }
    }

    private @Nullable Object putLocked(Link link, Object key, int hash, boolean onlyIfAbsent) {
        store.requireOpen();
        int place = table.locate(key, hash, store.equality);
        if (place != LinkTable.ABSENT) {
            Object present = table.linkAt(place).get();
            if (present != null && onlyIfAbsent) {
                return present;
            }
            table.replace(place, link, hash);
            if (present == null) {
                collected++;
            } else {
                replaced++;
            }
            inserted++;
            return present;
        }
        if (table.isFull()) {
            return FULL;
        }
        table.insert(link, hash);
        inserted++;
        return null;
    }

    /** The value that was taken out, or null or {@link #RETIRED}. Null when {@code expected} is given and another value is there. */
    @Nullable Object remove(Object key, int hash, @Nullable Object expected, boolean discardLoads) {
        lock();
        try {
            if (isRetired) {
                return RETIRED;
            }
            store.requireOpen();
            Flight flight = discardLoads ? flights.of(key, hash, store.equality) : null;
            int place = table.locate(key, hash, store.equality);
            if (flight != null) {
                flight.isDiscarded = true;
                flights.remove(flight);
            }
            if (place == LinkTable.ABSENT) {
                return null;
            }
            Object present = table.linkAt(place).get();
            if (expected != null && present != null && present != expected) {
                return null;
            }
            table.remove(place);
            if (present == null) {
                collected++;
            } else {
                removed++;
            }
            return present;
        } finally {
            unlock();
        }
    }

    /** Takes out everything, counted as removed, and lets no load under way bring anything in. */
    void clear() {
        LinkTable emptied = new LinkTable(0, depth);
        flights.discardAll();
        removed += table.entries();
        TABLE.setRelease(this, emptied);
    }

    /** Puts a watch on the value of a key; whether there was one, or {@link #RETIRED}. */
    Object watch(Object key, int hash, Watch watch) {
        lock();
        try {
            if (isRetired) {
                return RETIRED;
            }
            store.requireOpen();
            int place = table.locate(key, hash, store.equality);
            if (place == LinkTable.ABSENT) {
                return false;
            }
            Link link = table.linkAt(place);
            Object value = link.get();
            if (value == null) {
                return false;
            }
            try {
                store.watches.add(link, watch);
            } finally {
                Reference.reachabilityFence(value); // until it is watched it must not be found collected
            }
            return true;
        } finally {
            unlock();
        }
    }

    // ---- collected: under the lock ---------------------------------------------------------------------------------

    /** Takes out the link that consists of {@code gone}; whether it was here. */
    boolean takeOut(Reference<?> gone, int hash) {
        int place = table.locate(gone, hash);
        if (place == LinkTable.ABSENT) {
            return false;
        }
        table.remove(place);
        collected++;
        return true;
    }

    void takeOutGone() {
        collected += table.removeGone();
    }

    // ---- loads -----------------------------------------------------------------------------------------------------

    /** The value of the key of {@code mine}; or the load under way for it; or {@code mine}, which is that from now on. */
    Object join(Flight mine) {
        lock();
        try {
            if (isRetired) {
                return RETIRED;
            }
            store.requireOpen();
            Flight other = flights.of(mine.key, mine.hash, store.equality);
            int place = table.locate(mine.key, mine.hash, store.equality);
            Object present =
                    place == LinkTable.ABSENT ? null : table.linkAt(place).get();
            if (present != null) {
                return present;
            }
            if (other != null) {
                return other;
            }
            flights.add(mine);
            return mine;
        } finally {
            unlock();
        }
    }

    /**
     * Ends a load: puts its value, unless a value has come meanwhile or the key was invalidated. Returns what the caller gets as
     * the value, or {@link #RETIRED} or {@link #FULL}; then nothing has changed.
     */
    Object land(Flight flight, Link link, Object loaded) {
        lock();
        try {
            if (isRetired) {
                return RETIRED;
            }
            if (flight.isDiscarded || store.isClosed()) {
                flights.remove(flight);
                return loaded;
            }
            Object present = putLocked(link, flight.key, flight.hash, true);
            if (present == FULL) {
                return FULL;
            }
            // Under the same lock: who finds the key removed afterwards must not be served by this load.
            flights.remove(flight);
            return present == null ? loaded : present;
        } finally {
            unlock();
        }
    }

    /** Takes a load out that brought nothing, or {@link #RETIRED}. */
    @Nullable Object leave(Flight flight) {
        lock();
        try {
            if (isRetired) {
                return RETIRED;
            }
            flights.remove(flight);
            return null;
        } finally {
            unlock();
        }
    }

    // ---- rebuilding ------------------------------------------------------------------------------------------------

    /** Whether {@link #rebuild} would do something. Read without the lock: a moment ago will do. */
    boolean isToBeRebuilt() {
        return table().isToBeRebuilt();
    }

    /**
     * Gives the table the size that suits its entries, or splits the stripe. Nothing happens if another thread did so meanwhile,
     * or if the lock is taken and the caller may not wait.
     */
    void rebuild(boolean mayWait) {
        LinkTable old;
        if (!lock(mayWait)) {
            return;
        }
        try {
            if (isRetired || !table.isToBeRebuilt()) {
                return;
            }
            old = table;
            old.beginRebuild();
        } finally {
            unlock();
        }
        int[] hashes = old.hashes(store.equality);
        if (!lock(mayWait)) {
            return;
        }
        try {
            if (!isRetired && table == old) {
                old.completeHashes(hashes);
                if (!splitBy(hashes)) {
                    resizeBy(hashes);
                }
            }
        } finally {
            unlock();
        }
    }

    /** As {@link #rebuild}, for when a write has happened that must not fail for it; the next one tries again. */
    void rebuildIfMemoryAllows(boolean mayWait) {
        try {
            rebuild(mayWait);
        } catch (OutOfMemoryError tight) {
            // Nothing has changed: all memory is taken before anything is replaced.
        }
    }

    private void resizeBy(int[] hashes) {
        LinkTable fresh = new LinkTable(table.entries(), depth);
        table.copyInto(fresh, hashes, 0, 0);
        collected += table.entries() - fresh.entries();
        TABLE.setRelease(this, fresh);
    }

    /** Splits the stripe if it is large; whether it did. Not where the hashes are so alike that it would not help. */
    private boolean splitBy(int[] hashes) {
        if (table.entries() <= splitEntries || depth == LinkStore.MAX_DEPTH) {
            return false;
        }
        int bit = 1 << (31 - depth);
        int upper = table.count(hashes, bit);
        int lower = table.entries() - upper;
        if (Math.min(lower, upper) < table.entries() / 8) {
            splitEntries = Math.max(splitEntries, splitEntries * 2);
            return false;
        }
        LinkStripe zeros = new LinkStripe(store, depth + 1, prefix, lower);
        LinkStripe ones = new LinkStripe(store, depth + 1, prefix | bit, upper);
        table.copyInto(zeros.table, hashes, bit, 0);
        table.copyInto(ones.table, hashes, bit, bit);
        // The ledger goes on in the first half: its law then holds in both.
        ones.inserted = ones.table.entries();
        zeros.inserted = inserted - ones.inserted;
        zeros.replaced = replaced;
        zeros.removed = removed;
        zeros.collected = collected + table.entries() - zeros.table.entries() - ones.table.entries();
        flights.split(bit, zeros.flights, ones.flights);
        isRetired = true;
        store.replace(this, zeros, ones);
        return true;
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    /** Under the lock. */
    boolean isRetired() {
        return isRetired;
    }

    /** Adds what came in, was replaced, was removed and was collected. */
    void addTo(long[] ledger) {
        ledger[0] += inserted;
        ledger[1] += replaced;
        ledger[2] += removed;
        ledger[3] += collected;
    }

    /** Under the lock: throws unless the invariants hold. */
    void checkIntegrity() {
        table.checkIntegrity(store.equality);
        if (inserted != table.entries() + replaced + removed + collected) {
            throw new IllegalStateException("inserted=" + inserted + " (expected " + table.entries() + " present + "
                    + replaced + " replaced + " + removed + " removed + " + collected + " collected)");
        }
        if (!flights.isEmpty()) {
            throw new IllegalStateException("a load is under way (expected none)");
        }
    }
}
