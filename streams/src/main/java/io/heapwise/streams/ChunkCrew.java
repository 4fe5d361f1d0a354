package io.heapwise.streams;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Has the tasks of one consumer run. Invariant: at most {@code workers} run at a time, the one that the consumer runs itself
 * included; while tasks wait and fewer run, a job is on its way to the executor, unless that has refused it.
 */
final class ChunkCrew implements Runnable {
    /*
     * A task is taken by removing it from the queue, which one thread alone can do: a job takes the first there is, the consumer the one
     * whose result it needs next. So a task whose turn has come does not depend on the executor: if that is busy, has refused, or has
     * thrown its jobs away, the consumer runs the task.
     *
     * A job is not a task. It goes on while tasks wait, so that a finished task needs no consumer to have the next one begun, and
     * there are at most as many jobs as workers. The consumer may help while all of them wait in the executor, so jobs are not what
     * runs: that is counted by itself.
     *
     * Nothing is overlooked: who leaves, job or consumer, first takes itself out of its count and then looks whether tasks wait; who
     * adds a task first adds it and then looks at the counts. Of two that do this at once one sees the other.
     */
    private final Queue<ChunkTask<?, ?>> waiting;
    private final int workers;
    private final Executor executor;
    private final AtomicInteger jobs = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();

    ChunkCrew(int workers, Executor executor) {
        this(workers, executor, new ConcurrentLinkedQueue<>());
    }

    /** With a queue of tests, which decide what happens between two looks at it. */
    ChunkCrew(int workers, Executor executor, Queue<ChunkTask<?, ?>> waiting) {
        this.waiting = waiting;
        this.workers = workers;
        this.executor = executor;
    }

    /** Has a task run, before or after this returns. Only the consumer's thread. */
    void add(ChunkTask<?, ?> task) {
        waiting.add(task);
        callJob();
    }

    private void callJob() {
        if (waiting.isEmpty() || !raise(jobs)) {
            return;
        }
        try {
            executor.execute(this);
        } catch (RejectedExecutionException | OutOfMemoryError busy) {
            // Full, closed or out of threads: the consumer runs what nobody has run by the time it is needed.
            jobs.getAndDecrement();
        } catch (Throwable failure) {
            jobs.getAndDecrement();
            throw failure;
        }
    }

    /** Runs the task on this thread unless it has begun, or so many run that they will come to it. Only the consumer's thread. */
    void help(ChunkTask<?, ?> task) {
        if (!raise(running)) {
            return;
        }
        boolean isTaken;
        try {
            isTaken = waiting.remove(task);
            if (isTaken) {
                task.run();
            }
        } finally {
            running.getAndDecrement();
        }
        callJob(); // for one that left because of us
    }

    /** A job. */
    @Override
    public void run() {
        do {
            while (!waiting.isEmpty() && raise(running)) {
                try {
                    ChunkTask<?, ?> next = waiting.poll();
                    if (next != null) {
                        next.run();
                    }
                } finally {
                    running.getAndDecrement();
                }
            }
            jobs.getAndDecrement();
        } while (!waiting.isEmpty() && running.get() < workers && raise(jobs));
    }

    /** Takes a task back; true when it will never run. */
    boolean cancel(ChunkTask<?, ?> task) {
        return waiting.remove(task);
    }

    private boolean raise(AtomicInteger count) {
        for (int now = count.get(); now < workers; now = count.get()) {
            if (count.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        int jobsNow = jobs.get();
        int runningNow = running.get();
        if (jobsNow < 0 || jobsNow > workers || runningNow < 0 || runningNow > workers) {
            throw new IllegalStateException(
                    "jobs=" + jobsNow + ", running=" + runningNow + " (expected 0 to " + workers + " of each)");
        }
    }
}
