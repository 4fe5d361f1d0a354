package io.heapwise.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One worker of a crew. Invariant: runs one task at a time, within its own budget, and is interrupted only while it does. */
final class Worker implements Runnable {
    final MemoryBudget budget;
    private final WorkerCrew crew;
    private final AtomicBoolean hasBegun = new AtomicBoolean();
    private final ReentrantLock leaving = new ReentrantLock();
    private volatile @Nullable Thread thread;

    /** Set under the lock of the crew, reset under the one for leaving. */
    volatile @Nullable WorkerTask<?> task;

    /** Guarded by the lock of the crew: whether it is counted as running. */
    boolean isRunning;

    Worker(WorkerCrew crew, MemoryBudget budget) {
        this.crew = crew;
        this.budget = budget;
    }

    @Override
    public void run() {
        if (!hasBegun.compareAndSet(false, true) || !crew.join(this)) {
            return; // a factory may run it twice, or too late
        }
        thread = Thread.currentThread();
        Throwable death = null;
        try {
            crew.work(this);
        } catch (Throwable thrown) {
            death = thrown;
            throw thrown;
        } finally {
            crew.leave(this, death);
        }
    }

    /** The task is over: from now on nobody interrupts for it, and nobody is about to. */
    void end() {
        leaving.lock();
        try {
            task = null;
        } finally {
            leaving.unlock();
        }
    }

    /** Interrupts the thread if it runs the task of this future. */
    void interruptIn(CompletableFuture<?> future) {
        leaving.lock();
        try {
            WorkerTask<?> current = task;
            Thread runner = thread;
            if (current != null && current.future == future && runner != null) {
                runner.interrupt();
            }
        } finally {
            leaving.unlock();
        }
    }
}
