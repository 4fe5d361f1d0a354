package io.heapwise.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of threads for tasks that take much memory, each with a budget of its own. Invariant: from when a task is accepted
 * until it has ended its bytes are reserved; and its future completes, whatever happens to the task, its thread or these workers.
 *
 * <pre>{@code
 * try (MemoryWorkers workers = MemoryWorkers.builder("thumbnails", budget, threads).workers(4).bytesEach(64 << 20).build()) {
 *     CompletableFuture<Image> small = workers.submit(file.size() * 4, () -> shrink(file));
 * }
 * }</pre>
 *
 * <p><b>Hand-over.</b> Accepted are at most as many tasks as there are workers and places in the queue, and only while the budget has
 * room for them: what a queued task holds is memory too. Who submits more waits, in turn, and for as long as it says. Tasks begin in the
 * order in which they were accepted. A task may shrink what is reserved for it, and grow it within the budget of its worker.
 *
 * <p><b>Failures.</b> What a task throws is told by its future, be it an exception or an error, and its worker goes on. A worker dies
 * only of an error outside of tasks; it is counted as lost and not replaced. When the last has died the rest of the queue fails, and
 * nothing more is accepted.
 *
 * <p><b>Threads.</b> Thread-safe. The factory gives the threads, platform or virtual; whether they are daemons, and their names, are its
 * matter. What happened before a task was submitted happens before it runs, and what it did, before its future completes, which the
 * worker does: what depends on it runs on the worker, unless it is asynchronous. No lock is held while code of others runs. A task
 * must not submit to its own workers and wait: it might wait for itself.
 *
 * @since 0.1.0
 */
public final class MemoryWorkers implements AutoCloseable {
    private final String name;
    private final long bytesEach;
    private final int mostAccepted;
    private final MemoryBudget budget;
    private final MemoryBudget places;
    private final WorkerCrew crew;
    private final Ticker ticker;
    private final LongAdder rejected = new LongAdder();

    MemoryWorkers(
            String name, MemoryBudget parent, int workers, long bytesEach, int maximumQueued, ThreadFactory threads) {
        this.name = name;
        this.bytesEach = bytesEach;
        this.mostAccepted = (int) Math.min(Integer.MAX_VALUE, (long) workers + maximumQueued);
        this.ticker = parent.ticker();
        this.budget = parent.child(name, parent.capacityBytes());
        // Who waits for a place waits as for bytes: in turn, with a deadline, with a thread or without.
        this.places = MemoryBudget.builder("places of " + name, mostAccepted)
                .ticker(ticker)
                .leakTracker(LeakTracker.named("place", LeakTracker.Mode.OFF))
                .build();
        List<MemoryBudget> budgets = new ArrayList<>();
        for (int i = 1; i <= workers; i++) {
            budgets.add(budget.child(name + "-" + i, bytesEach));
        }
        this.crew = new WorkerCrew(name, budgets);
        // Until the first worker is there all places are taken: else a task could wait for threads that never come.
        Reservation all = Objects.requireNonNull(places.tryReserve(mostAccepted));
        var unusedBegin = crew.begun().thenRun(all::close);
        var unusedEnd = crew.ended().thenRun(this::acceptNoMore);
        crew.start(threads);
    }

    /**
     * Begins workers.
     *
     * @param name what they are for, in messages
     * @param budget of which is reserved; it is not closed with the workers
     * @param threads gives a new thread for each worker
     * @return a builder
     */
    public static MemoryWorkersBuilder builder(String name, MemoryBudget budget, ThreadFactory threads) {
        return new MemoryWorkersBuilder(
                Objects.requireNonNull(name, "name"),
                Objects.requireNonNull(budget, "budget"),
                Objects.requireNonNull(threads, "threads"));
    }

    // ---- submitting ------------------------------------------------------------------------------------------------

    /**
     * Hands a task over, waiting for as long as the budget's {@link MemoryBudgetBuilder#waitTimeout}.
     *
     * @param bytes what it takes at its most, and holds while it is queued
     * @param task what to run
     * @param <T> what it returns
     * @return as {@link #submit(long, BudgetedTask, Duration)}
     * @throws MemoryBudgetException when it was not accepted in time, or too many wait already
     * @throws IllegalArgumentException when it never could be: negative, or more bytes than a worker has
     * @throws IllegalStateException when the workers are closed, or have all died
     * @throws InterruptedException when the thread is interrupted while it waits; the task is not accepted then
     */
    public <T extends @Nullable Object> CompletableFuture<T> submit(long bytes, Callable<T> task)
            throws InterruptedException {
        return submit(bytes, task, budget.waitTimeout());
    }

