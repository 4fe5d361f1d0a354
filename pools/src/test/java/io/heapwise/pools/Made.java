package io.heapwise.pools;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** A factory that follows a script, and counts. Without a script, it makes numbered objects. */
final class Made implements Callable<Made.Thing> {
    /** Counts how often it is used at a time, and how often it was destroyed. */
    static final class Thing {
        final int number;
        final AtomicInteger users = new AtomicInteger();
        final AtomicInteger destroyed = new AtomicInteger();
        volatile boolean isBroken;

        Thing(int number) {
            this.number = number;
        }

        @Override
        public String toString() {
            return "thing " + number;
        }
    }

    private final Deque<Callable<Boolean>> script = new ArrayDeque<>();
    private final AtomicInteger made = new AtomicInteger();

    /** The next call first does this; one that returns false yields null. */
    synchronized Made then(Callable<Boolean> step) {
        script.add(step);
        return this;
    }

    Made thenFail(Exception failure) {
        return then(() -> {
            throw failure;
        });
    }

    @Override
    public Thing call() throws Exception {
        Callable<Boolean> step;
        synchronized (this) {
            step = script.poll();
        }
        return step == null || step.call() ? new Thing(made.getAndIncrement()) : null;
    }

    int count() {
        return made.get();
    }
}
