package io.heapwise.streams;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The work on one chunk. Invariant: it is run at most once, by whoever took it out of the queue of its crew, and what came of it is seen
 * by whoever has seen {@link #isDone}.
 */
final class ChunkTask<T extends @Nullable Object, R extends @Nullable Object> {
    /** How much it keeps in memory, until its result has been taken. */
    final long bytes;

    /** The position in the source behind the chunk. */
    final long itemsBehind;

    private final Function<? super List<T>, ? extends R> work;
    private @Nullable List<T> chunk;
    private @Nullable R result;
    private @Nullable Throwable failure;
    private volatile boolean isDone;
    private volatile @Nullable Thread waiter;

    ChunkTask(List<T> chunk, long itemsBehind, long bytes, Function<? super List<T>, ? extends R> work) {
        this.chunk = chunk;
        this.itemsBehind = itemsBehind;
        this.bytes = bytes;
        this.work = work;
    }

    void run() {
        List<T> given = chunk;
        chunk = null; // the result may be small, and wait for long
        try {
            if (given != null) {
                result = work.apply(given);
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
        isDone = true;
        Thread waiting = waiter;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    boolean isDone() {
        return isDone;
    }

    /** Waits until it is done; false when the thread was interrupted before, which it stays. One thread at a time. */
    boolean await() {
        waiter = Thread.currentThread();
        while (!isDone) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.park(this);
        }
        waiter = null;
        return true;
    }

    /** What the work returned; throws what it threw, as it is. Only when done. */
    @SuppressWarnings("NullAway") // the result is null only where the work may return null
    R result() {
        if (failure != null) {
            throw toThrow(failure);
        }
        return result;
    }

    /** What was met on another thread or in an earlier call, to be thrown; only what could not be thrown is wrapped. */
    static RuntimeException toThrow(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new CompletionException(failure);
    }
}
