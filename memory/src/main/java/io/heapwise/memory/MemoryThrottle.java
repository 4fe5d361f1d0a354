package io.heapwise.memory;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs work that takes much memory only while there is room for it. Invariant: while a task runs the bytes of a task are reserved
 * of the budget, and are given back when it ends, however it does.
 *
 * <pre>{@code
 * MemoryThrottle throttle = MemoryThrottle.of(budget, 64 << 20, Duration.ofSeconds(30));
 * Report report = throttle.call(() -> render(order));
 * }</pre>
 *
 * <p>A task that is run through a throttle must not run another through it and wait for that. Thread-safe; what happened before a
 * task ended happens before the start of the one it made room for.
 *
 * @since 0.1.0
 */
public final class MemoryThrottle {
    private final MemoryBudget budget;
    private final long bytesPerTask;
    private final Duration timeout;

    private MemoryThrottle(MemoryBudget budget, long bytesPerTask, Duration timeout) {
        this.budget = budget;
        this.bytesPerTask = bytesPerTask;
        this.timeout = timeout;
    }

    /**
     * A throttle over a budget.
     *
     * @param budget of which is reserved
     * @param bytesPerTask what one task takes, 0 or more
     * @param timeout how long a task waits for its turn
     * @return a throttle
     * @throws IllegalArgumentException if the bytes or the timeout are negative
     */
    public static MemoryThrottle of(MemoryBudget budget, long bytesPerTask, Duration timeout) {
        Objects.requireNonNull(budget, "budget");
        if (bytesPerTask < 0) {
            throw new IllegalArgumentException(
                    "bytesPerTask=" + bytesPerTask + " (expected >= 0): give what one task takes at its most");
        }
        var unused = MemoryBudget.nanosOf(timeout);
        return new MemoryThrottle(budget, bytesPerTask, timeout);
    }

    /**
     * Runs a task on this thread, once there is room.
     *
     * @param task what to run
     * @param <T> what it returns
     * @return what it returned
     * @throws MemoryBudgetException when there was no room in time; the task has not run
     * @throws InterruptedException when the thread is interrupted while it waits; the task has not run
     * @throws Exception what the task threw
     */
    public <T> T call(Callable<T> task) throws Exception {
        Objects.requireNonNull(task, "task");
        Reservation turn = budget.reserve(bytesPerTask, timeout);
        try {
            return task.call();
        } finally {
            turn.close();
        }
    }

    /**
     * Runs a task on an executor, once there is room; no thread waits for that.
     *
     * @param task what to run
     * @param executor runs it; must not drop it silently
     * @param <T> what it returns
     * @return completes with what the task returned or threw, or with what {@link #call} would have thrown. To cancel it before
     *     the task has begun gives up its turn
     */
    public <T> CompletableFuture<T> submit(Callable<T> task, Executor executor) {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(executor, "executor");
        CompletableFuture<Reservation> turn = budget.reserveAsync(bytesPerTask, timeout);
        CompletableFuture<T> result = new CompletableFuture<>();
        var unusedResult = result.whenComplete((value, failure) -> turn.cancel(false));
        var unusedTurn = turn.whenComplete((reservation, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            try {
                executor.execute(() -> run(task, reservation, result));
            } catch (Throwable refused) {
                reservation.close();
                result.completeExceptionally(refused);
            }
        });
        return result;
    }

    private static <T> void run(Callable<T> task, Reservation reservation, CompletableFuture<T> result) {
        T value;
        try (reservation) {
            if (result.isDone()) {
                return; // cancelled meanwhile
            }
            value = task.call();
        } catch (Throwable thrown) {
            result.completeExceptionally(thrown);
            return;
        }
        result.complete(value); // after the bytes are free: who waits for the result may ask for them
    }

