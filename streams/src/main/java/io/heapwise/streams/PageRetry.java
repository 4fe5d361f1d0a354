package io.heapwise.streams;

import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * When to ask for a page again. Invariant: a page is asked for at most {@code attempts} times, and each pause is at most twice the one
 * before, and at most the longest.
 */
record PageRetry(int attempts, long firstDelayNanos, long longestDelayNanos, Predicate<? super Exception> isTransient) {
    static final PageRetry NONE = new PageRetry(1, 0, 0, failure -> false);

    /** Whether to ask again after so many attempts. Runs the user's predicate. */
    boolean isToRepeat(int made, Exception failure) {
        return made < attempts && !(failure instanceof PageFault) && isTransient.test(failure);
    }

    /**
     * How long to pause after so many attempts. A half of it is left to chance: else all that failed together would come back together.
     *
     * @param fraction 0 to 1, evenly spread
     */
    long pauseNanos(int made, double fraction) {
        long nanos = firstDelayNanos;
        for (int i = 1; i < made && nanos < longestDelayNanos; i++) {
            nanos = nanos > longestDelayNanos / 2 ? longestDelayNanos : nanos * 2;
        }
        return nanos - (long) (nanos * (fraction / 2));
    }

    @Override
    public String toString() {
        return "attempts=" + attempts + ", delays=" + TimeUnit.NANOSECONDS.toMillis(firstDelayNanos) + " to "
                + TimeUnit.NANOSECONDS.toMillis(longestDelayNanos) + " ms";
    }
}
