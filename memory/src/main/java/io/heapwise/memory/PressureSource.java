package io.heapwise.memory;

/**
 * Where evidence comes from: the JVM, or a script in a test. Invariant: after the handle of {@link #open} is closed,
 * nothing of it stays registered anywhere.
 *
 * @since 0.1.0
 */
public interface PressureSource {
    /**
     * Begins to deliver. What it throws is caught and turns the state into "unknown".
     *
     * @param sink whom to tell; thread-safe, never throws, never blocks
     * @return the handle that ends the delivery
     */
    Subscription open(Sink sink);

    /**
     * Delivers what can be had cheaply at any time: direct memory, metaspace, container. Called about once a second while
     * the level is above NORMAL or a container limit is known.
     *
     * @param sink whom to tell
     */
    default void sample(Sink sink) {}

    /**
     * Takes evidence. Invariant: thread-safe, and wrong numbers change nothing.
     *
     * @since 0.1.0
     */
    interface Sink {
        /**
         * A garbage collection ended.
         *
         * @param evidence what it showed
         */
        void collection(HeapEvidence evidence);

        /**
         * How long collections took since the JVM started. Both only ever grow.
         *
         * @param stoppedMillis milliseconds in which the program was stopped
         * @param cycleMillis milliseconds in which a concurrent cycle over the whole heap ran
         */
        void collectorTime(long stoppedMillis, long cycleMillis);

        /**
         * How much of a resource outside the heap is in use.
         *
         * @param resource DIRECT or METASPACE
         * @param usedBytes in use now
         * @param maxBytes its limit, or 0 if none is set
         */
        void usage(PressureResource resource, long usedBytes, long maxBytes);

        /**
         * How full the container is.
         *
         * @param workingSetBytes use without file pages that can be dropped
         * @param limitBytes the limit, or 0 if there is none
         * @param someStallPercent share of the last 10 s in which some task waited for memory, or NaN if not known
         * @param fullStallPercent share of the last 10 s in which all tasks waited for memory, or NaN if not known
         */
        void container(long workingSetBytes, long limitBytes, double someStallPercent, double fullStallPercent);

        /**
         * The source cannot see. The state says so from now on, until whole-heap evidence arrives.
         *
         * @param reason why, in words
         */
        void unknown(String reason);
    }
}
