package io.heapwise.memory;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task that was accepted. Invariant: its place and its bytes are held until they are given back, once, when it has run or will not.
 *
 * <p>The future does not refer to it: what the task holds is garbage when it has ended, however long its outcome is kept.
 */
final class WorkerTask<T extends @Nullable Object> {
    final CompletableFuture<T> future;
    private final Reservation place;
    private final Reservation bytes;

    /** Forgotten when it is over: a worker that waits for the next one may still refer to the last. */
    private volatile @Nullable BudgetedTask<T> code;

    WorkerTask(CompletableFuture<T> future, BudgetedTask<T> code, Reservation place, Reservation bytes) {
        this.future = future;
        this.code = code;
        this.place = place;
        this.bytes = bytes;
    }

    /** Runs it within the budget of its worker. */
    T call(MemoryBudget own) throws Exception {
        BudgetedTask<T> begun = code;
        if (begun == null) {
            throw new IllegalStateException(
                    "task is over (expected one that was not given back): report this as a defect");
        }
        bytes.moveTo(own);
        return begun.call(bytes);
    }

    void giveBack() {
        code = null;
        try {
            bytes.close();
        } finally {
            place.close();
        }
    }

    /** Ends it from without. Not on this thread: what depends on the future may block, and others are to be told as well. */
    void cut(Throwable why) {
        try {
            future.defaultExecutor().execute(() -> future.completeExceptionally(why));
        } catch (Throwable refused) {
            future.completeExceptionally(why);
        }
    }
}
