package io.heapwise.cache.internal;

/**
 * How long entries live, the same for all entries of a table. Invariant: durations are {@link #OFF} or between 0 and
 * {@link DeadlineCode#LONGEST_NANOS}; never changes. Not a record: tools that measure caches can't look into those.
 */
final class LifeRules {
    static final long OFF = -1;

    static final LifeRules FOR_EVER = new LifeRules(OFF, OFF, false, OFF, 0, 0);

    /** A use moves the deadline only when it would move by more than 1/1024 of the duration; it is set farther by as much. */
    private static final int SLACK_SHIFT = 10;

    private final long afterWriteNanos;
    private final long afterUseNanos;
    private final boolean isVariable;
    private final long refreshNanos;
    private final double jitterShare;
    private final int salt;

    /**
     * Notes how long entries live.
     *
     * @param afterWriteNanos from the last write to the end, or {@link #OFF}
     * @param afterUseNanos from the last use to the end, or {@link #OFF}
     * @param isVariable whether each entry has a duration of its own; then {@code afterUseNanos} is off
     * @param refreshNanos from the last write until a new value is asked for, or {@link #OFF}
     * @param jitterShare by how much of itself a duration may be shortened
     * @param salt makes two caches shorten the same key differently
     */
    LifeRules(
            long afterWriteNanos,
            long afterUseNanos,
            boolean isVariable,
            long refreshNanos,
            double jitterShare,
            int salt) {
        this.afterWriteNanos = Math.min(afterWriteNanos, DeadlineCode.LONGEST_NANOS);
        this.afterUseNanos = Math.min(afterUseNanos, DeadlineCode.LONGEST_NANOS);
        this.isVariable = isVariable;
        this.refreshNanos = Math.min(refreshNanos, DeadlineCode.LONGEST_NANOS);
        this.jitterShare = jitterShare;
        this.salt = salt;
    }

    long afterWriteNanos() {
        return afterWriteNanos;
    }

    long afterUseNanos() {
        return afterUseNanos;
    }

    boolean isVariable() {
        return isVariable;
    }

    long refreshNanos() {
        return refreshNanos;
    }

    boolean tracksUse() {
        return isVariable || afterUseNanos != OFF;
    }

    /** The shortest duration that may come of them, {@link Long#MAX_VALUE} when there is none. */
    long shortestNanos() {
        long shortest = Long.MAX_VALUE;
        for (long nanos : new long[] {afterWriteNanos, afterUseNanos, refreshNanos}) {
            shortest = nanos == OFF ? shortest : Math.min(shortest, nanos - (long) (nanos * jitterShare));
        }
        return shortest;
    }

    /** What is left of a duration for a key: always the same part, so that nothing need be stored. */
    long shortened(long nanos, int hash) {
        if (jitterShare == 0) {
            return nanos;
        }
        long part = Table.spread(hash ^ salt) & 0xFFFF_FFFFL;
        return nanos - (long) (nanos * jitterShare * (part * 0x1p-32));
    }

    static long withSlack(long nanos) {
        return nanos + (nanos >> SLACK_SHIFT);
    }

    /** How many arrays of four bytes an entry these rules take. */
    int kinds() {
        return (afterWriteNanos == OFF ? 0 : 1) + (tracksUse() ? 1 : 0) + (refreshNanos == OFF ? 0 : 1);
    }

    LifeRules withAfterWrite(long nanos) {
        return new LifeRules(nanos, afterUseNanos, isVariable, refreshNanos, jitterShare, salt);
    }

    LifeRules withAfterUse(long nanos) {
        return new LifeRules(afterWriteNanos, nanos, isVariable, refreshNanos, jitterShare, salt);
    }

    LifeRules withRefresh(long nanos) {
        return new LifeRules(afterWriteNanos, afterUseNanos, isVariable, nanos, jitterShare, salt);
    }
}
