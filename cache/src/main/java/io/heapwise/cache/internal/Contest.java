package io.heapwise.cache.internal;

/**
 * Chooses who leaves: the eldest of the window, or the one in the main part that is worth least. Invariant: nobody takes the place
 * of another in the main part who was not asked for more often. (Who is let go by a window that shrinks takes nobody's.) Under
 * the stripe's lock.
 */
final class Contest {
    /*
     * W-TinyLFU [1] without its lists and its sketch. Who comes in stays in the window for a while, however seldom it was
     * asked for, so that bursts find it. Then it must show at least two uses more than the worst of eight from the main part.
     * One is not enough: each key of a loop larger than the cache has just been asked for once more than those whose turn in
     * this round is still to come, and would drive them out one by one.
     *
     * The worst of the main part is the one with the least uses for each tick since the last and for each unit of weight
     * (GreedyDual-Size-Frequency [2], with an age in place of its inflation value), among eight slots of a line or two.
     *
     * The window is a queue with a second chance: who was used again since it stood in front goes back to the end.
     *
     * [1] G. Einziger, R. Friedman, B. Manes, TinyLFU: A Highly Efficient Cache Admission Policy, ACM ToS 13(4), 2017.
     * [2] L. Cherkasova, Improving WWW Proxies Performance with Greedy-Dual-Size-Frequency Caching Policy, HP Labs
     *     HPL-98-69R1, 1998.
     */

    private static final int BLOCK_SLOTS = 8;

    /** Of the main part; where the window is large, several blocks must be looked at to find them. */
    private static final int CANDIDATES = 8;

    private static final int USUAL_BLOCKS = 5;

    /** What a window that is too large gives to the main part for each who leaves. */
    private static final int SHRINK_ENTRIES = 2;

    private static final int GOLDEN_RATIO = 0x9E3779B9;

    private static final long SPARED = -1;

    /** By hits: what else would be divided by. */
    private static final float[] WORTHLESSNESS = new float[Use.MOST_HITS + 1];

    static {
        for (int hits = 0; hits < WORTHLESSNESS.length; hits++) {
            WORTHLESSNESS[hits] = 1f / (2 * hits + 1);
        }
    }

    Window window = new Window();

    /** Where the last look was, as a fraction of all slots: multiples of the golden ratio come evenly to all (see Elders). */
    private int hand;

    /** The second to leave when the last was chosen: it stands again, so that nobody bad is lost from sight. */
    private int second = Replacement.NOBODY;

    /** The slot of the one that should leave, or {@link Replacement#NOBODY} when all weigh nothing. */
    int choose(Residents residents, int windowSize, int clock) {
        shrink(windowSize);
        int newcomer = window.size() < windowSize ? Replacement.NOBODY : eldest(residents);
        int incumbent = leastWorth(residents, clock);
        if (incumbent == Replacement.NOBODY) {
            newcomer = eldest(residents);
        }
        if (newcomer == Replacement.NOBODY) {
            return incumbent;
        }
        window.removeEldest();
        return incumbent != Replacement.NOBODY && isBetter(residents, newcomer, incumbent) ? incumbent : newcomer;
    }

    /** Lets the eldest go to the main part, as far as the window is too large. */
    void shrink(int windowSize) {
        for (int i = 0; i < SHRINK_ENTRIES && window.size() > windowSize + 1; i++) {
            window.removeEldest();
        }
    }

    /** By uses for each unit of weight, the incumbent having one ahead. */
    private static boolean isBetter(Residents residents, int newcomer, int incumbent) {
        long newcomersUses = Use.hits(residents.useAt(newcomer));
        long incumbentsUses = Use.hits(residents.useAt(incumbent)) + 1L;
        return newcomersUses * residents.weightAt(incumbent) > incumbentsUses * residents.weightAt(newcomer);
    }

    /** The eldest that was not used again since it stood in front. Those that weigh nothing go to the main part. */
    private int eldest(Residents residents) {
        for (int left = window.size(); left >= 0; left--) {
            int slot = window.eldest();
            if (slot == Replacement.NOBODY) {
                return slot;
            }
            int use = residents.useAt(slot);
            if (residents.weightAt(slot) == 0) {
                window.removeEldest();
            } else if (Use.isAgain(use) && left > 0) {
                residents.setUse(slot, Use.withoutAgain(use));
                window.recycleEldest();
            } else {
                return slot;
            }
        }
        return Replacement.NOBODY;
    }

    private int leastWorth(Residents residents, int clock) {
        int slots = residents.slots();
        int blocks = (slots + BLOCK_SLOTS - 1) / BLOCK_SLOTS;
        long worst = second < 0 || second >= slots ? SPARED : candidate(residents, second, clock);
        long next = SPARED;
        int seen = 0;
        // Four rounds meet each block, however the multiples fall.
        for (int looked = 0;
                looked < 4 * blocks && seen < CANDIDATES && (looked < USUAL_BLOCKS || worst == SPARED);
                looked++) {
            hand += GOLDEN_RATIO;
            int from = (int) (((hand & 0xFFFF_FFFFL) * blocks) >>> 32) * BLOCK_SLOTS;
            for (int slot = from, to = Math.min(from + BLOCK_SLOTS, slots); slot < to; slot++) {
                long candidate = candidate(residents, slot, clock);
                seen += candidate == SPARED ? 0 : 1;
                if (candidate != worst) { // met before
                    next = Math.max(next, Math.min(candidate, worst));
                    worst = Math.max(candidate, worst);
                }
            }
        }
        second = next == SPARED ? Replacement.NOBODY : (int) next;
        return worst == SPARED ? Replacement.NOBODY : (int) worst;
    }

    /**
     * What it costs to keep an entry of the main part, above its slot; or {@link #SPARED}. In one word, so that the worst two are
     * found without a branch that nobody could foresee: floats above 0 are in the order of their bits.
     */
    private long candidate(Residents residents, int slot, int clock) {
        if (!residents.isOccupied(slot) || window.contains(slot)) {
            return SPARED;
        }
        int use = residents.useAt(slot);
        int weight = residents.weightAt(slot);
        float cost = (Use.age(use, clock) + 1f) * weight * WORTHLESSNESS[Use.hits(use)];
        return weight == 0 ? SPARED : (long) Float.floatToRawIntBits(cost) << 32 | slot;
    }
}
