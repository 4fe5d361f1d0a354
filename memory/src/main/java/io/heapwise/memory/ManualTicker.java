package io.heapwise.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Time that stands still until a test moves it. Invariant: whatever a type of this library would do on the clock thread
 * is done by {@link #advance}, on the thread that calls it, in order of time.
 *
 * <p>Thread-safe. Starts just below the overflow of {@code long}, so that code which compares readings with {@code <}
 * fails its tests.
 *
 * @since 0.1.0
 */
public final class ManualTicker implements Ticker {
    /** Instead of a period. */
    private static final long ONCE = 0;

    private final List<Task> tasks = new ArrayList<>();
    private volatile long nanos = Long.MAX_VALUE - 1_000_000_000L;

    /** Creates a ticker that stands still. */
    public ManualTicker() {}

    @Override
    public long nanos() {
        return nanos;
    }

    /**
     * Moves time on and runs what became due.
     *
     * @param duration how far, not negative
     * @throws IllegalArgumentException if the duration is negative
     */
    public void advance(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "duration=" + duration + " (expected >= 0): time does not go back, use a new ticker");
        }
        long end = nanos + duration.toNanos();
        for (Task due = nextDue(end); due != null; due = nextDue(end)) {
            due.action.run();
        }
    }

    /** Runs the action every so often as time is moved on. */
    Subscription every(long periodNanos, Runnable action) {
        return add(new Task(periodNanos, action, nanos + periodNanos));
    }

    /** Runs the action once, when time is moved so far; now if it has been. */
    Subscription once(long dueNanos, Runnable action) {
        Task task = new Task(ONCE, action, dueNanos);
        Subscription added = add(task);
        boolean isDue;
        synchronized (tasks) {
            isDue = dueNanos - nanos <= 0 && tasks.remove(task);
        }
        if (isDue) {
            action.run();
        }
        return added;
    }

    private Subscription add(Task task) {
        synchronized (tasks) {
            tasks.add(task);
        }
        return Subscription.of(() -> {
            synchronized (tasks) {
                tasks.remove(task);
            }
        });
    }

    /**
     * How many tasks wait for this ticker: what would be held by a clock or a timer in production.
     *
     * @return the count
     */
    public int pendingTasks() {
        synchronized (tasks) {
            return tasks.size();
        }
    }

    private @org.jspecify.annotations.Nullable Task nextDue(long end) {
        synchronized (tasks) {
            Task first = null;
            for (Task task : tasks) {
                if (task.dueNanos - end <= 0 && (first == null || task.dueNanos - first.dueNanos < 0)) {
                    first = task;
                }
            }
            if (first != null) {
                nanos = first.dueNanos;
                if (first.periodNanos == ONCE) {
                    tasks.remove(first);
                }
                first.dueNanos += first.periodNanos;
            } else {
                nanos = end; // not after the lock is free: what is added then would neither be due nor be seen
            }
            return first;
        }
    }

    private static final class Task {
        final long periodNanos;
        final Runnable action;
        long dueNanos;

        Task(long periodNanos, Runnable action, long dueNanos) {
            this.periodNanos = periodNanos;
            this.action = action;
            this.dueNanos = dueNanos;
        }
    }
}
