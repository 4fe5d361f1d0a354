package io.heapwise.memory.internal;

import io.heapwise.memory.Subscription;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The one clock thread of the library. Invariant: the thread {@code heapwise-clock} exists while something is scheduled, and
 * for a moment after; should it die, it starts the next one first.
 *
 * <p>Only code of the library runs on it: whoever has user code to call hands it to an executor.
 */
public final class SharedClock {
    private static final ScheduledThreadPoolExecutor EXECUTOR = create();
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

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
        DaemonThreads threads = new DaemonThreads("heapwise-clock");
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(1, worker -> threads.newThread(() -> work(worker)));
        executor.setRemoveOnCancelPolicy(true);
        executor.setKeepAliveTime(100, TimeUnit.MILLISECONDS);
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * Where memory is out even waiting may fail, since the executor allocates in it, and so may starting another thread, which the
     * executor tries but once: then time would stand still for all of the library until somebody schedules something.
     */
    private static void work(Runnable worker) {
        try {
            worker.run();
        } catch (Throwable dying) {
            boolean isReplaced = false;
            while (!isReplaced) {
                try {
                    EXECUTOR.prestartCoreThread();
                    isReplaced = true;
                } catch (Throwable noMemory) {
                    rest();
                }
            }
        }
    }

    private static void rest() {
        try {
            LockSupport.parkNanos(RETRY_NANOS);
        } catch (Throwable notLinked) {
            // Even that takes memory when it is done for the first time.
        }
    }
}
