package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/**
 * The adaptive policy in one stripe: a window for the new, a contest for a place among the others, ghosts that remember how
 * often those were used who have left. Invariant: costs nothing before the first eviction; until then all are in the main
 * part. Under the stripe's lock, but for {@link #asked}.
 *
 * <p>Where memory runs out, it forgets what it knows and begins anew. It is told when an entry has come or gone but the total
 * of the cache does not say so yet, and an error in that moment would leave the total wrong for ever.
 */
final class Adaptive extends Replacement {
    /** Uses count half after so many insertions for each entry. */
    static final int AGING_ROUNDS = 10;

    private final WindowShare share;
    private final int depth;

    /** Whether the trials run in this stripe: in the one that covers the lowest hashes, which there always is. */
    private final boolean isLead;

    private final Contest contest = new Contest();
    private @Nullable Ghosts ghosts;
    private @Nullable Trials trials;
    private int insertedSinceAging;

    Adaptive(WindowShare share, int depth, boolean isLead) {
        this.share = share;
        this.depth = depth;
        this.isLead = isLead;
    }

    @Override
    int choose(Table table, int entries, int clock) {
        try {
            prepare(table, entries, clock);
        } catch (OutOfMemoryError tight) {
            forgetAll();
        }
        return contest.choose(table, share.of(entries), clock);
    }

    private void prepare(Table table, int entries, int clock) {
        if (ghosts == null) {
            ghosts = Ghosts.forSlots(table.slots(), depth);
        }
        if (isLead && (trials == null || trials.isOutgrown(entries))) {
            trials = new Trials(table, entries, clock, share);
        }
    }

    @Override
    int usesOf(int hash) {
        return ghosts == null ? 1 : ghosts.usesOf(hash) + 1;
    }

    @Override
    void inserted(Table table, int slot) {
        if (ghosts == null) {
            return;
        }
        try {
            contest.window.add(slot);
            contest.shrink(share.of(table.slots()));
            if (trials != null) {
                trials.inserted(table, slot);
            }
        } catch (OutOfMemoryError tight) {
            forgetAll();
        }
        if (++insertedSinceAging >= AGING_ROUNDS * table.slots()) {
            age(table);
        }
    }

    private void age(Table table) {
        insertedSinceAging = 0;
        if (ghosts != null) {
            ghosts.halve();
        }
        for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
            if (table.isOccupied(slot)) {
                table.setUse(slot, Use.withHalfTheHits(table.useAt(slot)));
            }
        }
    }

    @Override
    void leaving(Table table, int slot, boolean asEvicted) {
        contest.window.remove(slot);
        if (asEvicted && ghosts != null) {
            ghosts.add(table.hashAt(slot), Use.hits(table.useAt(slot)));
        }
    }

    @Override
    void asked(int hash, int slot) {
        Trials trials = this.trials;
        if (trials != null) {
            trials.note(hash, slot);
        }
    }

    @Override
    void moved(Table to, int[] newSlots) {
        try {
            contest.window = contest.window.moved(newSlots);
            ghosts = ghosts == null ? null : ghosts.fitting(to.slots());
        } catch (OutOfMemoryError tight) {
            forgetAll();
        }
    }

    /** Takes no memory, so that this is also the way out where there is none: all are in the main part then. */
    @Override
    void forgetAll() {
        contest.window.clear();
        ghosts = null;
        trials = null;
        insertedSinceAging = 0;
    }

    @Override
    Replacement forHalf(Table half, int[] newSlots, boolean isUpper) {
        Adaptive replacement = new Adaptive(share, depth + 1, isLead && !isUpper);
        replacement.contest.window = contest.window.moved(newSlots);
        replacement.ghosts = ghosts == null ? null : ghosts.half(isUpper, half.slots());
        replacement.insertedSinceAging = insertedSinceAging / 2;
        return replacement;
    }

    @Override
    long bytes() {
        return 64
                + contest.window.bytes()
                + (ghosts == null ? 0 : ghosts.bytes())
                + (trials == null ? 0 : trials.bytes());
    }

    @Override
    void checkIntegrity(Table table) {
        contest.window.checkIntegrity(table);
        if (trials != null) {
            trials.checkIntegrity();
        }
        if (ghosts == null && contest.window.size() > 0) {
            throw new IllegalStateException(
                    "window size=" + contest.window.size() + " (expected 0 before the first eviction)");
        }
    }
}
