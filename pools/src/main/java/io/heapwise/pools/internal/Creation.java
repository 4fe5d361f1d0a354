package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects for those who wait. Invariant: at most {@code mostAtOnce} attempts are under way, each with a place that
 * is reserved for it; after a failure no attempt begins before the pause is over. Thread-safe.
 */
final class Creation<T> {
    /** What becomes of attempts. */
    interface Outcome<T> {
        /** The object is made; the place is reserved for it and still empty. */
        void made(int slot, T object);

        /** It could not be made; the place is empty again. */
        void failed(Throwable failure);

        /** How many objects are wanted now. */
        int wanted();
    }

    private final Slots slots;
    private final Hooks<T> hooks;
    private final CreationRules rules;
    private final Ticker ticker;
    private final Outcome<T> outcome;
    private final ReentrantLock lock = new ReentrantLock();

    private volatile int underWay;
    private volatile long created;
    private volatile long failures;
    private volatile @Nullable Throwable lastFailure;
    private int failuresInARow;
    private volatile long notBeforeNanos;
    private volatile boolean isPausing;
    private boolean isClosed;

    Creation(Slots slots, Hooks<T> hooks, CreationRules rules, Ticker ticker, Outcome<T> outcome) {
        this.slots = slots;
        this.hooks = hooks;
        this.rules = rules;
        this.ticker = ticker;
        this.outcome = outcome;
    }

    /** Begins attempts until as many are under way as objects are wanted, as far as places and rules allow. */
    void demand() {
        for (int slot = begin(); slot != Slots.NONE; slot = begin()) {
            int first = slot;
            try {
                rules.executor().execute(() -> makeAllFrom(first));
            } catch (Throwable refused) { // the executor's, or no thread is to be had: a failure like others
                failed(slot, refused);
            }
        }
    }

    /** Goes on while more are wanted: the limit on attempts may have kept others from being begun. */
    private void makeAllFrom(int first) {
        for (int slot = first; slot != Slots.NONE; slot = begin()) {
            attempt(slot);
        }
    }

    private int begin() {
        if (underWay >= Math.min(outcome.wanted(), rules.mostAtOnce())) {
            return Slots.NONE; // by far the most frequent answer, and the next demand corrects a late one
        }
        lock.lock();
        try {
            if (isClosed
                    || underWay >= Math.min(outcome.wanted(), rules.mostAtOnce())
                    || (isPausing && ticker.nanos() - notBeforeNanos < 0)) {
                return Slots.NONE;
            }
            int slot = slots.reserveEmpty();
            if (slot != Slots.NONE) {
                underWay = underWay + 1;
            }
            return slot;
        } finally {
            lock.unlock();
        }
    }

    private void attempt(int slot) {
        T object;
        try {
            object = hooks.create();
        } catch (Throwable failure) {
            if (failure instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            failed(slot, failure);
            return;
        }
        lock.lock();
        try {
            underWay = underWay - 1;
            created = created + 1;
            failuresInARow = 0;
            isPausing = false;
            lastFailure = null;
        } finally {
            lock.unlock();
        }
        outcome.made(slot, object);
    }

    private void failed(int slot, Throwable failure) {
        lock.lock();
        try {
            underWay = underWay - 1;
            failures = failures + 1;
            lastFailure = failure;
            notBeforeNanos = ticker.nanos() + pauseNanos(failuresInARow);
            failuresInARow = Math.min(failuresInARow + 1, 62);
            isPausing = true;
        } finally {
            lock.unlock();
        }
        slots.vacate(slot);
        outcome.failed(failure);
    }

    /** Doubles with each failure in a row; half of it is left to chance, so that pools do not come back all at once. */
    private long pauseNanos(int failuresBefore) {
        long first = rules.firstPauseNanos();
        long doubled = first << Math.min(failuresBefore, Long.numberOfLeadingZeros(first) - 1);
        long pause = Math.min(rules.longestPauseNanos(), doubled);
        return pause - ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    /** How long until the next attempt may begin; for ever when none has to be waited for. */
    long pauseLeftNanos() {
        return isPausing && underWay == 0 ? Math.max(1, notBeforeNanos - ticker.nanos()) : Long.MAX_VALUE;
    }

    /** No attempt begins any more. Those under way end as usual. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
        } finally {
            lock.unlock();
        }
    }

    int underWay() {
        return underWay;
    }

    long created() {
        return created;
    }

    long failures() {
        return failures;
    }

    @Nullable Throwable lastFailure() {
        return lastFailure;
    }
}
