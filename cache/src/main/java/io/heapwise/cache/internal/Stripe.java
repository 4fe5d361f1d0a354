package io.heapwise.cache.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The part of a cache whose hashes begin with one prefix: a table, the lock that writers take and the version that
 * readers check.
 *
 * <p>Invariant: the version is even exactly when the table can be read; it is odd while entries come and go, and for ever
 * once the stripe is retired. {@code inserted == entries + removed + evicted}.
 */
final class Stripe extends StripeLock {
    /*
     * Readers take no lock (a sequence lock, [1]): they read the version (acquire), probe, and read the version again
     * behind an acquire fence. Same even version: nothing came or went in between, the answer was true at one moment of
     * the call. That holds for misses as for hits. To look only whether the key is still there would not do: the same key
     * object may have been removed and put back with another value, or the index have moved it over a place that the
     * probe had passed. After a few failures a reader takes the lock, so a busy writer can't hold it up for ever.
     *
     * Writers set the version odd before the first store and even after the last. To replace the value of a present key
     * is one release store and leaves the version alone, unless the entry has deadlines.
     *
     * Recency: `clock` counts insertions, an entry carries the clock at its last use, and the Replacement picks one by
     * sampling. No list is kept, so a hit writes at most four bytes, and none while the clock stands still.
     *
     * [1] H.-J. Boehm, Can Seqlocks Get Along With Programming Language Memory Models?, MSPC 2012, section 4.
     */

    /** What {@link #read} returns when the stripe was retired: look the stripe up again. */
    static final Object RETIRED = new Object();

    static final int OPTIMISTIC_READS = 4;

