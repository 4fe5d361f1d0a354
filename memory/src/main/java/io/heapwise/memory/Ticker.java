package io.heapwise.memory;

/**
 * The one source of time. Invariant: readings of one ticker never go back, and only differences mean anything.
 *
 * <p>Compare two readings by the sign of their difference, never with {@code <}: the origin is arbitrary and the count
 * may overflow.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Ticker {
    /**
     * Reads the time. Never blocks; any thread.
     *
     * @return nanoseconds since an arbitrary origin, which may be negative
     */
    long nanos();

    /**
     * The fine ticker of the system, {@link System#nanoTime()}.
     *
     * @return a ticker that needs no thread and no closing
     */
    static Ticker system() {
        return System::nanoTime;
    }

    /**
     * A ticker for hot paths: one plain field read, at most about {@link CoarseTicker#RESOLUTION_NANOS} late while the
     * machine is not overloaded. A shared daemon thread drives it while at least one coarse ticker is open.
     *
     * @return a new handle, to be closed by the caller
     */
    static CoarseTicker coarse() {
        return CoarseTicker.open();
    }
}
