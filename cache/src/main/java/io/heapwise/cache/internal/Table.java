package io.heapwise.cache.internal;

import io.heapwise.cache.internal.sizing.HeapLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The arrays of one stripe: an open-addressed hash table without node objects.
 *
 * <p>Invariant: every entry can be reached from its home slot without crossing an empty slot, and at least one slot is
 * empty. Changed only under the lock of the stripe that owns it; read by anyone, who must then validate the version of
 * that stripe, since an entry may move while it is being read.
 */
final class Table {
    /*
     * Layout, a slot being 16 bytes (24 without compressed references), 4 more with weights:
     *
     *   meta    [ hash | stamp ][ hash | stamp ] ...     hash 0 = empty; stamp = the stripe's clock at the last access
     *   pairs   [ key  | value ][ key  | value ] ...
     *   weights [ weight ][ weight ] ...                 only in a weighted cache
     *
     * A hit touches one line of meta and one of pairs: the stamp lies beside the hash that was compared. Collisions go
     * to the next slot (linear probing), so a probe walks one line of meta and looks at keys only where all 32 bits of
     * the hash agree. Deletion moves later entries back instead of leaving a mark [1, algorithm R], so tables never fill
     * up with marks and a cache that evicts on each insertion keeps its probes short.
     *
     * The home slot is (hash bits below the stripe's prefix) * slots / 2^32, a multiplication instead of a mask: the
     * number of slots need not be a power of two, so a table can grow by a sixteenth at a time and stay between 76 and
     * 81 % full (82 and 87 % where references take 8 bytes and an empty slot costs half as much again: probes get longer, but
     * not the bytes). It also keeps entries nearly in the order of their hashes, so that growing reads and writes both arrays forwards.
     *
     * [1] D. E. Knuth, The Art of Computer Programming 3, 2nd ed., section 6.4.
     */

    static final int ABSENT = -1;
    static final int EMPTY = 0;

    private static final int REFERENCE_BYTES = HeapLayout.ofThisVm().referenceBytes();

    /** Below this a table grows by half, from here on by a sixteenth: small tables are cheap, large ones must not idle. */
    private static final int LARGE_SLOTS = 128;

    /** How full a table may get. An unsuccessful probe looks at 15 slots at 13/16 and at 32 at 14/16 [1, theorem K]. */
    private static final long FULLEST_SIXTEENTHS = REFERENCE_BYTES == 4 ? 13 : 14;

    /** What an entry costs in a weighted table, at the least full that a large one can be. */
    static final long WEIGHTED_ENTRY_BYTES = (12 + 2L * REFERENCE_BYTES) * 17 / FULLEST_SIXTEENTHS;

    private static final VarHandle REFERENCES = MethodHandles.arrayElementVarHandle(Object[].class);

    private final int[] meta;
    private final @Nullable Object[] pairs;
    private final int @Nullable [] weights;

    /** How many leading hash bits all keys of this table share; they say nothing about the home slot. */
    private final int depth;

    Table(int slots, int depth, boolean weighted) {
        this.meta = new int[2 * slots];
        this.pairs = new @Nullable Object[2 * slots];
        this.weights = weighted ? new int[slots] : null;
        this.depth = depth;
    }

    int slots() {
        return pairs.length >> 1;
    }

    boolean isWeighted() {
        return weights != null;
    }

    /** Whether one more entry would make this table too full, with {@code entries} in it now. */
    boolean wouldCrowd(int entries) {
        return (entries + 1L) * 16 > slots() * FULLEST_SIXTEENTHS;
    }

    /** Whether so few entries are left that the table should give memory back. */
    boolean isSparse(int entries) {
        return slots() > 64 && entries * 8L < slots() * 3L;
    }

    int slotsAfterGrowth() {
        return slots() < LARGE_SLOTS ? slots() + slots() / 2 : slots() + slots() / 16;
    }

    /** Slots for {@code entries}, with room for a few more. */
    static int slotsFor(int entries) {
        return (int) Math.max(8, Math.min(Integer.MAX_VALUE / 4, entries * 17L / FULLEST_SIXTEENTHS + 1));
    }

    // ---- reading: any thread ---------------------------------------------------------------------------------------

    /**
     * The slot of {@code key}, or a negative number: the complement of the empty slot at which the probe ended. Bounded by the number of slots even when entries move meanwhile; what
     * it returns means something only if the stripe's version did not change.
     */
    int locate(int hash, Object key) {
        int[] meta = this.meta;
        int slots = meta.length >> 1;
        int slot = home(hash, slots);
        for (int left = slots; left > 0; left--) {
            int found = meta[slot << 1];
            if (found == hash) {
                Object candidate = REFERENCES.getAcquire(pairs, slot << 1);
                if (candidate == key || (candidate != null && key.equals(candidate))) {
                    return slot;
                }
            } else if (found == EMPTY) {
                return ~slot;
            }
            if (++slot == slots) {
                slot = 0;
            }
        }
        return ABSENT;
    }

    /** The slot of an entry with that hash and that stamp, or {@link #ABSENT}. Looks at no key. Under the lock. */
    int locateStamped(int hash, int stamp) {
        int slots = slots();
        int slot = home(hash, slots);
        while (isOccupied(slot)) {
            if (hashAt(slot) == hash && stampAt(slot) == stamp) {
                return slot;
            }
            if (++slot == slots) {
                slot = 0;
            }
        }
        return ABSENT;
    }

