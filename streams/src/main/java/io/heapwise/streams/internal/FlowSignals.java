package io.heapwise.streams.internal;

import java.util.concurrent.atomic.AtomicLong;

/** What all subscriptions do alike. */
public final class FlowSignals {
    private FlowSignals() {}

    /** Adds to a demand, which stays at the most that a long counts: so much is without bound. */
    public static void addDemand(AtomicLong demand, long n) {
        demand.getAndAccumulate(n, (had, more) -> had + more < 0 ? Long.MAX_VALUE : had + more);
    }

    /** Takes one from a demand, unless that is without bound. */
    public static void takeDemand(AtomicLong demand) {
        if (demand.get() != Long.MAX_VALUE) {
            demand.getAndDecrement();
        }
    }

    /** What a subscriber is told that asks for nothing. */
    public static IllegalArgumentException badRequest(long n) {
        return new IllegalArgumentException("n=" + n + " (expected >= 1, rule 3.9): ask for what is wanted");
    }

    /** Tells whoever runs this thread of a failure that nobody else can be told of. */
    public static void report(Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
}
