package io.heapwise.buffers;

import java.util.function.BooleanSupplier;

/** Has the collector at work until it has found what was dropped. */
public final class Collector {
    private Collector() {}

    /** Returns when the condition holds; throws when the thread is interrupted, as it is when a test's time is over. */
    public static void collectUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("what was dropped has not been found within the test's time");
            }
            System.gc();
            Thread.yield();
        }
    }
}
