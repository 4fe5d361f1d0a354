package io.heapwise.memory;

/** The one source of time. */
@FunctionalInterface
public interface Ticker {
    /**
     * Nanoseconds since an arbitrary origin.
     *
     * @return nanoseconds
     */
    long nanos();
}
