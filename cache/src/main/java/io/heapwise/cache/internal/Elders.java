package io.heapwise.cache.internal;

/**
 * Chooses who leaves a stripe: the least recently used of those it has looked at. Invariant: remembers at most 16 entries,
 * oldest first. For use under the stripe's lock.
 */
final class Elders {
    /*
     * Each choice looks at the next 12 slots, in two cache lines, and keeps the oldest of all it has ever seen, as Redis 3.0
     * does with its samples [1]. Where each sample starts anew at random, the victim is among the oldest 6 % on average;
     * with the memory, among the oldest percent: a difference that shows where a cache is just too small for a pattern that
     * comes back. To go on where the last look ended costs less than to jump, since the lines are next in memory, and
     * leaves nobody out.
     *
     * An entry is remembered by its hash and its stamp, not by its slot, which may change. If no entry with that hash and
     * that stamp is found, it was used or removed meanwhile, and is forgotten. If it is another entry with the same two, it
     * is just as old, and may as well leave.
     *
     * The victim must not be bound to the place where one looks: regions of the table would then lose entries alike however
     * full they are, instead of the fuller the more, and nothing would keep one from filling up to a single long cluster.
     * Here it comes from all that was seen, by age alone.
     *
     * [1] Redis documentation, Key eviction, "Approximated LRU algorithm".
     */

    static final int NOBODY = -1;

    private static final int LOOK_SLOTS = 12;
    private static final int REMEMBERED = 16;

    private static final int[] NOTHING = {};

    /** Hash and stamp in turn, the oldest entry first. Made for the first choice: many stripes never have to choose. */
    private int[] remembered = NOTHING;

    private int size;

    /** The slot to look at next. */
    private int hand;

    /** The slot of the entry that should leave, or {@link #NOBODY} when all weigh nothing: these are spared. */
    int choose(Table table, int clock) {
        if (remembered == NOTHING) {
            remembered = new int[2 * REMEMBERED];
        }
        for (int looked = 0, slots = table.slots(); looked <= 2 * slots; looked += LOOK_SLOTS) {
            look(table, clock);
            while (size > 0) {
                int slot = table.locateStamped(remembered[0], remembered[1]);
                size--;
                System.arraycopy(remembered, 2, remembered, 0, 2 * size);
                if (slot != Table.ABSENT && table.weightAt(slot) > 0) {
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

    private void look(Table table, int clock) {
        int slots = table.slots();
        int slot = hand < slots ? hand : 0;
        for (int left = Math.min(LOOK_SLOTS, slots); left > 0; left--) {
            int hash = table.hashAt(slot);
            if (hash != Table.EMPTY) {
                int stamp = table.stampAt(slot);
                if (age(clock, stamp) > tooYoung(clock) && table.weightAt(slot) > 0) {
                    remember(hash, stamp, clock);
                }
            }
            if (++slot == slots) {
                slot = 0;
            }
        }
        hand = slot;
    }

    /** Ages are differences, so that the clock may wrap; a stamp that seems to lie ahead is the oldest. */
    static int age(int clock, int stamp) {
        return (clock - stamp) & Integer.MAX_VALUE;
    }

    /** No older than this: not worth remembering. */
    private int tooYoung(int clock) {
        return size < REMEMBERED ? -1 : age(clock, remembered[2 * REMEMBERED - 1]);
    }

    private void remember(int hash, int stamp, int clock) {
        int[] remembered = this.remembered;
        int age = age(clock, stamp);
        int place = size;
        while (place > 0 && age > age(clock, remembered[2 * place - 1])) {
            place--;
        }
        if (isAt(place - 1, hash, stamp)) {
            return;
        }
        int moved = Math.min(size, REMEMBERED - 1) - place;
        System.arraycopy(remembered, 2 * place, remembered, 2 * place + 2, 2 * moved);
        remembered[2 * place] = hash;
        remembered[2 * place + 1] = stamp;
        size = place + moved + 1;
    }

    private boolean isAt(int place, int hash, int stamp) {
        for (int i = place; i >= 0 && remembered[2 * i + 1] == stamp; i--) {
            if (remembered[2 * i] == hash) {
                return true;
            }
        }
        return false;
    }
}