    /**
     * Hands a task over, waiting for at most {@code timeout}.
     *
     * @param bytes what it takes at its most, and holds while it is queued
     * @param task what to run
     * @param timeout how long to wait to be accepted; zero to wait for nothing
     * @param <T> what it returns
     * @return as {@link #submit(long, BudgetedTask, Duration)}
     * @throws MemoryBudgetException when it was not accepted in time, or too many wait already
     * @throws IllegalArgumentException when it never could be: negative, or more bytes than a worker has; or the timeout is negative
     * @throws IllegalStateException when the workers are closed, or have all died
     * @throws InterruptedException when the thread is interrupted while it waits; the task is not accepted then
     */
    public <T extends @Nullable Object> CompletableFuture<T> submit(long bytes, Callable<T> task, Duration timeout)
            throws InterruptedException {
        Objects.requireNonNull(task, "task");
        return submit(bytes, reserved -> task.call(), timeout);
    }

    /**
     * Hands a task over that is told of its bytes, waiting for at most {@code timeout}.
     *
     * @param bytes what it takes, for all that is known, and holds while it is queued
     * @param task what to run
     * @param timeout how long to wait to be accepted; zero to wait for nothing
     * @param <T> what it returns
     * @return completes with what the task returned or threw. To cancel it before the task has begun takes that out of the queue; to
     *     cancel it with {@code true} while the task runs interrupts it
     * @throws MemoryBudgetException when it was not accepted in time, or too many wait already
     * @throws IllegalArgumentException when it never could be: negative, or more bytes than a worker has; or the timeout is negative
     * @throws IllegalStateException when the workers are closed, or have all died
     * @throws InterruptedException when the thread is interrupted while it waits; the task is not accepted then
     */
    public <T extends @Nullable Object> CompletableFuture<T> submit(long bytes, BudgetedTask<T> task, Duration timeout)
            throws InterruptedException {
        Objects.requireNonNull(task, "task");
        Admission<T> admission = new Admission<>(bytes, task, MemoryBudget.nanosOf(timeout));
        try {
            Reservation place = places.reserve(1, timeout);
            admission.hasPlace = true;
            try {
                admission.accept(place, budget.reserve(bytes, admission.left()));
            } catch (Throwable refused) {
                place.close();
                throw refused;
            }
        } catch (RuntimeException refused) {
            rejected.increment();
            throw admission.why(refused);
        }
        return admission.result;
    }

    /**
     * Hands a task over, without a thread that waits until it is accepted.
     *
     * @param bytes what it takes at its most, and holds while it is queued
     * @param task what to run
     * @param timeout how long it waits to be accepted; zero to wait for nothing
     * @param <T> what it returns
     * @return as {@link #submitAsync(long, BudgetedTask, Duration)}
     * @throws IllegalArgumentException when it never could be accepted: negative, or more bytes than a worker has; or the timeout is
     *     negative
     */
    public <T extends @Nullable Object> CompletableFuture<T> submitAsync(
            long bytes, Callable<T> task, Duration timeout) {
        Objects.requireNonNull(task, "task");
        return submitAsync(bytes, reserved -> task.call(), timeout);
    }

    /**
     * Hands a task over that is told of its bytes, without a thread that waits until it is accepted.
     *
     * @param bytes what it takes, for all that is known, and holds while it is queued
     * @param task what to run
     * @param timeout how long it waits to be accepted; zero to wait for nothing
     * @param <T> what it returns
     * @return completes as that of {@link #submit(long, BudgetedTask, Duration)}, or with what that would have thrown. To cancel it
     *     while it waits gives up its turn
     * @throws IllegalArgumentException when it never could be accepted: negative, or more bytes than a worker has; or the timeout is
     *     negative
     */
    public <T extends @Nullable Object> CompletableFuture<T> submitAsync(
            long bytes, BudgetedTask<T> task, Duration timeout) {
        Objects.requireNonNull(task, "task");
        Admission<T> admission = new Admission<>(bytes, task, MemoryBudget.nanosOf(timeout));
        CompletableFuture<Reservation> place = admission.whileWanted(places.reserveAsync(1, timeout));
        var unused = place.whenComplete((placed, refused) -> {
            if (placed == null) {
                admission.reject(refused);
            } else {
                admission.hasPlace = true;
                acceptLater(admission, placed);
            }
        });
        return admission.result;
    }

