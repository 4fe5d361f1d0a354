package io.heapwise.cache.internal;

import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Reads entries that age. Invariant: what it returns had not expired when the caller's look at the clock was made, and the
 * deadline it judged by belonged to that very entry.
 */
final class AgingReader {
    /*
     * As in Stripe.read, the version is checked before and after. Where entries have deadlines the version also changes when a
     * value is replaced in place, so a value is never judged by the deadline of another.
     *
     * A user's Expiry is asked outside all locks. What it says after a read goes in under the lock, and only if the value is
     * still the one it was asked about; with the slack that is rare for an entry in use, and never where it returns the
     * duration it was given.
     */

    private final Directory directory;
    private final Aging aging;

    AgingReader(Directory directory, Aging aging) {
        this.directory = directory;
        this.aging = aging;
    }

    /** The value of {@code key}, or null; {@code use} says whether this counts as an access. */
    @Nullable Object read(int hash, Object key, boolean use) {
        long now = aging.time.glance();
        for (int attempt = 0; ; ) {
            Stripe stripe = directory.stripeFor(hash);
            if (attempt++ >= Stripe.OPTIMISTIC_READS) {
                return readLocked(stripe, hash, key, use, now);
            }
            int before = stripe.versionAcquire();
            Table table = stripe.table();
            Deadlines deadlines = table.deadlines;
            if ((before & 1) == 0 && deadlines != null) {
                int slot = table.locate(hash, key);
                Object value = slot < 0 ? null : table.valueAcquire(slot);
                boolean isOver = slot >= 0 && deadlines.isOver(slot, now);
                boolean isRefreshDue = slot >= 0 && deadlines.isRefreshDue(slot, now);
                int code = slot < 0 ? 0 : deadlines.useCode(slot);
                VarHandle.acquireFence();
                if (stripe.versionOpaque() == before) {
                    if (value == null || isOver) {
                        if (use) {
                            stripe.noteUse(table, hash, Table.ABSENT);
                        }
                        return null;
                    }
                    if (use) {
                        stripe.noteUse(table, hash, slot);
                        deadlines.use(slot, hash, code, now);
                        after(hash, key, value, deadlines.leftNanos(code, now), isRefreshDue, now);
                    }
                    return value;
                }
            }
            Thread.onSpinWait();
        }
    }

    private @Nullable Object readLocked(Stripe first, int hash, Object key, boolean use, long now) {
        Object value;
        boolean isRefreshDue;
        long leftNanos;
        for (Stripe stripe = first; ; stripe = directory.stripeFor(hash)) {
            stripe.lock();
            try {
                if (stripe.isRetired()) {
                    continue;
                }
                Table table = stripe.table();
                Deadlines deadlines = table.deadlines;
                int slot = table.locate(hash, key);
                if (slot < 0 || deadlines == null || deadlines.isOver(slot, now)) {
                    if (use) {
                        stripe.noteUse(table, hash, Table.ABSENT);
                    }
                    return null;
                }
                value = table.valueAt(slot);
                isRefreshDue = deadlines.isRefreshDue(slot, now);
                leftNanos = deadlines.leftNanos(deadlines.useCode(slot), now);
                if (use) {
                    stripe.use(slot, now);
                }
                break;
            } finally {
                stripe.unlock();
            }
        }
        if (use) {
            after(hash, key, value, leftNanos, isRefreshDue, now);
        }
        return value;
    }

    /** What follows from a use, outside all locks. */
    private void after(int hash, Object key, Object value, long leftNanos, boolean isRefreshDue, long now) {
        Aging.OwnLife ownLife = aging.ownLife;
        if (ownLife != null && !aging.isPending(value)) {
            long granted = aging.askAfterRead(ownLife, key, hash, value, leftNanos, now);
            if (granted != leftNanos) {
                setOwn(hash, key, value, granted, now);
            }
        }
        if (isRefreshDue) {
            aging.refresh(key, value);
        }
    }

    /** Gives the entry a duration of its own, if {@code value} is still what it holds; false if it is not. */
    boolean setOwn(int hash, Object key, @Nullable Object value, long ownNanos, long now) {
        while (true) {
            Stripe stripe = directory.stripeFor(hash);
            stripe.lock();
            try {
                if (!stripe.isRetired()) {
                    Table table = stripe.table();
                    Deadlines deadlines = table.deadlines;
                    int slot = table.locate(hash, key);
                    if (slot < 0 || deadlines == null || deadlines.isOver(slot, now)) {
                        return false;
                    }
                    if (value != null && table.valueAt(slot) != value) {
                        return false;
                    }
                    deadlines.setOwn(slot, now, ownNanos);
                    return true;
                }
            } finally {
                stripe.unlock();
            }
        }
    }
}
