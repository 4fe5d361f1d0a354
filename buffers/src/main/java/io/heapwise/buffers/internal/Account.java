package io.heapwise.buffers.internal;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes the leases of a child allocator have. Invariant: never more than the limit, of this one and of all above it.
 *
 * <p>At its edge a charge may be refused because of another that is charged here and turned away above, and then taken back; whoever waits is told.
 *
 * <p>Thread-safe; one compare-and-set a level to charge, one atomic addition to discharge.
 */
public final class Account {
    private final String name;
    private final long limitBytes;
    private final @Nullable Account parent;
    private final AwaitedMemory awaited;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /** An account that has nothing, within another if that is not null. */
    public Account(String name, long limitBytes, @Nullable Account parent, AwaitedMemory awaited) {
        this.name = name;
        this.limitBytes = limitBytes;
        this.parent = parent;
        this.awaited = awaited;
    }

    /** Charges bytes; false, and nothing is charged, if one of the limits does not allow it. */
    public boolean charge(long bytes) {
        for (Account account = this; account != null; account = account.parent) {
            if (!account.chargeOwn(bytes)) {
                for (Account charged = this; charged != account; charged = charged.parentThere()) {
                    charged.used.addAndGet(-bytes);
                }
                awaited.released(); // what was charged for a moment may have turned somebody away
                return false;
            }
        }
        for (Account account = this; account != null; account = account.parent) {
            account.notePeak(account.used.get());
        }
        return true;
    }

    private Account parentThere() {
        Account above = parent;
        if (above == null) {
            throw new AssertionError("no account above " + name);
        }
        return above;
    }

    private boolean chargeOwn(long bytes) {
        while (true) {
            long before = used.get();
            if (bytes > limitBytes - before) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    private void notePeak(long now) {
        long highest = peak.get();
        while (now > highest && !peak.compareAndSet(highest, now)) {
            highest = peak.get();
        }
    }

    /** Takes a charge back. */
    public void discharge(long bytes) {
        for (Account account = this; account != null; account = account.parent) {
            account.used.addAndGet(-bytes);
        }
        awaited.released();
    }

    /** Whether so many bytes can never be charged. */
    public boolean isTooMuch(long bytes) {
        return bytes > limitBytes || (parent != null && parent.isTooMuch(bytes));
    }

    public String name() {
        return name;
    }

    public long limitBytes() {
        return limitBytes;
    }

    public long usedBytes() {
        return used.get();
    }

    public long peakBytes() {
        return peak.get();
    }

    @Override
    public String toString() {
        return name + " has " + used + " of " + limitBytes + " bytes";
    }
}
