package io.heapwise.streams;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How to pause between attempts. Tests have ways that take no time. */
@FunctionalInterface
interface Pauses {
    /** Waits until the time is over, or the latch is open, whatever comes first. */
    Pauses REAL = (nanos, closed) -> {
        var unused = closed.await(nanos, TimeUnit.NANOSECONDS);
    };

    void pause(long nanos, CountDownLatch closed) throws InterruptedException;
}
