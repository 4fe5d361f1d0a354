package io.heapwise.cache.internal;

import io.heapwise.memory.CoarseTicker;
import io.heapwise.memory.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time of one cache, in nanoseconds since it was made. Invariant: what readers are told is never ahead of what writers
 * are told, so that nothing ends before its time.
 */
final class Timekeeper {
    /**
     * From here on a reading may be late by the tick of the coarse clock: it is less than a thousandth then, and less than
     * the slack which a use is given.
     */
    private static final long COARSE_FROM_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Ticker ticker;
    private final long originNanos;

    /** What readers look at: a field, where durations are long; else the ticker itself. */
    private final Ticker glance;

    /**
     * Starts to keep time.
     *
     * @param ticker the user's, or null for the system's
     * @param shortestNanos the shortest duration that has to be kept
     */
    Timekeeper(@Nullable Ticker ticker, long shortestNanos) {
        this.ticker = ticker == null ? Ticker.system() : ticker;
        this.originNanos = this.ticker.nanos();
        this.glance = ticker == null && shortestNanos >= COARSE_FROM_NANOS ? Ticker.coarse() : this.ticker;
    }

    /** Now, as exactly as the ticker knows. */
    long now() {
        return ticker.nanos() - originNanos;
    }

    /** Now, or a moment ago: for reads. */
    long glance() {
        return glance.nanos() - originNanos;
    }

    /** A moment as the ticker would have told it. */
    long tickerNanos(long moment) {
        return originNanos + moment;
    }

    Ticker ticker() {
        return ticker;
    }

    /** Durations became shorter: readers may need to know the time more exactly. */
    void keep(long shortestNanos) {
        if (shortestNanos < COARSE_FROM_NANOS) {
            close();
        }
    }

    /** Lets go of the coarse clock; readers go on with the system's. */
    void close() {
        if (glance instanceof CoarseTicker coarse) {
            coarse.close();
        }
    }
}
