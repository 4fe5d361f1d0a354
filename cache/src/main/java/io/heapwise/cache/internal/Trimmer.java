package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalCause;
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
    private final Executor executor;
    private final @Nullable Consumer<Departure> listener;

    private final AtomicInteger nextPosition = new AtomicInteger();
    private final AtomicBoolean isScheduled = new AtomicBoolean();

    Trimmer(Directory directory, Capacity capacity, Executor executor, @Nullable Consumer<Departure> listener) {
        this.directory = directory;
        this.capacity = capacity;
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

    /** Evicts one slice at once and leaves the rest to the executor; on the calling thread if that refuses. */
    void trimSoon() {
        if (trimSlice() && capacity.isExceeded() && isScheduled.compareAndSet(false, true)) {
            try {
                executor.execute(() -> {
                    isScheduled.set(false);
                    trim();
                });
            } catch (RuntimeException refused) {
                isScheduled.set(false);
                trim();
            }
        }
    }

    /** False when a whole round over the stripes found no victim: what is left weighs nothing. */
    private boolean trimSlice() {
        int evicted = 0;
        int barren = 0;
        while (evicted < SLICE_ENTRIES && capacity.isExceeded()) {
            int position = nextPosition.get();
            int[] here = {0};
            Departures departures = Departures.to(listener);
            int next = directory.walk(position, stripe -> here[0] = evictFrom(stripe, departures));
            nextPosition.compareAndSet(position, next & (Directory.WALK_END - 1));
            departures.report();
            evicted += here[0];
            barren = here[0] == 0 ? barren + next - position : 0;
            if (barren >= Directory.WALK_END) {
                return false;
            }
        }
        return true;
    }

    private int evictFrom(Stripe stripe, Departures departures) {
        int most = Math.max(1, Math.min(stripe.entries() / 16, VISIT_ENTRIES));
        int evicted = 0;
        while (evicted < most && capacity.isExceeded()) {
            int victim = stripe.victim();
            if (victim == Stripe.NO_VICTIM) {
                break;
            }
            long weight = stripe.table().weightAt(victim);
            departures.add(stripe.table(), victim, RemovalCause.SIZE);
            stripe.remove(victim, true);
            capacity.add(-weight);
            evicted++;
        }
        stripe.trimTable();
        return evicted;
    }
}
