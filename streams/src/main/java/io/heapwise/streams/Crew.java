package io.heapwise.streams;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Several threads work on pieces, and one of them, who has called, gets the results in the order of the pieces. Invariant: each piece is worked on once,
 * by whoever took it out of {@code untaken}; at most {@code 2 * threads} pieces have been asked for whose results have not been handed on; and when {@link #run}
 * returns or throws, nobody works any more.
 *
 * <p>The caller works too whenever the next result is not there. So nothing depends on the executor: if that is full, single-threaded or
 * refuses, the caller does it all. Twice as many pieces as threads are open, so that a slow piece stops the others only when each has
 * gone a piece ahead.
 *
 * @param <P> pieces
 * @param <R> results
 */
final class Crew<P, R extends @Nullable Object> {
    /** Gives pieces, on the caller's thread. */
    interface Pieces<P> {
        /** The next, or null at the end. */
        @Nullable P next() throws Exception;
    }

    /** Works on a piece, on any thread. */
    interface Work<P, R extends @Nullable Object> {
        R apply(P piece) throws Exception;
    }

    /** Takes a result, on the caller's thread. */
    interface Results<R extends @Nullable Object> {
        void accept(R result) throws Exception;
    }

    private final int helpers;
    private final Executor executor;
    private final Work<? super P, ? extends R> work;
    private final Queue<Task> untaken = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Task> open = new ArrayDeque<>();
    private final AtomicInteger active = new AtomicInteger();
    private volatile boolean isStopped;

    Crew(int threads, Executor executor, Work<? super P, ? extends R> work) {
        this.helpers = threads - 1;
        this.executor = executor;
        this.work = work;
    }

    /** Whether nobody wants the results any more: long work should look, and end. */
    boolean isStopped() {
        return isStopped;
    }

    /**
     * Works until there are no more pieces.
     *
     * @throws Exception the failure that is first in the order of pieces; of {@code pieces} or {@code results} at once
     */
    void run(Pieces<? extends P> pieces, Results<? super R> results) throws Exception {
        try {
            boolean areMore = true;
            while (true) {
                while (areMore && open.size() < 2 * (helpers + 1)) {
                    P piece = pieces.next();
                    areMore = piece != null;
                    if (piece != null) {
                        Task task = new Task(piece);
                        open.add(task);
                        untaken.add(task);
                        callHelper();
                    }
                }
                Task first = open.peek();
                if (first == null) {
                    return;
                }
                if (!first.isDone()) {
                    Task mine = untaken.poll();
                    if (mine != null) {
                        mine.run();
                        continue;
                    }
                    first.await();
                }
                open.remove();
                results.accept(first.result());
            }
        } finally {
            stop();
        }
    }

    private void callHelper() {
        if (active.get() >= helpers) {
            return; // each of them looks for more before it goes
        }
        active.getAndIncrement();
        try {
            executor.execute(this::help);
        } catch (RejectedExecutionException | OutOfMemoryError busy) {
            active.getAndDecrement(); // full, closed or out of threads: then this thread does it
        } catch (Throwable failure) {
            active.getAndDecrement();
            throw failure;
        }
    }

    private void help() {
        try {
            for (Task task = untaken.poll(); task != null; task = untaken.poll()) {
                task.run();
            }
        } finally {
            active.getAndDecrement();
        }
    }

    /** Waits for those who still work. An interrupt does not end that: they use what the caller is about to close. */
    private void stop() {
        isStopped = true;
        // What nobody has taken nobody will: a helper that comes late finds nothing. What somebody has taken is worked
        // on to its end.
        for (Task task = untaken.poll(); task != null; task = untaken.poll()) {
            open.remove(task);
        }
        boolean isInterrupted = false;
        for (Task task : open) {
            while (true) {
                try {
                    task.await();
                    break;
                } catch (InterruptedException interrupt) {
                    isInterrupted = true;
                }
            }
        }
        open.clear(); // a helper whom the executor has not called yet holds this crew
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Task {
        private final P piece;
        private final CountDownLatch done = new CountDownLatch(1);

        // Written before the latch opens, and read behind it.
        private @Nullable R result;
        private @Nullable Throwable failure;

        Task(P piece) {
            this.piece = piece;
        }

        void run() {
            try {
                result = work.apply(piece);
            } catch (Throwable thrown) {
                failure = thrown; // those before it go on: the first failure counts
            } finally {
                done.countDown();
            }
        }

        boolean isDone() {
            return done.getCount() == 0;
        }

        void await() throws InterruptedException {
            done.await();
        }

        @SuppressWarnings("NullAway") // null where R allows it
        R result() throws Exception {
            Throwable thrown = failure;
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown != null) {
                throw (Exception) thrown;
            }
            return result;
        }
    }
}
