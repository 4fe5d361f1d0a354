package io.heapwise.cache.internal;

/**
 * The word that says how an entry was used: when last, by the clock of its stripe; whether again since its policy last
 * looked at it; and in how many ticks of the clock, up to 15.
 *
 * <p>Invariant: the clock's word has zeros where the other two stand. Readers write the word without a lock, so it carries
 * hints only: a use that is lost, or one that lands on the entry which has moved in meanwhile, misjudges an entry by one use.
 */
final class Use {
    /** What a clock is advanced by: one insertion. */
    static final int TICK = 32;

    private static final int AGAIN = 16;
    static final int MOST_HITS = 15;
    private static final int CLOCK = -TICK;

    private Use() {}

    /** The word of an entry that comes in with so many uses behind it. */
    static int first(int clock, int hits) {
        return clock | Math.min(hits, MOST_HITS);
    }

    /** Whether a use at {@code clock} would tell anything new: uses within one tick count as one. */
    static boolean isNews(int use, int clock) {
        return ((use ^ clock) & CLOCK) != 0;
    }

    static int next(int use, int clock) {
        return clock | AGAIN | Math.min((use & MOST_HITS) + 1, MOST_HITS);
    }

    /** Ticks since the last use. A difference, so that the clock may wrap; a use that seems to lie ahead is the oldest. */
    static int age(int use, int clock) {
        return (clock - (use & CLOCK)) >>> 5;
    }

    static int hits(int use) {
        return use & MOST_HITS;
    }

    static boolean isAgain(int use) {
        return (use & AGAIN) != 0;
    }

    static int withoutAgain(int use) {
        return use & ~AGAIN;
    }

    static int withHalfTheHits(int use) {
        return (use & ~MOST_HITS) | (use & MOST_HITS) >> 1;
    }
}
