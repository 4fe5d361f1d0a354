package io.heapwise.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Something to be done once, later. Invariant: done once, or never if called off before. The JDK's own timer thread does nothing but
 * hand it to the executor; with a {@link ManualTicker} it is done by whoever moves the time.
 */
final class Alarm {
    private Alarm() {}

    /**
     * Begins to wait, for so long since a reading of the ticker; for ever if {@code nanos} is {@link Long#MAX_VALUE}. Closing the
     * handle calls it off.
     */
    static Subscription after(long nanos, long sinceNanos, Ticker ticker, Executor executor, Runnable action) {
        if (nanos == Long.MAX_VALUE) {
            return Subscription.none();
        }
        if (ticker instanceof ManualTicker manual) {
            return manual.once(sinceNanos + nanos, action);
        }
        CompletableFuture<Void> timer = new CompletableFuture<>();
        var unusedAction = timer.thenRunAsync(action, executor);
        long leftNanos = nanos - (ticker.nanos() - sinceNanos);
        timer.completeOnTimeout(null, Math.max(1, leftNanos), TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }
}
