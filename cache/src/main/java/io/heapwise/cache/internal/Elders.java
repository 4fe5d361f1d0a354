package io.heapwise.cache.internal;

/**
 * Chooses who leaves a stripe: the least recently used of those it has looked at. Invariant: remembers at most 16 entries,
 * oldest first. For use under the stripe's lock.
 */
final class Elders extends Replacement {
    /*
     * Each choice looks at one or two blocks of eight slots, a cache line each, and keeps the oldest of all it has ever
     * seen, as Redis 3.0 does with its samples [1]. Where each sample of eight starts anew, the victim is among the oldest ninth on
     * average; with the memory, among the oldest percent: a difference that shows where a cache is just too small for a
     * pattern that comes back.
     *
     * The blocks follow the multiples of the golden ratio [2, theorem S], which come to all of a table evenly, near every
     * start and without a state but one number. To go straight on would not do: entries that came one after the other
     * stand side by side, so the sweep would meet hundreds of old ones together, of which it can remember few, and then for
     * as long none but young ones.
     *
     * An entry is remembered by its slot and the age it had, 16 bits each. If what is in the slot is younger by now, the
     * entry was used or has left meanwhile, and is forgotten. 15 bits of age are enough: whoever has seen 32,767 insertions
     * into a stripe without being used is old. Should as many more go by without an eviction, what is remembered seems
     * young, and at worst 16 entries leave in a wrong order.
     *
     * [1] Redis documentation, Key eviction, "Approximated LRU algorithm".
     * [2] D. E. Knuth, The Art of Computer Programming 3, 2nd ed., section 6.4.
     */

    private static final int BLOCK_SLOTS = 8;
    /** A stripe that is alone looks at more entries for each victim: in a small cache each mistake shows. */
    private static final int LONE_BLOCKS_A_LOOK = 2;

    private static final int GOLDEN_RATIO = 0x9E3779B9;
    private static final int REMEMBERED = 16;

    /** Ages above are all one. */
    private static final int OLDEST = 0x7FFF;

    private static final int[] NOTHING = {};

    /** A ring of slots and birthdays, the oldest first. Made for the first choice: many stripes never have to choose. */
    private int[] remembered = NOTHING;

    /** Where the oldest stands. */
    private int head;

    private int size;

    /** Where the last look was, as a fraction of the table. */
    private int hand;

    /** How many blocks to look at for a victim: more make the order more exact, and each may cost a cache miss. */
    private final int blocksALook;

    private final int depth;

    Elders(int depth) {
        this.depth = depth;
        this.blocksALook = depth == 0 ? LONE_BLOCKS_A_LOOK : 1;
    }

    @Override
    int choose(Table table, int entries, int clock) {
        if (remembered == NOTHING) {
            remembered = new int[REMEMBERED];
        }
        // Four rounds: that meets each block, however the multiples fall.
        for (int looked = 0, slots = table.slots(); looked <= 4 * slots; looked += blocksALook * BLOCK_SLOTS) {
            look(table, clock);
            while (size > 0) {
                int slot = slotOf(remembered[head]);
                int age = ageOf(remembered[head], clock);
                head = at(1);
                size--;
                if (isStill(table, slot, age, clock) && table.weightAt(slot) > 0) {
                    return slot;
                }
            }
        }
        return NOBODY;
    }

    @Override
    void forgetAll() {
        remembered = NOTHING;
        size = 0;
    }

    private static boolean isStill(Table table, int slot, int age, int clock) {
        return slot < table.slots() && table.isOccupied(slot) && Use.age(table.useAt(slot), clock) >= age;
    }

    private void look(Table table, int clock) {
        int slots = table.slots();
        int blocks = (slots + BLOCK_SLOTS - 1) / BLOCK_SLOTS;
        for (int left = blocksALook; left > 0; left--) {
            hand += GOLDEN_RATIO;
            int from = (int) (((hand & 0xFFFF_FFFFL) * blocks) >>> 32) * BLOCK_SLOTS;
            for (int slot = from, to = Math.min(from + BLOCK_SLOTS, slots); slot < to; slot++) {
                if (table.isOccupied(slot)) {
                    int age = Math.min(OLDEST, Use.age(table.useAt(slot), clock));
                    if (age > tooYoung(clock) && table.weightAt(slot) > 0) {
                        remember(slot, age, clock);
                    }
                }
            }
        }
    }

    @Override
    Replacement forHalf(Table half, int[] newSlots, boolean isUpper) {
        return new Elders(depth + 1);
    }

    @Override
    long bytes() {
        return 40 + 4L * remembered.length;
    }

    /** No older than this: not worth remembering. */
    private int tooYoung(int clock) {
        return size < REMEMBERED ? -1 : ageOf(remembered[at(size - 1)], clock);
    }

    private void remember(int slot, int age, int clock) {
        int rank = size;
        while (rank > 0 && age > ageOf(remembered[at(rank - 1)], clock)) {
            rank--;
        }
        int elder = slot << 16 | ((ticks(clock) - age) & 0xFFFF);
        if (isAt(rank - 1, elder)) {
            return;
        }
        size = Math.min(size + 1, REMEMBERED);
        for (int younger = size - 1; younger > rank; younger--) {
            remembered[at(younger)] = remembered[at(younger - 1)];
        }
        remembered[at(rank)] = elder;
    }

    /** Whether this one is remembered at {@code rank}, or before it among those of the same age. */
    private boolean isAt(int rank, int elder) {
        for (int i = rank; i >= 0 && (char) remembered[at(i)] == (char) elder; i--) {
            if (remembered[at(i)] == elder) {
                return true;
            }
        }
        return false;
    }

    private int at(int rank) {
        return (head + rank) & (REMEMBERED - 1);
    }

    private static int slotOf(int elder) {
        return elder >>> 16;
    }

    private static int ageOf(int elder, int clock) {
        return (ticks(clock) - elder) & 0xFFFF;
    }

    private static int ticks(int clock) {
        return clock / Use.TICK;
    }
}
