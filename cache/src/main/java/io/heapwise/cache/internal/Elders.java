package io.heapwise.cache.internal;

/**
 * Chooses who leaves a stripe: the least recently used of those it has looked at. Invariant: remembers at most 16 entries,
 * oldest first. For use under the stripe's lock.
 */
final class Elders {
    /*
     * Each choice looks at two blocks of eight slots, a cache line each, and keeps the oldest of all it has ever seen,
     * as Redis 3.0 does with its samples [1]. Where each sample starts anew at random, the victim is among the oldest 6 % on
     * average; with the memory, among the oldest percent: a difference that shows where a cache is just too small for a
     * pattern that comes back.
     *
     * The blocks follow the multiples of the golden ratio [2, theorem S], which come to all of a table evenly, near every
     * start and without a state but one number. To go straight on would not do: entries that came one after the other
     * stand side by side, so the sweep would meet hundreds of old ones together, of which it can remember few, and then for
     * as long none but young ones.
     *
     * An entry is remembered by its slot and its stamp. If the slot has another stamp by now, the entry was used or removed
     * meanwhile, and is forgotten. If another entry has come in with the very same stamp, it is just as old, and may as
     * well leave.
     *
     * [1] Redis documentation, Key eviction, "Approximated LRU algorithm".
     * [2] D. E. Knuth, The Art of Computer Programming 3, 2nd ed., section 6.4.
     */

    static final int NOBODY = -1;

    private static final int BLOCKS = 2;
    private static final int BLOCK_SLOTS = 8;
    private static final int GOLDEN_RATIO = 0x9E3779B9;
    private static final int REMEMBERED = 16;

    private static final long[] NOTHING = {};

    /** A ring of slots and stamps, the oldest first. Made for the first choice: many stripes never have to choose. */
    private long[] remembered = NOTHING;

    /** Where the oldest stands. */
    private int head;

    private int size;

    /** Where the last look was, as a fraction of the table. */
    private int hand;

    /** The slot of the entry that should leave, or {@link #NOBODY} when all weigh nothing: these are spared. */
    int choose(Table table, int clock) {
        if (remembered == NOTHING) {
            remembered = new long[REMEMBERED];
        }
        // Four rounds: that meets each block, however the multiples fall.
        for (int looked = 0, slots = table.slots(); looked <= 4 * slots; looked += BLOCKS * BLOCK_SLOTS) {
            look(table, clock);
            while (size > 0) {
                int slot = slotOf(remembered[head]);
                int stamp = stampOf(remembered[head]);
                head = at(1);
                size--;
                if (isStill(table, slot, stamp) && table.weightAt(slot) > 0) {
                    return slot;
                }
            }
        }
        return NOBODY;
    }

    /** Gives its memory back: the stripe was emptied. */
    void forgetAll() {
        remembered = NOTHING;
        size = 0;
    }

    private static boolean isStill(Table table, int slot, int stamp) {
        return slot < table.slots() && table.isOccupied(slot) && table.stampAt(slot) == stamp;
    }

    private void look(Table table, int clock) {
        int slots = table.slots();
        int blocks = (slots + BLOCK_SLOTS - 1) / BLOCK_SLOTS;
        for (int left = BLOCKS; left > 0; left--) {
            hand += GOLDEN_RATIO;
            int from = (int) (((hand & 0xFFFF_FFFFL) * blocks) >>> 32) * BLOCK_SLOTS;
            for (int slot = from, to = Math.min(from + BLOCK_SLOTS, slots); slot < to; slot++) {
                if (table.isOccupied(slot)) {
                    int stamp = table.stampAt(slot);
                    if (age(clock, stamp) > tooYoung(clock) && table.weightAt(slot) > 0) {
                        remember(slot, stamp, clock);
                    }
                }
            }
        }
    }

    /** Ages are differences, so that the clock may wrap; a stamp that seems to lie ahead is the oldest. */
    static int age(int clock, int stamp) {
        return (clock - stamp) & Integer.MAX_VALUE;
    }

    /** No older than this: not worth remembering. */
    private int tooYoung(int clock) {
        return size < REMEMBERED ? -1 : age(clock, stampOf(remembered[at(size - 1)]));
    }

    private void remember(int slot, int stamp, int clock) {
        int age = age(clock, stamp);
        int rank = size;
        while (rank > 0 && age > age(clock, stampOf(remembered[at(rank - 1)]))) {
            rank--;
        }
        if (isAt(rank - 1, slot, stamp)) {
            return;
        }
        size = Math.min(size + 1, REMEMBERED);
        for (int younger = size - 1; younger > rank; younger--) {
            remembered[at(younger)] = remembered[at(younger - 1)];
        }
        remembered[at(rank)] = (long) slot << 32 | (stamp & 0xFFFF_FFFFL);
    }

    /** Whether this one is remembered at {@code rank}, or before it with as old a stamp. */
    private boolean isAt(int rank, int slot, int stamp) {
        for (int i = rank; i >= 0 && stampOf(remembered[at(i)]) == stamp; i--) {
            if (slotOf(remembered[at(i)]) == slot) {
                return true;
            }
        }
        return false;
    }

    private int at(int rank) {
        return (head + rank) & (REMEMBERED - 1);
    }

    private static int slotOf(long elder) {
        return (int) (elder >>> 32);
    }

    private static int stampOf(long elder) {
        return (int) elder;
    }
}
