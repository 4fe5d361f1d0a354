package io.heapwise.cache.internal;

import io.heapwise.cache.internal.sizing.HeapLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of one stripe: a hash table without node objects, whose entries stay where they are.
 *
 * <p>Invariant: each entry's slot stands in the index exactly once, where a probe from the home of its hash finds it before
 * any vacant place; at least one place is vacant. Every slot is occupied, in the chain of free ones, or not yet used.
 * Changed only under the lock of the stripe that owns it; read by anyone, who must then validate the version of that stripe,
 * since an entry may come or go while it is being read.
 */
final class Table extends Residents {
    /*
     * Layout; a slot takes 16 bytes (24 without compressed references) and 4 of the index, 4 more with weights:
     *
     *   index   [ tag : slot + 1 ] ...                   16 bits: where, and of the hash what room is left; 0 = vacant
     *   meta    [ hash | use   ][ hash | use   ] ...     see Use: when last, how often
     *   pairs   [ key  | value ][ key  | value ] ...
     *   weights [ weight ][ weight ] ...                 only in a weighted cache
     *   and four bytes more for each kind of deadline    only where entries expire: see Deadlines
     *
     * Why not probe the entries themselves: that saves the index's bytes. But an eviction then moves others to close the
     * gap, and each reference moved is a store that the collector watches: G1 scans the 512 bytes around it again, at
     * random over the whole cache, which cost more than all else that a put does. Here nothing moves but the index, and a
     * new entry goes into the slot of the last victim: one such region a put.
     *
     * The index probes linearly from a home that is a multiplication, hash bits below the stripe's prefix * places / 2^32,
     * instead of a mask, so that sizes need not be powers of two and a table can grow by a sixteenth at a time. Two bytes
     * a place leave room to keep most places vacant: probes are short and end where the processor expects it. Keys are
     * looked at only where the tag agrees, 7 bits in a table of 500 slots. Deletion moves later places back instead of
     * leaving a mark [1, algorithm R], so a cache that evicts on each insertion keeps its probes short.
     *
     * [1] D. E. Knuth, The Art of Computer Programming 3, 2nd ed., section 6.4.
     */

    static final int ABSENT = -1;

    private static final int VACANT = 0;
    private static final int NONE = -1;

    private static final int REFERENCE_BYTES = HeapLayout.ofThisVm().referenceBytes();

    /** Below this a table grows by half: it is quickly copied, and idle slots are few. */
    private static final int SMALL_SLOTS = 128;

    /** From here on a table grows by a sixteenth, since each step copies all of it; below by a forty-eighth. */
    private static final int LARGE_SLOTS = 1_024;

    /** What 16 bits can tell apart, one value being taken for vacant places. */
    static final int MAX_SLOTS = 65_535;

    /** Places of the index for each slot: an unsuccessful probe looks at 2.5 of them [1, theorem K]. */
    private static final int PLACES_A_SLOT = 2;

    private static final VarHandle REFERENCES = MethodHandles.arrayElementVarHandle(Object[].class);

    private final char[] index;
    private final @Nullable Object[] pairs;

    /** Until when entries live; null where they live for ever. */
    final @Nullable Deadlines deadlines;

    /** How many leading hash bits all keys of this table share; they say nothing about the home. */
    private final int depth;

    /** How many bits of a place hold the slot. */
    private final int slotBits;

    /** The bits of a place that hold the tag. */
    private final int tagMask;

    /** Slots from here on were never used. */
    private int used;

    /** The slot freed last, or {@link #NONE}; the others follow in the hashes of free slots. */
    private int firstFree = NONE;

    Table(int slots, int depth, boolean weighted, @Nullable LifeRules rules, long baseNanos) {
        super(slots, weighted);
        this.index = new char[slots * PLACES_A_SLOT];
        this.pairs = new @Nullable Object[2 * slots];
        this.deadlines = rules == null ? null : new Deadlines(slots, rules, baseNanos);
        this.depth = depth;
        this.slotBits = 32 - Integer.numberOfLeadingZeros(slots);
        this.tagMask = MAX_SLOTS << slotBits & MAX_SLOTS;
    }

