package io.heapwise.cache.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Until when the entries of one table live, four bytes for each kind of deadline. Invariant: of every occupied slot, each
 * array says when, as an offset from {@code baseNanos}; rules and base never change, a table gets new deadlines instead.
 *
 * <p>Changed under the stripe's lock, but for {@link #use}, which any reader may call. Times are those of {@link Timekeeper}.
 */
final class Deadlines {
    /*
     * Why offsets from a base and not from one epoch: 32 bits would have to wrap around, and an entry that was not looked at
     * for half of the range would seem young again. Here a table whose base lies too far back is copied, once in hours, and
     * offsets are exact whatever the clock does meanwhile: a jump ahead ends what had to end by then, a jump back ends
     * nothing.
     *
     * A use is one compare-and-set, and none when the deadline would hardly move. Not a plain store: a reader that was
     * stopped between its look and its store would set the deadline of an entry which has moved in since back into the past.
     * It may set the new one's only if that stood at the same tick, and then forward, no farther than a use in time would
     * have. In a table that was copied meanwhile nobody looks any more.
     */

    /** The entry lives by the rules, not by a duration of its own. */
    static final long BY_RULES = -1;

    /** The entry does not age: its value is still to come. */
    static final long PINNED = -2;

    /** No moment: later than all. */
    static final long NEVER_NANOS = Long.MAX_VALUE;

    /** A base farther back than this is given up: 3.7 hours, a quarter of what the finest unit can tell. */
    private static final long REBASE_NANOS = DeadlineCode.UNIT_NANOS << 27;

    private static final VarHandle CODES = MethodHandles.arrayElementVarHandle(int[].class);

    final LifeRules rules;
    final long baseNanos;

    /** No entry ends before this; may lie far too early. Written under the lock, read by anyone. */
    volatile long earliestEndNanos = NEVER_NANOS;

    /** Where the last short look for an entry that has expired ended; under the lock. */
    int hand;

    private final int @Nullable [] written;
    private final int @Nullable [] used;
    private final int @Nullable [] refreshed;

    Deadlines(int slots, LifeRules rules, long baseNanos) {
        this.rules = rules;
        this.baseNanos = baseNanos;
        this.written = rules.afterWriteNanos() == LifeRules.OFF ? null : new int[slots];
        this.used = rules.tracksUse() ? new int[slots] : null;
        this.refreshed = rules.refreshNanos() == LifeRules.OFF ? null : new int[slots];
    }

    // ---- reading: any thread ---------------------------------------------------------------------------------------

    boolean isOver(int slot, long now) {
        long aged = now - baseNanos;
        return (written != null && DeadlineCode.isDue(written[slot], aged))
                || (used != null && DeadlineCode.isDue(used[slot], aged));
    }

    boolean isRefreshDue(int slot, long now) {
        return refreshed != null && DeadlineCode.isDue(refreshed[slot], now - baseNanos);
    }

    /** What {@link #use} has to be told, and {@link #leftNanos} can be: the code of the deadline that a use moves. */
    int useCode(int slot) {
        return used == null ? DeadlineCode.NEVER : used[slot];
    }

    /** How much is left until the moment of a code; {@link Long#MAX_VALUE} when it never comes. */
    long leftNanos(int code, long now) {
        return code == DeadlineCode.NEVER ? NEVER_NANOS : baseNanos + DeadlineCode.offsetNanos(code) - now;
    }

    /** Moves the deadline of an entry that was used, if it still stands at {@code code}. */
    void use(int slot, int hash, int code, long now) {
        int[] used = this.used;
        if (used == null || rules.isVariable() || code == DeadlineCode.NEVER) {
            return;
        }
        long life = rules.shortened(rules.afterUseNanos(), hash);
        if (leftNanos(code, now) < life) {
            CODES.compareAndSet(used, slot, code, code(now, LifeRules.withSlack(life)));
        }
    }

    // ---- under the stripe's lock -----------------------------------------------------------------------------------

    /**
     * Notes a write. The stripe's version must be odd.
     *
     * @param ownNanos the entry's own duration, {@link #BY_RULES} or {@link #PINNED}
     */
    void write(int slot, int hash, long now, long ownNanos) {
        boolean isPinned = ownNanos == PINNED;
        if (written != null) {
            CODES.setOpaque(
                    written, slot, isPinned ? DeadlineCode.NEVER : code(now, life(rules.afterWriteNanos(), hash)));
        }
        if (used != null) {
            int code = DeadlineCode.NEVER;
            if (!isPinned && !rules.isVariable()) {
                code = code(now, LifeRules.withSlack(life(rules.afterUseNanos(), hash)));
            } else if (ownNanos >= 0 && ownNanos <= DeadlineCode.LONGEST_NANOS) {
                code = code(now, ownNanos);
            }
            CODES.setOpaque(used, slot, code);
        }
        if (refreshed != null) {
            CODES.setOpaque(
                    refreshed, slot, isPinned ? DeadlineCode.NEVER : code(now, life(rules.refreshNanos(), hash)));
        }
        noteEnd(slot);
    }

