package io.heapwise.cache.internal;

import java.util.Arrays;

/**
 * Tries several shares of the window at once, each on a miniature of the cache that sees the same sample of the keys, and
 * lets the cache follow the one that misses least. Invariant: each miniature may hold what the sample weighs in the stripe.
 * Under the stripe's lock, but for {@link #note}.
 */
final class Trials {
    /*
     * Miniature simulation [1]: a cache of n entries fed with the keys whose hashes lie in one part of R behaves like one of
     * n * R fed with all. Some 56 entries are enough here, since all miniatures see the same requests, and only their
     * difference counts; a hill climber must tell its own steps from what the load does by itself. They stand in one stripe,
     * the one whose hashes begin with zeros, and begin with what that holds.
     *
     * Requests are seen where they happen, by readers that hold no lock: they note the hash, a store or two for one request
     * in some hundreds, and notes may be lost. Who inserts next hands them on. A hit lets the key into each miniature that
     * misses it; a miss is counted, and the key comes in when it comes into the cache, if ever: who looks for what he never
     * stores must be found to miss, too.
     *
     * [1] C. Waldspurger et al., Cache Modeling and Optimization using Miniature Simulations, USENIX ATC 2017.
     */

    private static final int ENTRIES = 56;
    private static final int NOTES = 32;

    private static final char NOWHERE = Character.MAX_VALUE;

    /** Of the hash, what tells whether it is sampled. */
    private static final int SAMPLING_BITS = 16;

    /** Misses are forgotten over so many requests for each entry. */
    private static final int MEMORY_ROUNDS = 8;

    /** By how much another share must be better: else two that are alike would take turns. */
    private static final double LEAD = 1.03;

    private static final double LEAD_MISSES = 2;

    private final WindowShare share;

    /** Of all values of the sampling bits, the sampled ones are below. */
    private final int sampled;

    /** Entries of the stripe for which this was made. */
    private final int entries;

    private final Miniature[] miniatures = new Miniature[WindowShare.CHOICES];
    private final double[] misses = new double[WindowShare.CHOICES];
    private final double memory;

    /** Hashes that were asked for, and where they were, or {@link #NOWHERE}; written without the lock. */
    private final int[] notedHashes = new int[NOTES];

    private final char[] notedSlots = new char[NOTES];
    private int noted;

    Trials(Table table, int entries, int clock, WindowShare share) {
        this.share = share;
        this.entries = entries;
        this.sampled = (ENTRIES << SAMPLING_BITS) / Math.max(1, entries);
        long[] sample = sampleOf(table, clock);
        long weight = 0;
        for (long aged : sample) {
            weight += table.weightAt((int) aged);
        }
        for (int choice = 0; choice < miniatures.length; choice++) {
            miniatures[choice] =
                    new Miniature(choice, Math.max(1, sample.length), Math.max(1, weight), table.isWeighted());
            for (int i = sample.length - 1; i >= 0; i--) {
                insert(miniatures[choice], table, (int) sample[i]);
            }
        }
        this.memory = 1 - 1.0 / (MEMORY_ROUNDS * Math.max(1, sample.length));
    }

    /** Age and slot of the sampled entries, the youngest first. */
    private long[] sampleOf(Table table, int clock) {
        long[] sample = new long[table.slots()];
        int size = 0;
        for (int slot = 0; slot < sample.length; slot++) {
            if (table.isOccupied(slot) && isSampled(table.hashAt(slot))) {
                sample[size++] = (long) Use.age(table.useAt(slot), clock) << 32 | slot;
            }
        }
        long[] trimmed = Arrays.copyOf(sample, size);
        Arrays.sort(trimmed);
        return trimmed;
    }

    /** Whether the stripe has grown or shrunk so much that the miniatures no longer resemble it. */
    boolean isOutgrown(int entriesNow) {
        return entriesNow > entries + entries / 2 || entriesNow < entries - entries / 3;
    }

    /**
     * A reader has asked for a key. Any thread, without the lock.
     *
     * @param slot where it was, or {@link Replacement#NOBODY}
     */
    void note(int hash, int slot) {
        if (isSampled(hash)) {
            int next = noted;
            if (next < NOTES) {
                notedHashes[next] = hash;
                notedSlots[next] = (char) slot;
                noted = next + 1;
            }
        }
    }

    /** Hands on what was asked for since the last insertion, then this one. */
    void inserted(Table table, int slot) {
        for (int i = 0, size = noted; i < size; i++) {
            int hash = notedHashes[i];
            int asked = notedSlots[i];
            if (asked == NOWHERE) {
                ask(hash, table, Replacement.NOBODY);
            } else if (asked < table.slots() && table.hashAt(asked) == hash) {
                ask(hash, table, asked);
            }
        }
        noted = 0;
        if (isSampled(table.hashAt(slot))) {
            for (Miniature miniature : miniatures) {
                insert(miniature, table, slot);
            }
        }
    }

    private void ask(int hash, Table table, int slot) {
        int best = 0;
        for (int choice = 0; choice < miniatures.length; choice++) {
            boolean isHit = miniatures[choice].use(hash);
            if (!isHit && slot != Replacement.NOBODY) {
                insert(miniatures[choice], table, slot);
            }
            misses[choice] = misses[choice] * memory + (isHit ? 0 : 1);
            best = misses[choice] < misses[best] ? choice : best;
        }
        if (misses[share.choice()] > misses[best] * LEAD + LEAD_MISSES) {
            share.choose(best);
        }
    }

    private static void insert(Miniature miniature, Table table, int slot) {
        miniature.insert(table.hashAt(slot), Use.hits(table.useAt(slot)), table.weightAt(slot));
    }

    private boolean isSampled(int hash) {
        return (hash >>> 1 & (1 << SAMPLING_BITS) - 1) < sampled;
    }

    /** Throws unless the invariant holds. */
    void checkIntegrity() {
        for (Miniature miniature : miniatures) {
            miniature.checkIntegrity();
        }
    }

    long bytes() {
        long bytes = 240 + 6L * NOTES;
        for (Miniature miniature : miniatures) {
            bytes += miniature.bytes();
        }
        return bytes;
    }
}