    /**
     * Spreads every bit of a hash code over all 32 (C. Wellons, lowbias32), and sets the lowest: a slot whose hash is even
     * is free. Not a stamp or a null key, since a reader may set the one late and the other lies in another cache line.
     */
    static int spread(int hashCode) {
        int h = hashCode;
        h = (h ^ (h >>> 16)) * 0x7FEB352D;
        h = (h ^ (h >>> 15)) * 0x846CA68B;
        return (h ^ (h >>> 16)) | 1;
    }

    boolean isFull() {
        return firstFree == NONE && used == slots();
    }

    /** Whether so few entries are left that the table should give memory back. */
    boolean isSparse(int entries) {
        return slots() > 64 && entries * 2L < slots();
    }

    int slotsAfterGrowth() {
        int slots = slots();
        int share = slots < SMALL_SLOTS ? 2 : slots < LARGE_SLOTS ? 48 : 16;
        return Math.min(MAX_SLOTS, slots + slots / share);
    }

    /** What an entry costs in a weighted table, at the least full that a large one can be. */
    static long weightedEntryBytes(int deadlineKinds) {
        return (12 + 4L * deadlineKinds + 2L * PLACES_A_SLOT + 2L * REFERENCE_BYTES) * 17 / 16;
    }

    /** Slots for {@code entries}, with room for a few more. */
    static int slotsFor(int entries) {
        return (int) Math.max(8, Math.min(MAX_SLOTS, entries * 17L / 16 + 1));
    }

    // ---- reading: any thread ---------------------------------------------------------------------------------------

    /**
     * The slot of {@code key}, or {@link #ABSENT}. Ends even when the index changes meanwhile; what it returns means
     * something only if the stripe's version did not change.
     */
    int locate(int hash, Object key) {
        char[] index = this.index;
        int tagMask = this.tagMask;
        int tag = tag(hash);
        int place = home(hash);
        for (int left = index.length; left > 0; left--) {
            int found = index[place];
            if (found == VACANT) {
                return ABSENT;
            }
            if ((found & tagMask) == tag) {
                int slot = (found ^ tag) - 1;
                Object candidate = REFERENCES.getAcquire(pairs, slot << 1);
                if (candidate == key || (candidate != null && key.equals(candidate))) {
                    return slot;
                }
            }
            if (++place == index.length) {
                place = 0;
            }
        }
        return ABSENT;
    }

    /** Acquire, so that what a writer did to the value before it published it is seen. Null only while being changed. */
    @Nullable Object valueAcquire(int slot) {
        return REFERENCES.getAcquire(pairs, (slot << 1) + 1);
    }

    /** Notes a use by a plain store, and by none when the clock did not move: see {@link Use}. Whether it stored. */
    boolean touch(int slot, int clock) {
        int position = (slot << 1) + 1;
        int use = meta[position];
        if (Use.isNews(use, clock)) {
            meta[position] = Use.next(use, clock);
            return true;
        }
        return false;
    }

    // ---- under the stripe's lock -----------------------------------------------------------------------------------

    /** The key of an occupied slot. */
    Object keyAt(int slot) {
        return occupant(slot << 1);
    }

    /** The value of an occupied slot. */
    Object valueAt(int slot) {
        return occupant((slot << 1) + 1);
    }

    /** Replaces the value in place. One release store: a reader sees the old value or the new, so no version changes. */
    void replaceRelease(int slot, Object value, int weight) {
        REFERENCES.setRelease(pairs, (slot << 1) + 1, value);
        if (weights != null) {
            weights[slot] = weight;
        }
    }

    /**
     * Adds an entry that is not there, to a table that is not {@linkplain #isFull() full}. The stripe's version must be
     * odd. Returns the slot, whose deadlines are those of whoever was there before.
     */
    int insert(int hash, Object key, Object value, int weight, int use) {
        int slot = takeFreeSlot();
        meta[slot << 1] = hash;
        meta[(slot << 1) + 1] = use;
        REFERENCES.setRelease(pairs, (slot << 1) + 1, value);
        REFERENCES.setRelease(pairs, slot << 1, key);
        if (weights != null) {
            weights[slot] = weight;
        }
        int place = home(hash);
        while (index[place] != VACANT) {
            place = after(place);
        }
        index[place] = (char) (tag(hash) | (slot + 1));
        return slot;
    }

