package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One that waits without a thread. Invariant: its future gets a lease, or the place goes back; it looks for itself as one
 * with a thread does, whenever it is woken, on its executor and never twice at a time.
 */
final class AsyncWaiter<T> extends Waiter {
    private final CompletableFuture<Lease<T>> future = new CompletableFuture<>();
    private final Turns turns;
    private final Turns.Lender lender;
    private final IntFunction<Lease<T>> lease;
    private final Executor executor;
    private final Ticker ticker;
    private final long timeoutNanos;

    /** How often it was woken since it last went to sleep. */
    private final AtomicInteger wakes = new AtomicInteger();

    private boolean isOver;
    private @Nullable Alarm alarm;

    AsyncWaiter(Turns turns, Turns.Lender lender, IntFunction<Lease<T>> lease, Ticker ticker, long timeoutNanos) {
        super(Thread.currentThread(), ticker.nanos(), false);
        this.turns = turns;
        this.lender = lender;
        this.lease = lease;
        this.ticker = ticker;
        this.timeoutNanos = timeoutNanos;
        this.executor = future.defaultExecutor();
    }

    /** To be called once it is in the queue. */
    CompletableFuture<Lease<T>> start() {
        CompletableFuture<Lease<T>> result = future;
        var unused = result.whenComplete((lent, failure) -> {
            if (lent == null) {
                wake(); // cancelled by the caller, for all we know: to leave the queue
            }
        });
        wake();
        return result;
    }

    @Override
    void wake() {
        if (wakes.getAndIncrement() == 0) {
            try {
                executor.execute(this::run);
            } catch (Throwable refused) {
                run(); // a wake-up must not be lost, so the caller does what it asks of this one
            }
        }
    }

    private void run() {
        int seen;
        do {
            seen = wakes.get();
            if (!isOver) {
                look();
            }
        } while (wakes.addAndGet(-seen) != 0);
    }

    private void look() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
        try {
            int slot = future.isDone() ? Slots.NONE : turns.step(this);
            if (slot != Slots.NONE) {
                isOver = true;
                lend(slot);
                return;
            }
        } catch (Throwable ended) {
            isOver = true;
            future.completeExceptionally(ended);
            return;
        }
        long nowNanos = ticker.nanos();
        long waitedNanos = nowNanos - sinceNanos;
        if (waitedNanos >= timeoutNanos || future.isDone()) {
            leave(waitedNanos);
        } else {
            sleep(nowNanos, waitedNanos);
        }
    }

    private void lend(int slot) {
        Lease<T> lent = lease.apply(slot);
        if (!future.complete(lent)) {
            lent.close();
        }
    }

    private void leave(long waitedNanos) {
        if (turns.leave(this)) {
            isOver = true;
            future.completeExceptionally(lender.gaveUp(waitedNanos));
        } else if (future.isDone()) {
            isOver = true;
            if (outcome == SERVED) {
                lender.free(slot);
            }
        } else {
            wake(); // it ended just now, in time after all
        }
    }

    private void sleep(long nowNanos, long waitedNanos) {
        long sleepNanos = Math.min(
                timeoutNanos == Turns.FOREVER ? Turns.FOREVER : timeoutNanos - waitedNanos, lender.untilDemandNanos());
        if (turns.isToWatch(this, nowNanos)) {
            sleepNanos = Math.min(sleepNanos, napNanos);
            napNanos *= 2;
        }
        if (sleepNanos != Turns.FOREVER) {
            alarm = Alarm.after(sleepNanos, executor, this::wake);
        }
    }
}
