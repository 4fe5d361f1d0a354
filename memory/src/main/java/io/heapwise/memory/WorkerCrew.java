package io.heapwise.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The threads of workers and the queue they take from. Invariant: a task that was added is queued, or run by one worker, or it is out:
 * then what it held is given back and its future is complete, or will be by a thread that does nothing else. Nothing is queued when
 * nobody is left to take it.
 */
final class WorkerCrew {
    /*
     * One lock guards the queue and the counts; no code of others runs under it. Each worker has another, which is held for as
     * long as it takes to interrupt it: an interrupt must reach the task it is meant for and not the next one, so the worker
     * does not leave a task while somebody is about to interrupt it. What comes when the task is over is cleared before the next.
     *
     * A worker is counted when its thread has begun to run, not when it was started: a thread that was given and started, but
     * never comes, is none that tasks could wait for. Nothing can be added before the first has begun.
     */
    private final String name;
    private final List<Worker> workers = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasChanged = lock.newCondition();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    // Guarded by the lock.
    private final Set<WorkerTask<?>> queue = new LinkedHashSet<>();
    private boolean isOpen = true;
    private int present;
    private int lost;
    private int running;
    private long accepted;
    private long completed;
    private long failed;
    private long cancelled;

    WorkerCrew(String name, List<MemoryBudget> budgets) {
        this.name = name;
        budgets.forEach(budget -> workers.add(new Worker(this, budget)));
    }

    /** Complete when the first worker has begun. */
    CompletableFuture<Void> begun() {
        return begun;
    }

    /** Complete when the last worker has ended. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Starts all workers or fails, and then ends those that were started. */
    void start(ThreadFactory threads) {
        int started = 0;
        try {
            for (Worker worker : workers) {
                Thread thread = threads.newThread(worker);
                if (thread == null) {
                    throw new NullPointerException("thread");
                }
                thread.start();
                started++;
            }
        } catch (Throwable failure) {
            close(0, Ticker.system());
            throw new IllegalStateException(
                    "threads=" + started + " of " + name + " (expected " + workers.size()
                            + "): let the factory give new threads, or use fewer workers",
                    failure);
        }
    }

    // ---- tasks -----------------------------------------------------------------------------------------------------

