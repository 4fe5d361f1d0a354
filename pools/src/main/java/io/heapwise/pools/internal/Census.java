package io.heapwise.pools.internal;

import io.heapwise.pools.PoolStats;
import io.heapwise.pools.PoolTimeoutException;
import java.util.concurrent.TimeUnit;

/** What a pool says of itself. Invariant: only reads, and each number is one that was true at some moment. Thread-safe. */
final class Census {
    private final Lending<?> lending;
    private final Holders holders;

    Census(Lending<?> lending, Holders holders) {
        this.lending = lending;
        this.holders = holders;
    }

    PoolStats stats() {
        int idle = 0;
        int leased = 0;
        Slots slots = lending.slots;
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            int status = slots.statusOf(slot);
            if (status == Slots.IDLE) {
                idle++;
            } else if (status == Slots.HELD && slots.hasObject(slot)) {
                leased++;
            }
        }
        return new PoolStats(
                lending.occupancy.limit(),
                idle,
                leased,
                lending.queue.size(),
                lending.creation.underWay(),
                lending.creation.created(),
                lending.destroyed.sum(),
                lending.creation.failures(),
                lending.hooks.failures(),
                lending.cohorts.dropped());
    }

    /** Somebody begins to wait: the time to look who has had something for long. */
    void observe(long nowNanos) {
        holders.observe(nowNanos);
    }

    PoolTimeoutException timeout(long waitedNanos) {
        return new PoolTimeoutException(
                describe("waited", waitedNanos) + ": lend for less long, allow more objects, or wait longer",
                lending.creation.lastFailure());
    }

    String describe(String what, long nanos) {
        PoolStats stats = stats();
        return what + " " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms (expected an object): size="
                + (stats.idle() + stats.leased()) + " of " + stats.maximumSize() + ", idle=" + stats.idle()
                + ", in use="
                + stats.leased() + ", waiting=" + stats.waiting() + ", being made=" + stats.creating()
                + holders.longest(lending.ticker.nanos());
    }

    void checkIntegrity() {
        PoolStats stats = stats();
        if (stats.created() != stats.idle() + stats.leased() + stats.destroyed()) {
            throw new IllegalStateException(
                    "created=" + stats.created() + " (expected idle + leased + destroyed): " + stats);
        }
        Slots slots = lending.slots;
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            if (slots.hasObject(slot) != (slots.statusOf(slot) == Slots.IDLE || slots.statusOf(slot) == Slots.HELD)) {
                throw new IllegalStateException("slot=" + slot + ", status=" + slots.statusOf(slot)
                        + " (expected an object exactly if idle or lent)");
            }
        }
    }
}
