package io.heapwise.cache.internal;

import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the entries of one cache age. Invariant: {@link #rules} are those of every stripe, unless a change of them is under
 * way.
 */
final class Aging {
    /** What the user says about each entry; called outside all locks, may throw. Durations in nanoseconds, not negative. */
    interface OwnLife {
        long afterCreate(Object key, Object value, long tickerNanos);

        long afterUpdate(Object key, Object value, long tickerNanos, long leftNanos);

        long afterRead(Object key, Object value, long tickerNanos, long leftNanos);
    }

    final Timekeeper time;

    /** Null where all entries live by the same rules. */
    final @Nullable OwnLife ownLife;

    /** Whether a value is still to come, so that its entry does not age yet; null where there are no such values. */
    private final @Nullable Predicate<Object> pending;

    private volatile LifeRules rules;

    /** Told of entries whose value should be replaced by a new one; set once, before the cache is used. */
    private @Nullable BiConsumer<Object, Object> refresher;

    Aging(Timekeeper time, LifeRules rules, @Nullable OwnLife ownLife, @Nullable Predicate<Object> pending) {
        this.time = time;
        this.rules = rules;
        this.ownLife = ownLife;
        this.pending = pending;
    }

    LifeRules rules() {
        return rules;
    }

    void setRules(LifeRules rules) {
        this.rules = rules;
        time.keep(rules.shortestNanos());
    }

    void refreshBy(BiConsumer<Object, Object> refresher) {
        this.refresher = refresher;
    }

    void refresh(Object key, Object value) {
        if (refresher != null) {
            refresher.accept(key, value);
        }
    }

    boolean isPending(Object value) {
        return pending != null && pending.test(value);
    }

    /** How long a value lives that is put, as the user says. A value that was pending until now is a new one. */
    long ask(OwnLife ownLife, Object key, int hash, Object value, @Nullable Object previous, long leftNanos, long now) {
        long tickerNanos = time.tickerNanos(now);
        if (previous == null || (pending != null && leftNanos == Deadlines.NEVER_NANOS)) {
            return granted(ownLife.afterCreate(key, value, tickerNanos), hash);
        }
        long asked = ownLife.afterUpdate(key, value, tickerNanos, leftNanos);
        return asked == leftNanos ? leftNanos : granted(asked, hash);
    }

    private long granted(long nanos, int hash) {
        return nanos > DeadlineCode.LONGEST_NANOS ? Deadlines.NEVER_NANOS : rules.shortened(nanos, hash);
    }

    /** How long a value lives that was read, as the user says; {@code leftNanos} when that need not be changed. */
    long askAfterRead(OwnLife ownLife, Object key, int hash, Object value, long leftNanos, long now) {
        long asked = ownLife.afterRead(key, value, time.tickerNanos(now), leftNanos);
        if (asked == leftNanos) {
            return leftNanos;
        }
        if (asked > DeadlineCode.LONGEST_NANOS) {
            return Deadlines.NEVER_NANOS;
        }
        long granted = rules.shortened(asked, hash);
        boolean isNear = leftNanos >= granted && leftNanos <= LifeRules.withSlack(granted);
        return isNear ? leftNanos : LifeRules.withSlack(granted);
    }
}