    /**
     * An executor whose tasks each wait for room. {@link Executor#execute} does not wait: tasks queue, in the order they came.
     *
     * @param executor runs the tasks whose turn has come
     * @param late gets a task that had no room in time, or whose executor refused it; it has not run
     * @return an executor; what a task throws in the very call that hands it to the executor goes to the thread's handler of uncaught
     *     exceptions. It throws {@link RejectedExecutionException} when too many tasks wait, or the budget is closed
     */
    public Executor executor(Executor executor, Consumer<? super Runnable> late) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(late, "late");
        return task -> {
            Objects.requireNonNull(task, "task");
            CompletableFuture<Reservation> turn = budget.reserveAsync(bytesPerTask, timeout);
            if (turn.isCompletedExceptionally()) {
                throw new RejectedExecutionException(
                        turn.handle((none, failure) -> failure).join());
            }
            var unused = turn.whenComplete((reservation, failure) -> {
                if (failure != null) {
                    late.accept(task);
                    return;
                }
                AtomicBoolean hasBegun = new AtomicBoolean();
                try {
                    executor.execute(() -> {
                        hasBegun.set(true);
                        try (reservation) {
                            task.run();
                        }
                    });
                } catch (Throwable thrown) {
                    if (hasBegun.get()) { // on this thread: the task threw, whatever it was
                        Thread thread = Thread.currentThread();
                        thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
                    } else {
                        reservation.close();
                        late.accept(task);
                    }
                }
            });
        };
    }

    /**
     * A publisher that asks its source for an element only once there is room for it: the bytes of a task are reserved first. They are
     * given back when the subscriber closes the element.
     *
     * @param source gives the elements; must keep to what it is asked for, and is cancelled if it does not
     * @param <T> the elements
     * @return as {@link #publisher(Flow.Publisher, ToLongFunction)} with elements that all take the bytes of a task
     */
    public <T> Flow.Publisher<Throttled<T>> publisher(Flow.Publisher<? extends T> source) {
        Objects.requireNonNull(source, "source");
        return subscriber -> subscribe(source, null, subscriber);
    }

    /**
     * A publisher that asks its source for an element only once there is room for it: the bytes of a task are reserved first, and
     * when the element is here those are given back that it does not take. The rest is given back when the subscriber closes it.
     *
     * <p>It is an element that holds the bytes, and not the time until the next request, or until {@code onNext} returns: a subscriber
     * that hands elements on, or asks for many at a time, would then use memory that is counted as free, and nobody would notice.
     * With elements to be closed a mistake is loud: the stream fails since it waits for what is never closed.
     *
     * <p>Elements are asked for one by one, while there is demand; several may be open. The subscriber gets an
     * {@code onError} with a {@link MemoryBudgetException} when there was no room in time, with what the weigher threw, or with an
     * {@link IllegalStateException} when the budget is closed or the source gives what it was not asked for; the source is cancelled
     * then. To cancel gives up the turn and the bytes of an element that is not handed over; those handed over stay the
     * subscriber's. What {@code onNext} throws cancels, closes the element, and goes to the thread's handler of uncaught exceptions.
     *
     * <p>Signals come one at a time, on a thread that asks, one of the source, or one of the
     * {@link CompletableFuture#defaultExecutor() default executor}, which tells of room. No lock is held meanwhile. What happened
     * before an element was closed happens before the request for the one that it made room for. Each subscriber subscribes to the
     * source. To see the end, a source that tells of it only when it is asked for more may need a turn.
     *
     * @param source gives the elements; must keep to what it is asked for, and is cancelled if it does not
     * @param bytesOf what an element takes, 0 to the bytes of a task
     * @param <T> the elements
     * @return a publisher of elements to be closed
     */
    public <T> Flow.Publisher<Throttled<T>> publisher(
            Flow.Publisher<? extends T> source, ToLongFunction<? super T> bytesOf) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(bytesOf, "bytesOf");
        return subscriber -> subscribe(source, bytesOf, subscriber);
    }

    private <T> void subscribe(
            Flow.Publisher<? extends T> source,
            @Nullable ToLongFunction<? super T> bytesOf,
            Flow.Subscriber<? super Throttled<T>> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        new ThrottledFlow<T>(budget, bytesPerTask, timeout, bytesOf, subscriber).subscribeTo(source);
    }

    @Override
    public String toString() {
        return "MemoryThrottle[" + bytesPerTask + " bytes a task of " + budget + "]";
    }
}
