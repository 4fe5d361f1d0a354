package io.heapwise.cache.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads of one test: started at once, watched until they wait, and all ended before the test is over. */
public final class Crew implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 15;

    private final List<Thread> threads = new ArrayList<>();

    /** Starts a thread that works on its own; what it throws comes out of {@link #result}. */
    public <T> Hand<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "crew-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return new Hand<>(thread, task);
    }

    /** One thread and the result it will have. */
    public record Hand<T>(Thread thread, FutureTask<T> task) {
        /** Waits until this thread can not go on by itself, or is done. */
        public void awaitStuck() {
            long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!isStuck() && !task.isDone()) {
                if (System.nanoTime() - giveUp > 0) {
                    throw new AssertionError(thread.getName() + " neither waits nor ends: " + thread.getState());
                }
                Thread.onSpinWait();
            }
        }

        private boolean isStuck() {
            return switch (thread.getState()) {
                case WAITING, TIMED_WAITING, BLOCKED -> true;
                default -> false;
            };
        }

        public boolean isDone() {
            return task.isDone();
        }

        /** The result; a failure of the work is thrown as its ExecutionException. */
        public T result() throws ExecutionException, InterruptedException {
            return resultWithin(PATIENCE_SECONDS);
        }

        /** As {@link #result}, for work that takes its time. */
        public T resultWithin(long seconds) throws ExecutionException, InterruptedException {
            try {
                return task.get(seconds, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                AssertionError hung = new AssertionError(thread.getName() + " hangs");
                hung.setStackTrace(thread.getStackTrace());
                throw hung;
            }
        }
    }

    /** Waits for a latch, and fails rather than wait for ever. */
    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opened the latch");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.SECONDS.toMillis(1)); // a daemon: one that hangs has been told of by then
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted while ending " + thread.getName(), e);
            }
        }
    }
}
