package io.heapwise.streams;

import org.jspecify.annotations.Nullable;

/**
 * Sees when a way leads back to where it was. Invariant: any cycle is seen, after fewer than three times as many steps as there are
 * different positions, and one position is kept, however long the way is.
 *
 * <p>That is Brent's algorithm (R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20, 1980): keep a position, compare
 * all that follow with it, and keep another one whenever twice as many steps have gone by. Once the kept one is on the cycle, and
 * is kept for as long as the cycle is, it comes again.
 */
final class CycleGuard<P> {
    private @Nullable P kept;
    private long keptFor = 1;
    private long steps;

    /** Begins at a position; null for the first page, where no way leads back to. */
    CycleGuard(@Nullable P start) {
        kept = start;
    }

    /**
     * Takes a step.
     *
     * @return how many steps the way round has, or 0 if none was seen
     */
    long lengthOfCycle(@Nullable P from, P to) {
        if (to.equals(from)) {
            return 1; // by far the most frequent, and the kept one need not be on it
        }
        steps++;
        if (to.equals(kept)) {
            return steps;
        }
        if (steps == keptFor) {
            kept = to;
            keptFor *= 2;
            steps = 0;
        }
        return 0;
    }
}
