package io.heapwise.cache.internal;

/**
 * A cache of a few dozen entries, without keys and values, that shows how often a policy would miss. Invariant: what is in it
 * weighs {@code total}, and not more than it may unless a single entry does. Under the stripe's lock.
 */
final class Miniature extends Residents {
    /** A free slot: no hash is even, see {@link Table#spread}. */
    private static final int FREE = 0;

    /** Entries that weigh less than those it was made for: so many more may come in. */
    private static final int LIGHTER = 2;

    private final long maximum;

    /** One of {@link WindowShare}. */
    private final int choice;

    private final Contest contest = new Contest();
    private long total;
    private int entries;
    private int clock;
    private int insertedSinceAging;

    Miniature(int choice, int entries, long maximum, boolean isWeighted) {
        super(isWeighted ? LIGHTER * entries : entries, isWeighted);
        this.choice = choice;
        this.maximum = maximum;
    }

    /** Uses an entry, if it is there. */
    boolean use(int hash) {
        int slot = slotOf(hash);
        if (slot >= 0 && Use.isNews(useAt(slot), clock)) {
            setUse(slot, Use.next(useAt(slot), clock));
        }
        return slot >= 0;
    }

    /** Lets an entry in, if it is not there. */
    void insert(int hash, int hits, int weight) {
        if (slotOf(hash) >= 0) {
            return;
        }
        clock += Use.TICK;
        int slot = entries == slots() ? Replacement.NOBODY : slotOf(FREE);
        while (slot == Replacement.NOBODY || (entries > 0 && total + weight > maximum)) {
            int victim = contest.choose(this, WindowShare.of(choice, entries), clock);
            if (victim == Replacement.NOBODY) {
                return; // all weigh nothing
            }
            remove(victim);
            slot = victim;
        }
        meta[slot << 1] = hash;
        setUse(slot, Use.first(clock, hits));
        if (weights != null) {
            weights[slot] = weight;
        }
        total += weight;
        entries++;
        contest.window.add(slot);
        contest.shrink(WindowShare.of(choice, entries));
        if (++insertedSinceAging >= Adaptive.AGING_ROUNDS * entries) {
            insertedSinceAging = 0;
            for (int i = 0; i < slots(); i++) {
                setUse(i, Use.withHalfTheHits(useAt(i)));
            }
        }
    }

    private void remove(int slot) {
        contest.window.remove(slot);
        total -= weightAt(slot);
        entries--;
        meta[slot << 1] = FREE;
    }

    /** Among so few, to look at all hashes in turn is quick, and needs no index. */
    private int slotOf(int hash) {
        int[] meta = this.meta;
        for (int i = 0; i < meta.length; i += 2) {
            if (meta[i] == hash) {
                return i >> 1;
            }
        }
        return Replacement.NOBODY;
    }

    /** Throws unless the invariant holds. */
    void checkIntegrity() {
        contest.window.checkIntegrity(this);
        long sum = 0;
        int count = 0;
        for (int slot = 0; slot < slots(); slot++) {
            sum += isOccupied(slot) ? weightAt(slot) : 0;
            count += isOccupied(slot) ? 1 : 0;
        }
        if (sum != total || count != entries || (total > maximum && entries > 1)) {
            throw new IllegalStateException("miniature weight=" + sum + " of " + count + " entries (expected " + total
                    + " of " + entries + ", at most " + maximum + ")");
        }
    }

    long bytes() {
        return 104L + (weights == null ? 8L : 12L) * slots() + contest.window.bytes();
    }
}
