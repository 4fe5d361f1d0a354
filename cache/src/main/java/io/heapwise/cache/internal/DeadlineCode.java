package io.heapwise.cache.internal;

/**
 * How far ahead a moment is, in 32 bits that carry their own unit. Invariant: the decoded offset is never below the one
 * encoded, and above it by less than 0.1 ms or 30 billionths of it, whichever is more.
 */
final class DeadlineCode {
    /*
     * 3 bits of class, 29 bits of count; the unit of a class is 16 times that of the class before:
     *
     *   class       0        1        2         3         4
     *   unit     0.1 ms   1.6 ms   25.6 ms   0.41 s    6.6 s
     *   up to     15 h      10 d     159 d    6.97 y   111.6 y
     *
     * One unit for a whole cache would not do for durations that each entry has of its own. Units are decimal, so that
     * durations in whole milliseconds are met to the nanosecond.
     */

    /** Farther ahead than can be told. */
    static final int NEVER = -1;

    static final long UNIT_NANOS = 100_000;

    /** About 73 years; whatever lasts longer is taken for that long, or for ever. */
    static final long LONGEST_NANOS = 1L << 61;

    private static final int COUNT_BITS = 29;
    private static final int LARGEST_COUNT = (1 << COUNT_BITS) - 1;
    private static final int CLASSES = 5;
    private static final int CLASS_SHIFT = 4;

    private DeadlineCode() {}

    /** The code of an offset; one that is past is 0, one beyond all classes {@link #NEVER}. */
    static int encode(long offsetNanos) {
        if (offsetNanos <= 0) {
            return 0;
        }
        long count = (offsetNanos - 1) / UNIT_NANOS + 1;
        if (count <= LARGEST_COUNT) {
            return (int) count;
        }
        for (int unitClass = 1; unitClass < CLASSES; unitClass++) {
            long unitNanos = UNIT_NANOS << (CLASS_SHIFT * unitClass);
            count = (offsetNanos - 1) / unitNanos + 1;
            if (count <= LARGEST_COUNT) {
                return unitClass << COUNT_BITS | (int) count;
            }
        }
        return NEVER;
    }

    /** The offset of a code other than {@link #NEVER}. */
    static long offsetNanos(int code) {
        return ((code & LARGEST_COUNT) * UNIT_NANOS) << ((code >>> COUNT_BITS) * CLASS_SHIFT);
    }

    /** Whether so much time has gone by that the moment has come. */
    static boolean isDue(int code, long agedNanos) {
        return agedNanos >= offsetNanos(code) && code != NEVER;
    }
}
