package io.heapwise.memory.internal;

import io.heapwise.memory.Subscription;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one clock thread of the library. Invariant: the thread {@code heapwise-clock} exists only while something is
 * scheduled, and for a moment after.
 *
 * <p>Only code of the library runs on it: whoever has user code to call hands it to an executor.
 */
public final class SharedClock {
    private static final ScheduledThreadPoolExecutor EXECUTOR = create();

    private SharedClock() {}

    /**
     * Runs an action every so often until the handle is closed. What the action throws is dropped, and it is run again.
     *
     * @param periodNanos nanoseconds from the end of one run to the start of the next
     * @param action short, never blocking
     * @return the handle
     */
    public static Subscription every(long periodNanos, Runnable action) {
        ScheduledFuture<?> future = EXECUTOR.scheduleWithFixedDelay(
                () -> {
                    try {
                        action.run();
                    } catch (Throwable dropped) {
                        // An executor would silently never run the task again.
                    }
                },
                periodNanos,
                periodNanos,
                TimeUnit.NANOSECONDS);
        return Subscription.of(() -> future.cancel(false));
    }

    private static ScheduledThreadPoolExecutor create() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, new DaemonThreads("heapwise-clock"));
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }
}
