package io.heapwise.pools.internal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Something to be done later. Invariant: done once, or never if called off before. The JDK's own timer thread does nothing but
 * hand it to the executor.
 */
final class Alarm {
    private final CompletableFuture<Void> timer = new CompletableFuture<>();

    private Alarm() {}

    static Alarm after(long nanos, Executor executor, Runnable action) {
        Alarm alarm = new Alarm();
        var unused = alarm.timer.thenRunAsync(action, executor);
        alarm.timer.completeOnTimeout(null, Math.max(1, nanos), TimeUnit.NANOSECONDS);
        return alarm;
    }

    /** Calls it off, and lets the timer forget it. */
    void cancel() {
        timer.cancel(false);
    }
}
