package io.heapwise.cache.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a store back within its limit, in slices, from all stripes alike. Invariant: when a trim returns, the total was
 * within the limit at some moment, or nothing was left that may be evicted. Thread-safe; takes one stripe's lock at a time.
 */
final class Trimmer {
    /** What one writer evicts on behalf of a lowered limit before it leaves the rest to the executor. */
    private static final int SLICE_ENTRIES = 512;

    /** What one visit takes from one stripe: small, so that stripes shrink alike and readers find gaps between. */
    private static final int VISIT_ENTRIES = 64;

    private final Directory directory;
    private final Capacity capacity;
    private final StripeWriter writer;
    private final Executor executor;
    private final @Nullable Consumer<Departure> listener;

    private final AtomicInteger draws = new AtomicInteger();
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    /** Made in advance: see {@link Rehearsal}. */
    private final Runnable rest = this::trimRest;

    Trimmer(
            Directory directory,
            Capacity capacity,
            StripeWriter writer,
            Executor executor,
            @Nullable Consumer<Departure> listener) {
        this.directory = directory;
        this.capacity = capacity;
        this.writer = writer;
        this.executor = executor;
        this.listener = listener;
    }

    /** Evicts until the total is within the limit. */
    void trim() {
        boolean hasMore = true;
        while (hasMore && capacity.isExceeded()) {
            hasMore = trimSlice();
        }
    }

    private void trimRest() {
        isScheduled.set(false);
        trim();
    }

    /** Evicts one slice at once and leaves the rest to the executor; on the calling thread if that refuses, or has no memory. */
    void trimSoon() {
        if (trimSlice() && capacity.isExceeded() && isScheduled.compareAndSet(false, true)) {
            try {
                executor.execute(rest);
            } catch (Throwable refused) {
                trimRest();
            }
        }
    }

    /** False when no stripe has a victim: what is left weighs nothing. */
    private boolean trimSlice() {
        int evicted = 0;
        while (evicted < SLICE_ENTRIES && capacity.isExceeded()) {
            int here = visit(nextPosition());
            if (here == 0) {
                here = visitAll();
                if (here == 0) {
                    return !capacity.isExceeded();
                }
            }
            evicted += here;
        }
        return true;
    }

    /** The fuller of two, so that stripes stay level; multiples of the golden ratio visit all of them evenly. */
    private int nextPosition() {
        int draw = draws.getAndAdd(0x9E3779B9);
        return directory.fullerOf(draw >>> 16, (draw * 0x85EBCA6B) >>> 16);
    }

    private int visit(int position) {
        int[] evicted = {0};
        Departures departures = Departures.to(listener);
        directory.walk(position, stripe -> evicted[0] = evictFrom(stripe, departures));
        departures.report();
        return evicted[0];
    }

    private int visitAll() {
        int[] evicted = {0};
        Departures departures = Departures.to(listener);
        directory.walkAll(stripe -> evicted[0] += evictFrom(stripe, departures));
        departures.report();
        return evicted[0];
    }

    private int evictFrom(Stripe stripe, Departures departures) {
        int most = Math.max(1, Math.min(stripe.entries() / 16, VISIT_ENTRIES));
        int evicted = 0;
        while (evicted < most && capacity.isExceeded()) {
            int victim = stripe.victim();
            if (victim == Replacement.NOBODY) {
                break;
            }
            writer.evict(stripe, victim, departures);
            evicted++;
        }
        stripe.trimTable();
        return evicted;
    }
}