    /** Acquire, so that what a writer did to the value before it published it is seen. Null only while being changed. */
    @Nullable Object valueAcquire(int slot) {
        return REFERENCES.getAcquire(pairs, (slot << 1) + 1);
    }

    /**
     * Notes an access. A plain store, and none when the clock did not move: a stamp that is lost, or that lands on the
     * entry which has moved in meanwhile, misplaces one entry by one access in an order that is sampled anyway.
     */
    void touch(int slot, int clock) {
        int stamp = (slot << 1) + 1;
        if (meta[stamp] != clock) {
            meta[stamp] = clock;
        }
    }

    boolean isOccupied(int slot) {
        return meta[slot << 1] != EMPTY;
    }

    int hashAt(int slot) {
        return meta[slot << 1];
    }

    int stampAt(int slot) {
        return meta[(slot << 1) + 1];
    }

    int weightAt(int slot) {
        return weights == null ? 1 : weights[slot];
    }

    // ---- writing: under the stripe's lock --------------------------------------------------------------------------

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

    /** The complement of the empty slot at which a probe for {@code hash} ends. Under the lock. */
    int vacancy(int hash) {
        int[] meta = this.meta;
        int slots = slots();
        int slot = home(hash, slots);
        while (meta[slot << 1] != EMPTY) {
            if (++slot == slots) {
                slot = 0;
            }
        }
        return ~slot;
    }

    /** Adds an entry that is not there, at the slot that a probe ended at. The stripe's version must be odd. */
    void insert(int vacancy, int hash, Object key, Object value, int weight, int stamp) {
        set(~vacancy, hash, key, value, weight, stamp);
    }

    /** Takes an entry out and closes the gap. The stripe's version must be odd. */
    void remove(int slot) {
        int slots = slots();
        int gap = slot;
        for (int next = slot; ; ) {
            if (++next == slots) {
                next = 0;
            }
            if (!isOccupied(next)) {
                break;
            }
            int home = home(meta[next << 1], slots);
            // An entry may not move to before its home: look whether home lies cyclically in (gap, next].
            boolean mustStay = gap <= next ? (gap < home && home <= next) : (gap < home || home <= next);
            if (!mustStay) {
                set(gap, hashAt(next), keyAt(next), valueAt(next), weightAt(next), stampAt(next));
                gap = next;
            }
        }
        meta[gap << 1] = EMPTY;
        REFERENCES.setRelease(pairs, gap << 1, null);
        REFERENCES.setRelease(pairs, (gap << 1) + 1, null);
    }

    /** Copies the entries whose hash agrees with {@code bit} under {@code mask} into {@code target}; returns how many. */
    int copyInto(Table target, int mask, int bit) {
        int copied = 0;
        for (int slot = 0, slots = slots(); slot < slots; slot++) {
            if (isOccupied(slot) && (hashAt(slot) & mask) == bit) {
                target.insert(
                        target.vacancy(hashAt(slot)),
                        hashAt(slot),
                        keyAt(slot),
                        valueAt(slot),
                        weightAt(slot),
                        stampAt(slot));
                copied++;
            }
        }
        return copied;
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    /** The bytes of the arrays; their headers and this object counted as 16 each. */
    long bytes() {
        return 64L + 4L * meta.length + (long) REFERENCE_BYTES * pairs.length + (weights == null ? 0 : 4L * slots());
    }

    /** Throws unless the invariant holds and {@code entries} are in the table. */
    void checkIntegrity(int entries) {
        int occupied = 0;
        int slots = slots();
        for (int slot = 0; slot < slots; slot++) {
            if (isOccupied(slot)) {
                occupied++;
                for (int probe = home(hashAt(slot), slots); probe != slot; probe = probe + 1 == slots ? 0 : probe + 1) {
                    if (!isOccupied(probe)) {
                        throw new IllegalStateException("slot " + slot + " of " + slots
                                + " can't be reached from its home: slot " + probe + " is empty");
                    }
                }
            } else if (pairs[slot << 1] != null || pairs[(slot << 1) + 1] != null) {
                throw new IllegalStateException("slot " + slot + " of " + slots + " is empty but holds a reference");
            }
        }
        if (occupied != entries || occupied == slots) {
            throw new IllegalStateException(
                    "occupied slots=" + occupied + " (expected " + entries + " of " + slots + ")");
        }
    }

    private void set(int slot, int hash, Object key, Object value, int weight, int stamp) {
        meta[slot << 1] = hash;
        meta[(slot << 1) + 1] = stamp;
        REFERENCES.setRelease(pairs, (slot << 1) + 1, value);
        REFERENCES.setRelease(pairs, slot << 1, key);
        if (weights != null) {
            weights[slot] = weight;
        }
    }

    private Object occupant(int index) {
        Object found = pairs[index];
        if (found == null) {
            throw new IllegalStateException("slot " + (index >> 1) + " is occupied but holds no reference");
        }
        return found;
    }

    private int home(int hash, int slots) {
        return (int) ((((hash << depth) & 0xFFFF_FFFFL) * slots) >>> 32);
    }
}
