package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.PoolStats;
import io.heapwise.pools.PoolTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What a pool says of itself. Invariant: only reads, and each number is one that was true at some moment. Thread-safe. */
final class Census {
    private final Slots slots;
    private final Occupancy occupancy;
    private final WaitQueue queue;
    private final Creation<?> creation;
    private final Hooks<?> hooks;
    private final LongAdder destroyed;
    private final Ticker ticker;
    private final Holders holders;

    Census(
            Slots slots,
            Occupancy occupancy,
            WaitQueue queue,
            Creation<?> creation,
            Hooks<?> hooks,
            LongAdder destroyed,
            Ticker ticker) {
        this.slots = slots;
        this.occupancy = occupancy;
        this.queue = queue;
        this.creation = creation;
        this.hooks = hooks;
        this.destroyed = destroyed;
        this.ticker = ticker;
        this.holders = new Holders(slots);
    }

    PoolStats stats() {
        int idle = 0;
        int leased = 0;
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
                occupancy.limit(),
                idle,
                leased,
                queue.size(),
                creation.underWay(),
                creation.created(),
                destroyed.sum(),
                creation.failures(),
                hooks.failures());
    }

    /** Somebody begins to wait: the time to look who has had something for long. */
    void observe(long nowNanos) {
        holders.observe(nowNanos);
    }

    PoolTimeoutException timeout(long waitedNanos) {
        return new PoolTimeoutException(
                describe("waited", waitedNanos) + ": lend for less long, allow more objects, or wait longer",
                creation.lastFailure());
    }

    String describe(String what, long nanos) {
        PoolStats stats = stats();
        return what + " " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms (expected an object): size="
                + (stats.idle() + stats.leased()) + " of " + stats.maximumSize() + ", idle=" + stats.idle()
                + ", in use="
                + stats.leased() + ", waiting=" + stats.waiting() + ", being made=" + stats.creating()
                + holders.longest(ticker.nanos());
    }

    void checkIntegrity() {
        PoolStats stats = stats();
        if (stats.created() != stats.idle() + stats.leased() + stats.destroyed()) {
            throw new IllegalStateException(
                    "created=" + stats.created() + " (expected idle + leased + destroyed): " + stats);
        }
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            if (slots.hasObject(slot) != (slots.statusOf(slot) == Slots.IDLE || slots.statusOf(slot) == Slots.HELD)) {
                throw new IllegalStateException("slot=" + slot + ", status=" + slots.statusOf(slot)
                        + " (expected an object exactly if idle or lent)");
            }
        }
    }
}
