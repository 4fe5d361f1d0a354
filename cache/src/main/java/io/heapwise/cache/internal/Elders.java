package io.heapwise.cache.internal;

/**
 * Chooses who leaves a stripe: the least recently used of those it has looked at. Invariant: remembers at most 24 entries,
 * oldest first. For use under the stripe's lock.
 */
final class Elders {
    /*
     * Each choice looks at 16 neighbours from a random place on (in an open-addressed table neighbours are random enough,
     * and 16 of them lie in two or three cache lines), and keeps the oldest of all it has ever seen, as Redis 3.0 does [1].
     * One sample of 16 picks from the oldest 6 % on average; with the memory, from the oldest percent: a difference that
     * shows where a cache is just too small for a pattern that comes back.
     *
     * An entry is remembered by its hash and its stamp, not by its slot, which may change. If no entry with that hash and
     * that stamp is found, it was used or removed meanwhile, and is forgotten. If it is another entry with the same two, it
     * is just as old, and may as well leave.
     *
     * [1] Redis documentation, Key eviction, "Approximated LRU algorithm".
     */

    static final int NOBODY = -1;

    private static final int SAMPLE = 16;
    private static final int REMEMBERED = 24;

    /** Hash and stamp in turn, the oldest entry first. */
    private final int[] remembered = new int[2 * REMEMBERED];

    private int size;
    private int random;

    Elders(int seed) {
        this.random = seed | 1;
    }

    /** The slot of the entry that should leave, or {@link #NOBODY} when all weigh nothing: these are spared. */
    int choose(Table table, int clock) {
        // A second round, since all that is remembered may have gone while it kept the sample out.
        for (int round = 0; round < 2; round++) {
            sample(table, clock);
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

    private void sample(Table table, int clock) {
        int slots = table.slots();
        int slot = randomOccupied(table, slots);
        for (int left = slots, sampled = 0; left > 0 && sampled < SAMPLE; left--) {
            if (table.isOccupied(slot) && table.weightAt(slot) > 0) {
                remember(table.hashAt(slot), table.stampAt(slot), clock);
                sampled++;
            }
            if (++slot == slots) {
                slot = 0;
            }
        }
    }

    /** Ages are differences, so that the clock may wrap; a stamp that seems to lie ahead is the oldest. */
    static int age(int clock, int stamp) {
        return (clock - stamp) & Integer.MAX_VALUE;
    }

    private void remember(int hash, int stamp, int clock) {
        int[] remembered = this.remembered;
        int age = age(clock, stamp);
        int place = size;
        while (place > 0 && age > age(clock, remembered[2 * place - 1])) {
            place--;
        }
        if (place == REMEMBERED || isAt(place - 1, hash, stamp)) {
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

    /**
     * A slot that is occupied, each with the same chance. Any slot would do for the order, but not for the table: regions
     * would then lose entries alike however full they are, instead of the fuller the more, and nothing would keep one
     * from filling up to a single long cluster.
     */
    private int randomOccupied(Table table, int slots) {
        int slot = 0;
        for (int attempt = 0; attempt < SAMPLE; attempt++) {
            slot = (int) (((nextRandom() & 0xFFFF_FFFFL) * slots) >>> 32);
            if (table.isOccupied(slot)) {
                break;
            }
        }
        return slot;
    }

    /** G. Marsaglia, Xorshift RNGs, 2003; period 2^32 - 1. */
    private int nextRandom() {
        int x = random;
        x ^= x << 13;
        x ^= x >>> 17;
        x ^= x << 5;
        random = x;
        return x;
    }
}