    private <T extends @Nullable Object> void acceptLater(Admission<T> admission, Reservation place) {
        CompletableFuture<Reservation> own;
        try {
            own = admission.whileWanted(budget.reserveAsync(admission.bytes, admission.left()));
        } catch (Throwable refused) {
            place.close();
            admission.reject(refused);
            return;
        }
        var unused = own.whenComplete((reserved, refused) -> {
            if (reserved == null) {
                place.close();
                admission.reject(refused);
                return;
            }
            try {
                admission.accept(place, reserved);
            } catch (Throwable closed) {
                admission.reject(closed);
            }
        });
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    /**
     * What the workers do, and have done. Takes locks, one after the other.
     *
     * @return a snapshot
     */
    public MemoryWorkersStats stats() {
        MemoryBudgetStats bytes = budget.stats();
        return crew.stats(places.stats().waiting() + bytes.waiting(), bytes.reservedBytes(), rejected.sum());
    }

    /**
     * Closes the workers: nothing more is accepted, and those who wait for that fail at once. What was accepted is done, for as long
     * as the grace lasts; then what has not begun is cancelled, and what runs is interrupted, and its future cancelled.
     *
     * <p>A task that does not end when it is interrupted keeps its bytes, and this from completing, until it does: no thread can
     * be made to stop. Closing again with less grace shortens it.
     *
     * @param grace how long tasks may take to end; zero to cut them short now
     * @return completes when the last worker has ended; to cancel it has no effect
     * @throws IllegalArgumentException when the grace is negative
     */
    public CompletableFuture<Void> close(Duration grace) {
        long graceNanos = MemoryBudget.nanosOf(grace);
        crew.close(graceNanos, ticker); // first: who is refused from now on is told by whom
        acceptNoMore();
        return crew.ended().copy();
    }

    /** Begins to close the workers, with as much time as the tasks need, and waits for nothing. */
    @Override
    public void close() {
        var unused = close(Duration.ofSeconds(Long.MAX_VALUE));
    }

    private void acceptNoMore() {
        places.close();
        budget.close();
    }

    @Override
    public String toString() {
        return "MemoryWorkers[" + stats() + "]";
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        crew.checkIntegrity();
        budget.checkIntegrity();
        places.checkIntegrity();
    }

    /** A task on its way to be accepted. Invariant: is accepted, or counted as rejected, or was cancelled by its submitter. */
    private final class Admission<T extends @Nullable Object> {
        final long bytes;
        final CompletableFuture<T> result = new TaskFuture<>(crew);
        private final BudgetedTask<T> task;
        private final long timeoutNanos;
        private final long sinceNanos = ticker.nanos();
        volatile boolean hasPlace;

        Admission(long bytes, BudgetedTask<T> task, long timeoutNanos) {
            this.bytes = bytes;
            this.task = task;
            this.timeoutNanos = timeoutNanos;
            if (bytes < 0 || bytes > bytesEach) {
                rejected.increment();
                throw new IllegalArgumentException("bytes=" + bytes + " (expected 0 to " + bytesEach
                        + ", what a worker of " + name + " has): make smaller tasks, or fewer and larger workers");
            }
        }

        Duration left() {
            return timeoutNanos == Long.MAX_VALUE
                    ? Duration.ofNanos(timeoutNanos)
                    : Duration.ofNanos(Math.max(0, timeoutNanos - waitedNanos()));
        }

        private long waitedNanos() {
            return ticker.nanos() - sinceNanos;
        }

        /** Cancels a request when the submitter has cancelled the task. */
        CompletableFuture<Reservation> whileWanted(CompletableFuture<Reservation> request) {
            var unused = result.whenComplete((value, failure) -> request.cancel(false));
            return request;
        }

        /** Queues it, or gives back what it has. */
        void accept(Reservation place, Reservation own) {
            WorkerTask<T> accepted = new WorkerTask<>(result, task, place, own);
            try {
                crew.add(accepted);
            } catch (Throwable refused) {
                accepted.giveBack();
                throw refused;
            }
            var unused = result.whenComplete((value, failure) -> crew.withdraw(accepted));
        }

        void reject(Throwable refused) {
            Throwable told = refused instanceof RuntimeException known ? why(known) : refused;
            if (result.completeExceptionally(told)) {
                rejected.increment();
            }
        }

        /** What to tell the submitter. */
        RuntimeException why(RuntimeException refused) {
            if (refused instanceof MemoryBudgetException && !hasPlace) {
                MemoryWorkersStats now = stats();
                return new MemoryBudgetException("bytes=" + bytes + " for the workers " + name + " (expected < "
                        + mostAccepted + " tasks accepted): running=" + now.running() + " of " + now.workers()
                        + ", queued=" + now.queued() + ", submitting=" + now.submitting() + ", waited "
                        + TimeUnit.NANOSECONDS.toMillis(waitedNanos())
                        + " ms: submit less, allow more to be queued, or wait longer");
            }
            return refused instanceof IllegalStateException && !crew.isOpen()
                    ? new IllegalStateException(crew.closedMessage(), refused)
                    : refused;
        }
    }

    /** Tells the crew when it is cancelled: a future by itself interrupts nobody. */
    private static final class TaskFuture<T extends @Nullable Object> extends CompletableFuture<T> {
        private final WorkerCrew crew;

        TaskFuture(WorkerCrew crew) {
            this.crew = crew;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean isCancelled = super.cancel(mayInterruptIfRunning);
            if (isCancelled && mayInterruptIfRunning) {
                crew.interrupt(this);
            }
            return isCancelled;
        }
    }
}
