package io.heapwise.memory;

import io.heapwise.memory.internal.SharedClock;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that an object does every so often, for as long as it is in use. Invariant: neither the clock nor this task keeps
 * that object alive, and once it was collected the task runs no more.
 *
 * <p>With a {@link ManualTicker} it is done by whoever moves the time, with any other ticker by the shared daemon thread, in
 * real time: that thread exists only while something needs it. What an action throws is dropped, and it is done again.
 *
 * @since 0.1.0
 */
public final class PeriodicTask {
    private PeriodicTask() {}

    /**
     * Begins to run an action every so often.
     *
     * @param <T> what the action is about
     * @param periodNanos nanoseconds from one run to the next, above 0
     * @param ticker whose time it is
     * @param owner held weakly; the task ends when it was collected
     * @param action is given the owner, which it must not capture; short, never blocking, and calls no user code: the thread
     *     is shared by all of the library
     * @param afterwards runs once when the owner was collected, not when the handle was closed; must not hold the owner
     * @return the handle that ends it
     * @throws IllegalArgumentException when the period is not above 0
     */
    public static <T> Subscription every(
            long periodNanos, Ticker ticker, T owner, Consumer<? super T> action, Runnable afterwards) {
        Objects.requireNonNull(ticker, "ticker");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(afterwards, "afterwards");
        if (periodNanos <= 0) {
            throw new IllegalArgumentException(
                    "periodNanos=" + periodNanos + " (expected > 0): say how long from one run to the next");
        }
        WeakReference<T> held = new WeakReference<>(Objects.requireNonNull(owner, "owner"));
        AtomicReference<@Nullable Subscription> handle = new AtomicReference<>();
        Runnable run = () -> {
            T known = held.get();
            if (known != null) {
                action.accept(known);
                return;
            }
            // The handle may not be there yet in the first run: then the next one ends it.
            Subscription started = handle.getAndSet(null);
            if (started != null) {
                started.close();
                afterwards.run();
            }
        };
        Subscription started = ticker instanceof ManualTicker manual
                ? manual.every(periodNanos, run)
                : SharedClock.every(periodNanos, run);
        handle.set(started);
        return Subscription.of(() -> {
            handle.set(null);
            started.close();
        });
    }
}
