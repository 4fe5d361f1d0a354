package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/**
 * A cache of a few dozen entries, without keys and values, that shows how often a policy would miss. Invariant: what is in it
 * weighs {@code total}, and not more than it may unless a single entry does. Under the stripe's lock.
 */
final class Miniature implements Residents {
    /** A free slot: no hash is even, see {@link Table#spread}. */
    private static final int FREE = 0;

    /** Entries that weigh less than those it was made for: so many more may come in. */
    private static final int LIGHTER = 2;

    /** Among so few, to look at all hashes in turn is quick, and needs no index. */
    private final int[] hashes;

    private final int[] uses;
    private final int @Nullable [] weights;
    private final long maximum;

    /** One of {@link WindowShare}. */
    private final int choice;

    private final Contest contest = new Contest();
    private long total;
    private int entries;
    private int clock;
    private int insertedSinceAging;

    Miniature(int choice, int entries, long maximum, boolean isWeighted) {
        int slots = isWeighted ? LIGHTER * entries : entries;
        this.choice = choice;
        this.maximum = maximum;
        this.hashes = new int[slots];
        this.uses = new int[slots];
        this.weights = isWeighted ? new int[slots] : null;
    }

    /** Uses an entry, if it is there. */
    boolean use(int hash) {
        int slot = slotOf(hash);
        if (slot >= 0 && Use.isNews(uses[slot], clock)) {
            uses[slot] = Use.next(uses[slot], clock);
        }
        return slot >= 0;
    }

    /** Lets an entry in, if it is not there. */
    void insert(int hash, int hits, int weight) {
        if (slotOf(hash) >= 0) {
            return;
        }
        clock += Use.TICK;
        while (entries == hashes.length || (entries > 0 && total + weight > maximum)) {
            int victim = contest.choose(this, WindowShare.of(choice, entries), clock);
            if (victim == Replacement.NOBODY) {
                return; // all weigh nothing
            }
            remove(victim);
        }
        int slot = slotOf(FREE);
        hashes[slot] = hash;
        uses[slot] = Use.first(clock, hits);
        if (weights != null) {
            weights[slot] = weight;
        }
        total += weight;
        entries++;
        contest.window.add(slot);
        contest.shrink(WindowShare.of(choice, entries));
        if (++insertedSinceAging >= Adaptive.AGING_ROUNDS * entries) {
            insertedSinceAging = 0;
            for (int i = 0; i < uses.length; i++) {
                uses[i] = Use.withHalfTheHits(uses[i]);
            }
        }
    }

    private void remove(int slot) {
        contest.window.remove(slot);
        total -= weightAt(slot);
        entries--;
        hashes[slot] = FREE;
    }

    private int slotOf(int hash) {
        for (int slot = 0; slot < hashes.length; slot++) {
            if (hashes[slot] == hash) {
                return slot;
            }
        }
        return Replacement.NOBODY;
    }

    @Override
    public int slots() {
        return hashes.length;
    }

    @Override
    public boolean isOccupied(int slot) {
        return hashes[slot] != FREE;
    }

    @Override
    public int useAt(int slot) {
        return uses[slot];
    }

    @Override
    public void setUse(int slot, int use) {
        uses[slot] = use;
    }

    @Override
    public int weightAt(int slot) {
        return weights == null ? 1 : weights[slot];
    }

    /** Throws unless the invariant holds. */
    void checkIntegrity() {
        contest.window.checkIntegrity(this);
        long sum = 0;
        int count = 0;
        for (int slot = 0; slot < hashes.length; slot++) {
            sum += isOccupied(slot) ? weightAt(slot) : 0;
            count += isOccupied(slot) ? 1 : 0;
        }
        if (sum != total || count != entries || (total > maximum && entries > 1)) {
            throw new IllegalStateException("miniature weight=" + sum + " of " + count + " entries (expected " + total
                    + " of " + entries + ", at most " + maximum + ")");
        }
    }

    long bytes() {
        return 120L + (weights == null ? 8L : 12L) * hashes.length + contest.window.bytes();
    }
}
