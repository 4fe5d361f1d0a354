package io.heapwise.pools.jdbc;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.PoolControl;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Takes times for somebody who wants to know. Invariant: throws nothing, whatever that one throws. Thread-safe. */
final class Meter {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.pools");

    private final ConnectionMetrics metrics;
    private final Ticker ticker;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    Meter(ConnectionMetrics metrics, Ticker ticker) {
        this.metrics = metrics;
        this.ticker = ticker;
    }

    long now() {
        return ticker.nanos();
    }

    void begin(PoolControl pool, int minimumIdle) {
        tell(told -> told.begin(pool, minimumIdle));
    }

    void acquired(long sinceNanos, long nowNanos) {
        tell(told -> told.acquired(nowNanos - sinceNanos));
    }

    void timedOut() {
        tell(ConnectionMetrics::timedOut);
    }

    void used(long sinceNanos) {
        long useNanos = ticker.nanos() - sinceNanos;
        tell(told -> told.used(useNanos));
    }

    void opened(long sinceNanos) {
        long openNanos = ticker.nanos() - sinceNanos;
        tell(told -> told.opened(openNanos));
    }

    private void tell(Consumer<ConnectionMetrics> what) {
        try {
            what.accept(metrics);
        } catch (Throwable broken) {
            if (hasFailed.compareAndSet(false, true)) {
                try {
                    LOGGER.log(
                            Level.WARNING,
                            "The metrics of a connection pool failed; later failures are passed over",
                            broken);
                } catch (Throwable alsoThrown) {
                    // A logger that throws must not cost a connection.
                }
            }
        }
    }
}