    /** Queues a task; throws when closed, and then has not taken it. */
    void add(WorkerTask<?> task) {
        lock.lock();
        try {
            if (!isOpen) {
                throw new IllegalStateException(closedMessage());
            }
            queue.add(task);
            accepted++;
            hasChanged.signal();
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        lock.lock();
        try {
            return isOpen;
        } finally {
            lock.unlock();
        }
    }

    String closedMessage() {
        return "workers " + name + " are closed (expected open ones): submit before, or make new ones";
    }

    /** Takes a task out that has not begun; its future is complete. */
    void withdraw(WorkerTask<?> task) {
        boolean wasQueued;
        lock.lock();
        try {
            wasQueued = queue.remove(task);
            if (wasQueued) {
                cancelled++;
            }
        } finally {
            lock.unlock();
        }
        if (wasQueued) {
            task.giveBack();
        }
    }

    /** Interrupts who runs a task, if somebody does. */
    void interrupt(CompletableFuture<?> future) {
        workers.forEach(worker -> worker.interruptIn(future));
    }

    private @Nullable WorkerTask<?> take(Worker worker) {
        lock.lock();
        try {
            while (queue.isEmpty() && isOpen) {
                hasChanged.awaitUninterruptibly();
            }
            Thread.interrupted(); // that was for the task before, or for nobody
            Iterator<WorkerTask<?>> first = queue.iterator();
            if (!first.hasNext()) {
                return null;
            }
            WorkerTask<?> task = first.next();
            first.remove();
            running++;
            worker.isRunning = true;
            worker.task = task;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private <T extends @Nullable Object> void work(Worker worker, WorkerTask<T> task) {
        boolean isWanted = !task.future.isDone();
        Runnable outcome = () -> {};
        Throwable failure = null;
        if (isWanted) {
            try {
                T value = task.call(worker.budget);
                outcome = () -> task.future.complete(value);
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }
        try {
            task.giveBack(); // before it is told: who waits for the outcome may ask for the bytes
        } catch (Throwable closing) {
            if (failure == null) {
                failure = closing;
            } else if (failure != closing) {
                failure.addSuppressed(closing);
            }
        }
        count(worker, isWanted, failure);
        if (failure == null) {
            outcome.run();
        } else {
            task.future.completeExceptionally(failure);
        }
        worker.end();
    }

    private void count(Worker worker, boolean hasRun, @Nullable Throwable failure) {
        lock.lock();
        try {
            running--;
            worker.isRunning = false;
            if (failure != null) {
                failed++;
            } else if (hasRun) {
                completed++;
            } else {
                cancelled++;
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- coming and going ------------------------------------------------------------------------------------------

    /** Counts a worker whose thread has begun; false when it came too late. */
    boolean join(Worker worker) {
        lock.lock();
        try {
            if (isOpen) {
                present++;
            }
            return isOpen;
        } finally {
            lock.unlock();
        }
    }

    /** Does tasks until there are none any more. */
    void work(Worker worker) {
        begun.complete(null);
        for (WorkerTask<?> next = take(worker); next != null; next = take(worker)) {
            work(worker, next);
        }
    }

    /** Counts a worker out, and sees to what it leaves behind. */
    void leave(Worker worker, @Nullable Throwable death) {
        WorkerTask<?> unfinished = worker.task;
        List<WorkerTask<?>> orphans = List.of();
        boolean isLast;
        int dead;
        lock.lock();
        try {
            present--;
            if (death != null) {
                lost++;
            }
            if (worker.isRunning) {
                worker.isRunning = false;
                running--;
                failed++;
            }
            dead = lost;
            isLast = present == 0;
            if (isLast) {
                isOpen = false;
                orphans = takeAll();
            } else {
                hasChanged.signal(); // what this one was woken for
            }
        } finally {
            lock.unlock();
        }
        worker.end();
        if (unfinished != null) {
            end(unfinished, death == null ? new IllegalStateException(closedMessage()) : death);
        }
        for (WorkerTask<?> orphan : orphans) {
            end(
                    orphan,
                    new IllegalStateException(
                            "lost=" + dead + " of the workers " + name
                                    + " (expected one at least that lives): see to what ended them",
                            death));
        }
        if (isLast) {
            ended.complete(null);
        }
    }

    private static void end(WorkerTask<?> task, Throwable why) {
        try {
            task.giveBack();
        } catch (Throwable closing) {
            if (why != closing) {
                why.addSuppressed(closing);
            }
        }
        task.cut(why);
    }

    private List<WorkerTask<?>> takeAll() {
        List<WorkerTask<?>> all = List.copyOf(queue);
        queue.clear();
        cancelled += all.size();
        return all;
    }

    /** Takes no more tasks, and cuts short those that have not ended when the grace is over. */
    void close(long graceNanos, Ticker ticker) {
        boolean isEmpty;
        lock.lock();
        try {
            isOpen = false;
            isEmpty = present == 0;
            hasChanged.signalAll();
        } finally {
            lock.unlock();
        }
        if (isEmpty) {
            ended.complete(null);
        } else if (graceNanos == 0) {
            cutShort(0);
        } else {
            Subscription alarm = Alarm.after(
                    graceNanos, ticker.nanos(), ticker, ended.defaultExecutor(), () -> cutShort(graceNanos));
            var unused = ended.whenComplete((none, failure) -> alarm.close());
        }
    }

    private void cutShort(long graceNanos) {
        List<WorkerTask<?>> waiting;
        lock.lock();
        try {
            waiting = takeAll();
        } finally {
            lock.unlock();
        }
        String when = "when the workers " + name + " were closed and their grace of "
                + TimeUnit.NANOSECONDS.toMillis(graceNanos) + " ms was over: allow more, or submit less";
        for (WorkerTask<?> task : waiting) {
            end(task, new CancellationException("task had not begun (expected it to have ended) " + when));
        }
        for (Worker worker : workers) {
            WorkerTask<?> task = worker.task;
            if (task != null) {
                worker.interruptIn(task.future);
                task.cut(new CancellationException("task was running (expected it to have ended) " + when));
            }
        }
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    MemoryWorkersStats stats(int submitting, long reservedBytes, long rejected) {
        lock.lock();
        try {
            return new MemoryWorkersStats(
                    name,
                    present,
                    lost,
                    submitting,
                    queue.size(),
                    running,
                    reservedBytes,
                    completed,
                    failed,
                    cancelled,
                    rejected);
        } finally {
            lock.unlock();
        }
    }

    void checkIntegrity() {
        lock.lock();
        try {
            long known = queue.size() + running + completed + failed + cancelled;
            if (accepted != known) {
                throw new IllegalStateException("accepted=" + accepted + " (expected " + known + "): queued="
                        + queue.size() + ", running=" + running + ", completed=" + completed + ", failed=" + failed
                        + ", cancelled=" + cancelled);
            }
            long busy = workers.stream().filter(worker -> worker.isRunning).count();
            if (running != busy || running > present || (present == 0 && !queue.isEmpty())) {
                throw new IllegalStateException("running=" + running + " (expected " + busy + " of present=" + present
                        + "), queued=" + queue.size());
            }
        } finally {
            lock.unlock();
        }
    }
}