    /** Takes an entry out. The stripe's version must be odd. */
    void remove(int slot) {
        closeGap(placeOf(slot));
        meta[slot << 1] = (firstFree + 1) << 1;
        firstFree = slot;
        REFERENCES.setRelease(pairs, slot << 1, null);
        REFERENCES.setRelease(pairs, (slot << 1) + 1, null);
    }

    /**
     * Copies the entries whose hash agrees with {@code bit} under {@code mask} into {@code target}. Returns for each slot
     * the new one, or {@link #ABSENT}.
     */
    int[] copyInto(Table target, int mask, int bit) {
        int[] newSlots = new int[slots()];
        Arrays.fill(newSlots, ABSENT);
        for (int slot = 0; slot < used; slot++) {
            if (isOccupied(slot) && (hashAt(slot) & mask) == bit) {
                int to = target.insert(hashAt(slot), keyAt(slot), valueAt(slot), weightAt(slot), useAt(slot));
                if (deadlines != null && target.deadlines != null) {
                    target.deadlines.copy(deadlines, slot, to, hashAt(slot));
                }
                newSlots[slot] = to;
            }
        }
        return newSlots;
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    /** The bytes of the arrays; their headers and this object counted as 16 each. */
    long bytes() {
        return 80L
                + 2L * index.length
                + 4L * meta.length
                + (long) REFERENCE_BYTES * pairs.length
                + (weights == null ? 0 : 4L * slots())
                + (deadlines == null ? 0 : deadlines.bytes());
    }

    /** Throws unless the invariant holds and {@code entries} are in the table. */
    void checkIntegrity(int entries) {
        int occupied = 0;
        for (int slot = 0; slot < slots(); slot++) {
            if (isOccupied(slot)) {
                occupied++;
                placeOf(slot);
            } else if (pairs[slot << 1] != null || pairs[(slot << 1) + 1] != null) {
                throw new IllegalStateException("slot " + slot + " of " + slots() + " is free but holds a reference");
            }
        }
        int places = 0;
        for (char place : index) {
            places += place == VACANT ? 0 : 1;
        }
        int free = slots() - used;
        for (int slot = firstFree; slot != NONE && free <= slots(); slot = nextFree(slot)) {
            free++;
        }
        if (occupied != entries || places != entries || free != slots() - entries) {
            throw new IllegalStateException("occupied slots=" + occupied + ", places=" + places + ", free slots=" + free
                    + " (expected " + entries + " entries in " + slots() + " slots)");
        }
    }

    private int takeFreeSlot() {
        if (firstFree == NONE) {
            return used++;
        }
        int slot = firstFree;
        firstFree = nextFree(slot);
        return slot;
    }

    private int nextFree(int slot) {
        return (meta[slot << 1] >>> 1) - 1;
    }

    private Object occupant(int position) {
        Object found = pairs[position];
        if (found == null) {
            throw new IllegalStateException("slot " + (position >> 1) + " is occupied but holds no reference");
        }
        return found;
    }

    // ---- the index -------------------------------------------------------------------------------------------------

    /** Where a probe for {@code hash} begins. */
    private int home(int hash) {
        return (int) (((hash << depth & 0xFFFF_FFFFL) * index.length) >>> 32);
    }

    /** The lowest bits of the hash, but for the one that all have set: of the highest, the home tells already. */
    private int tag(int hash) {
        return hash << (slotBits - 1) & tagMask;
    }

    private int slotIn(int place) {
        return (index[place] & ~tagMask) - 1;
    }

    private int after(int place) {
        return place + 1 == index.length ? 0 : place + 1;
    }

    /** The place at which the index holds an occupied slot. */
    private int placeOf(int slot) {
        int place = home(hashAt(slot));
        while (slotIn(place) != slot) {
            if (index[place] == VACANT) {
                throw new IllegalStateException("slot " + slot + " of " + slots() + " is not in the index");
            }
            place = after(place);
        }
        return place;
    }

    /** Makes {@code gap} vacant, and moves back those behind it that could else no longer be reached. */
    private void closeGap(int gap) {
        for (int next = after(gap); index[next] != VACANT; next = after(next)) {
            int home = home(hashAt(slotIn(next)));
            // A place may not move to before its home: look whether home lies cyclically in (gap, next].
            boolean mustStay = gap <= next ? (gap < home && home <= next) : (gap < home || home <= next);
            if (!mustStay) {
                index[gap] = index[next];
                gap = next;
            }
        }
        index[gap] = VACANT;
    }
}