    /** How many slots an insertion looks at for one that has expired, before it takes one that has not. */
    private static final int SLOTS_A_GLANCE = 16;

    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(Stripe.class, "version", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How many leading hash bits all keys of this stripe share. */
    final int depth;

    /** Those bits, followed by zeros. */
    final int prefix;

    private final Directory directory;

    @SuppressWarnings("unused") // through VERSION
    private int version;

    private int clock;
    private int entries;

    /** Replaced as a whole; its fields are final, so a reader that races with the replacement sees whole arrays. */
    private Table table;

    private final Replacement replacement;

    /** Computations under way for keys of this stripe; under the lock. */
    final FlightList flights = new FlightList();

    private long inserted;
    private long removed;
    private long evicted;

    /** Entries at which the stripe asks to be split. */
    private int splitEntries;

    Stripe(Directory directory, int depth, int prefix, Table table, Replacement replacement) {
        this.directory = directory;
        this.depth = depth;
        this.prefix = prefix;
        this.table = table;
        this.replacement = replacement;
        this.splitEntries = directory.splitEntries(depth);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The value of {@code key}, null, or {@link #RETIRED}; {@code use} says whether this counts as an access. */
    @Nullable Object read(int hash, Object key, boolean use) {
        for (int attempt = 0; attempt < OPTIMISTIC_READS; attempt++) {
            int before = versionAcquire();
            if ((before & 1) == 0) {
                Table table = this.table;
                int slot = table.locate(hash, key);
                Object value = slot < 0 ? null : table.valueAcquire(slot);
                VarHandle.acquireFence();
                if (versionOpaque() == before) {
                    if (use) {
                        noteUse(table, hash, slot);
                    }
                    return value;
                }
            }
            Thread.onSpinWait();
        }
        return readLocked(hash, key, use);
    }

    /** Notes that a key was asked for, and found in that slot of the table or (negative) not. */
    void noteUse(Table table, int hash, int slot) {
        if (slot < 0 || table.touch(slot, clock)) {
            replacement.asked(hash, slot);
        }
    }

    private @Nullable Object readLocked(int hash, Object key, boolean use) {
        lock();
        try {
            if (isRetired()) {
                return RETIRED;
            }
            int slot = table.locate(hash, key);
            if (use) {
                noteUse(table, hash, slot);
            }
            return slot < 0 ? null : table.valueAt(slot);
        } finally {
            unlock();
        }
    }

    /** How many entries there are; a moment ago, when read without the lock. */
    int entries() {
        return entries;
    }

    @Override
    protected boolean isCallerInside() {
        return directory.isCallerInside();
    }

    // ---- writing: under the lock -----------------------------------------------------------------------------------

    boolean isRetired() {
        return (version & 1) != 0;
    }

    Table table() {
        return table;
    }

    void use(int slot, long now) {
        table.touch(slot, clock);
        if (table.deadlines != null) {
            table.deadlines.use(slot, table.hashAt(slot), table.deadlines.useCode(slot), now);
        }
    }

    void replace(int slot, Object value, int weight, long now, long ownNanos) {
        Deadlines deadlines = table.deadlines;
        if (deadlines == null) {
            table.replaceRelease(slot, value, weight);
        } else {
            beginChange(); // a value and its deadlines change together
            deadlines.write(slot, table.hashAt(slot), now, ownNanos);
            table.replaceRelease(slot, value, weight);
            endChange();
        }
        table.touch(slot, clock);
    }

    /** Adds an entry that is not there. */
    void insert(int hash, Object key, Object value, int weight, long now, long ownNanos) {
        if (table.isFull()) {
            rebuild(table.slotsAfterGrowth());
        }
        beginChange();
        clock += Use.TICK;
        int slot = table.insert(hash, key, value, weight, Use.first(clock, replacement.usesOf(hash)));
        if (table.deadlines != null) {
            table.deadlines.write(slot, hash, now, ownNanos);
        }
        entries++;
        endChange();
        inserted++;
        replacement.inserted(table, slot);
    }

    /** Each time where entries may weigh more than others, else once in eight insertions. */
    boolean isTimeToCompare() {
        return table.isWeighted() || (clock & 8 * Use.TICK - 1) == 0;
    }

    /** Takes an entry out, counted as evicted or as removed. */
    void remove(int slot, boolean asEvicted) {
        replacement.leaving(table, slot, asEvicted);
        beginChange();
        table.remove(slot);
        entries--;
        endChange();
        if (asEvicted) {
            evicted++;
        } else {
            removed++;
        }
    }

    /** Counts an entry that was refused for its size: it came and left within one call. */
    void countRefused() {
        inserted++;
        evicted++;
    }

    /** Gives memory back when few entries are left; not where there is none for a smaller table. */
    void trimTable() {
        if (table.isSparse(entries)) {
            try {
                rebuild(Table.slotsFor(entries));
            } catch (OutOfMemoryError tight) {
                // What made it sparse has happened, and must not fail for it.
            }
        }
    }

    /** Takes everything out, counted as removed. */
    void clear() {
        Table emptied = emptyTable(Table.slotsFor(0), depth);
        beginChange();
        table = emptied;
        removed += entries;
        entries = 0;
        endChange();
        replacement.forgetAll();
    }

    /** The slot of the entry that should leave, or {@link Replacement#NOBODY}. */
    int victim() {
        return replacement.choose(table, entries, clock);
    }

    /** How long ago, in insertions into this stripe, the entry was last used. */
    int ageOf(int slot) {
        return Use.age(table.useAt(slot), clock);
    }

    // ---- expiry: under the lock, but for the first -------------------------------------------------------------

    /** Whether some entry may have expired. */
    boolean mayHaveExpired(long now) {
        Deadlines deadlines = table.deadlines;
        return deadlines != null && deadlines.earliestEndNanos <= now;
    }

    boolean isOver(int slot, long now) {
        return table.deadlines != null && table.deadlines.isOver(slot, now);
    }

    /** How much of its own duration an entry has left. */
    long leftNanos(int slot, long now) {
        Deadlines deadlines = table.deadlines;
        return deadlines == null ? Deadlines.NEVER_NANOS : deadlines.leftNanos(deadlines.useCode(slot), now);
    }

    /** An entry that has expired, if one is met in a short look; else {@link Replacement#NOBODY}. */
    int expiredNear(long now) {
        Deadlines deadlines = table.deadlines;
        if (deadlines == null || !mayHaveExpired(now)) {
            return Replacement.NOBODY;
        }
        for (int left = Math.min(SLOTS_A_GLANCE, table.slots()); left > 0; left--) {
            int slot = deadlines.hand + 1 < table.slots() ? deadlines.hand + 1 : 0;
            deadlines.hand = slot;
            if (table.isOccupied(slot) && deadlines.isOver(slot, now)) {
                return slot;
            }
        }
        return Replacement.NOBODY;
    }

    /** Copies the table when its times lie too far back to be told from; slots change. Once in hours. */
    void catchUp(long now) {
        if (table.deadlines != null && table.deadlines.isStale(now)) {
            rebuild(table.slots(), table.deadlines.rules, now);
        }
    }

    /** From now on entries live by these rules, those present as if it had always been so. */
    void live(LifeRules rules, long now) {
        rebuild(table.slots(), rules, now);
        if (table.deadlines != null) {
            table.deadlines.earliestEndNanos = Long.MIN_VALUE;
        }
    }

    // ---- splitting: under the lock ---------------------------------------------------------------------------------

    boolean wantsSplit() {
        return entries > splitEntries && depth < Directory.MAX_DEPTH;
    }

    /**
     * Whether no entry can come in: so many hashes agree in their leading bits that splitting has not helped. Hash codes
     * have then long made each access a walk over thousands of keys.
     */
    boolean isSaturated() {
        return entries == Table.MAX_SLOTS;
    }

    /**
     * Two stripes that hold what this one holds, which is then retired; or null when the hashes are so alike that a
     * split would not help, in which case the stripe asks again at twice the size, until a table could not hold more.
     */
    Stripe @Nullable [] split() {
        int bit = 1 << (31 - depth);
        int upper = 0;
        for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
            if (table.isOccupied(slot) && (table.hashAt(slot) & bit) != 0) {
                upper++;
            }
        }
        int lower = entries - upper;
        if (Math.min(lower, upper) < entries / 8 && entries < Table.MAX_SLOTS / 8) {
            splitEntries *= 2;
            return null;
        }
        Stripe[] halves = {half(bit, 0, lower), half(bit, bit, upper)};
        // The ledger goes on in the first half: inserted == entries + removed + evicted then holds in both.
        halves[0].inserted = inserted - upper;
        halves[0].removed = removed;
        halves[0].evicted = evicted;
        halves[1].inserted = upper;
        Table nothing = emptyTable(1, depth);
        flights.split(bit, halves[0].flights, halves[1].flights);
        beginChange(); // and no end: readers go to the lock, and from there to the directory
        table = nothing;
        entries = 0;
        if (nothing.deadlines != null) {
            nothing.deadlines.earliestEndNanos =
                    Long.MIN_VALUE; // who looks for what expired has to come, and finds the halves
        }
        return halves;
    }

    private Stripe half(int mask, int bit, int expected) {
        Table taken = emptyTable(Table.slotsFor(expected), depth + 1);
        int[] newSlots = table.copyInto(taken, mask, bit);
        Replacement replacement = this.replacement.forHalf(taken, newSlots, bit != 0);
        Stripe half = new Stripe(directory, depth + 1, prefix | bit, taken, replacement);
        half.clock = clock;
        half.entries = expected;
        return half;
    }

    // ---- bookkeeping: under the lock -------------------------------------------------------------------------------

    long inserted() {
        return inserted;
    }

    long removed() {
        return removed;
    }

    long evicted() {
        return evicted;
    }

    /** The bytes of this object and all it holds, without keys and values. */
    long bytes() {
        return 140 + table.bytes() + replacement.bytes();
    }

    /** Throws unless the invariants hold; returns the sum of the weights. */
    long checkIntegrity() {
        table.checkIntegrity(entries);
        replacement.checkIntegrity(table);
        if (inserted != entries + removed + evicted) {
            throw new IllegalStateException("inserted=" + inserted + " (expected " + entries + " present + " + removed
                    + " removed + " + evicted + " evicted)");
        }
        long weight = 0;
        for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
            if (table.isOccupied(slot)) {
                weight += table.weightAt(slot);
                if (table.deadlines != null && table.deadlines.endNanos(slot) < table.deadlines.earliestEndNanos) {
                    throw new IllegalStateException(
                            "end=" + table.deadlines.endNanos(slot) + " of slot " + slot + " (expected none before "
                                    + table.deadlines.earliestEndNanos + ", the bound of the stripe)");
                }
            }
        }
        return weight;
    }

    private void rebuild(int slots) {
        replaceTable(emptyTable(slots, depth));
    }

    private void rebuild(int slots, LifeRules rules, long now) {
        replaceTable(new Table(slots, depth, table.isWeighted(), rules, now));
    }

    private void replaceTable(Table larger) {
        int[] newSlots = table.copyInto(larger, 0, 0);
        beginChange();
        table = larger;
        endChange();
        replacement.moved(larger, newSlots);
    }

    /** One for the same kind of entries. */
    private Table emptyTable(int slots, int depth) {
        Deadlines deadlines = table.deadlines;
        return new Table(
                slots,
                depth,
                table.isWeighted(),
                deadlines == null ? null : deadlines.rules,
                deadlines == null ? 0 : deadlines.baseNanos);
    }

    int versionAcquire() {
        return (int) VERSION.getAcquire(this);
    }

    int versionOpaque() {
        return (int) VERSION.getOpaque(this);
    }

    private void beginChange() {
        VERSION.setOpaque(this, version + 1);
        VarHandle.storeStoreFence(); // else a reader could see a change under the version from before
    }

    private void endChange() {
        VERSION.setRelease(this, version + 1);
    }
}
