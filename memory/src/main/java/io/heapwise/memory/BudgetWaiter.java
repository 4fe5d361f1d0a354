package io.heapwise.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A request for bytes. Invariant: is queued until exactly one of these happens: it is granted, it fails, it leaves. */
final class BudgetWaiter {
    final MemoryBudget budget;
    final long bytes;

    /** Who waits; null if a future does, or nobody. */
    private final @Nullable Thread thread;

    /** What waits; set before it is queued. */
    @Nullable CompletableFuture<Reservation> future;

    /** Null while it waits, a {@link Reservation}, or a throwable. */
    volatile @Nullable Object outcome;

    BudgetWaiter(MemoryBudget budget, long bytes, @Nullable Thread thread) {
        this.budget = budget;
        this.bytes = bytes;
        this.thread = thread;
    }

    /** Tells of the outcome, which is set. Not under the lock: a future's dependents are somebody else's code. */
    void tell(LeakTracker tracker) {
        CompletableFuture<Reservation> waiting = future;
        if (waiting != null) {
            try {
                waiting.defaultExecutor().execute(() -> tell(waiting, tracker));
            } catch (Throwable refused) {
                tell(waiting, tracker); // a grant must not be lost, so this thread does what it asked of another
            }
        } else if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    private void tell(CompletableFuture<Reservation> waiting, LeakTracker tracker) {
        if (outcome instanceof Reservation reservation) {
            reservation.watch(tracker);
            if (!waiting.complete(reservation)) {
                reservation.close(); // cancelled meanwhile
            }
        } else if (outcome instanceof Throwable failure) {
            waiting.completeExceptionally(failure);
        }
    }
}