    /** Gives an entry a duration of its own. */
    void setOwn(int slot, long now, long ownNanos) {
        if (used != null) {
            int code = ownNanos > DeadlineCode.LONGEST_NANOS ? DeadlineCode.NEVER : code(now, ownNanos);
            CODES.setOpaque(used, slot, code);
        }
        noteEnd(slot);
    }

    private void noteEnd(int slot) {
        long end = endNanos(slot);
        if (end < earliestEndNanos) {
            earliestEndNanos = end;
        }
    }

    /** When the entry expires, or {@link #NEVER_NANOS}. */
    long endNanos(int slot) {
        return Math.min(momentOf(written, slot), momentOf(used, slot));
    }

    /** When a new value is due, or {@link #NEVER_NANOS}. */
    long refreshNanos(int slot) {
        return momentOf(refreshed, slot);
    }

    /** How long ago the entry was written, as the deadline for expiry tells. */
    long writeAgeNanos(int slot, int hash, long now) {
        return age(momentOf(written, slot), life(rules.afterWriteNanos(), hash), now);
    }

    long useAgeNanos(int slot, int hash, long now) {
        return age(momentOf(used, slot), life(rules.afterUseNanos(), hash), now);
    }

    /** How long ago the entry was written, as the deadline for a refresh tells. */
    long refreshAgeNanos(int slot, int hash, long now) {
        return age(momentOf(refreshed, slot), life(rules.refreshNanos(), hash), now);
    }

    private static long age(long moment, long life, long now) {
        return moment == NEVER_NANOS ? 0 : Math.max(0, now - (moment - life));
    }

    // ---- copying: under the stripe's lock --------------------------------------------------------------------------

    /** Whether offsets have become so large that new ones should begin from now. */
    boolean isStale(long now) {
        return now - baseNanos > REBASE_NANOS;
    }

    /** Takes over the deadlines of an entry; where the rules changed, as if these had held when it was written. */
    void copy(Deadlines source, int from, int to, int hash) {
        copyCodes(source, from, to, hash);
        noteEnd(to);
    }

    private void copyCodes(Deadlines source, int from, int to, int hash) {
        if (source.rules == rules && source.baseNanos == baseNanos) {
            copyCode(source.written, from, written, to);
            copyCode(source.used, from, used, to);
            copyCode(source.refreshed, from, refreshed, to);
            return;
        }
        if (written != null) {
            written[to] = moved(
                    source.momentOf(source.written, from),
                    source.rules.afterWriteNanos(),
                    rules.afterWriteNanos(),
                    hash);
        }
        if (used != null) {
            used[to] = moved(
                    source.momentOf(source.used, from), source.rules.afterUseNanos(), rules.afterUseNanos(), hash);
        }
        if (refreshed != null) {
            refreshed[to] = moved(
                    source.momentOf(source.refreshed, from), source.rules.refreshNanos(), rules.refreshNanos(), hash);
        }
    }

    private static void copyCode(int @Nullable [] source, int from, int @Nullable [] target, int to) {
        if (source != null && target != null) {
            target[to] = source[from];
        }
    }

    private int moved(long moment, long before, long after, int hash) {
        return moment == NEVER_NANOS
                ? DeadlineCode.NEVER
                : DeadlineCode.encode(moment - baseNanos + life(after, hash) - life(before, hash));
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    long bytes() {
        long bytes = 48;
        for (int[] codes : new int @Nullable [][] {written, used, refreshed}) {
            bytes += codes == null ? 0 : 16 + 4L * codes.length;
        }
        return bytes;
    }

    private long momentOf(int @Nullable [] codes, int slot) {
        return codes == null || codes[slot] == DeadlineCode.NEVER
                ? NEVER_NANOS
                : baseNanos + DeadlineCode.offsetNanos(codes[slot]);
    }

    private int code(long now, long lifeNanos) {
        return DeadlineCode.encode(now - baseNanos + lifeNanos);
    }

    private long life(long nanos, int hash) {
        return rules.shortened(nanos, hash);
    }
}
