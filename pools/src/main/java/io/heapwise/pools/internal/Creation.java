package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects for those who wait. Invariant: at most {@code mostAtOnce} attempts are under way, each with a place that
 * is reserved for it, and no more than objects are wanted, those counted that have been made and not been handed out yet; after
 * a failure no attempt begins before the pause is over. Thread-safe; no user code runs under the lock but the ticker.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // written only under the lock, read without
final class Creation<T> {
    /** What becomes of attempts. */
    interface Outcome<T> {
        /** The object is made; the place is reserved for it and still empty. Calls {@link #handed}, once, before it calls user code. */
        void made(int slot, T object);

        /** It could not be made; its place is free again. */
        void failed(Throwable failure);

        /** It was made after all, but nobody wants it: it is counted as made, and has no place. */
        void madeInVain(T object);

        /** How many objects are wanted now. */
        int wanted();

        /** How long somebody has waited who may get an object that comes back; zero if nobody waits, for ever if none may come back. */
        long waitedNanos();
    }

    /**
     * For which part of the time that making one takes the first in the queue waits for one that comes back. A burst is often over
     * before what is made for it is there; who waits in vain waits a quarter longer.
     */
    private static final int PATIENCE = 4;

    /** But no longer than this: a server that took half a minute once, in an outage, must not make callers wait after it. */
    private static final long MOST_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How many attempts may hang beyond their time. A factory that hangs each time would else use up all threads there are. */
    private static final int MOST_ABANDONED = 64;

    private final Occupancy occupancy;
    private final Hooks<T> hooks;
    private final CreationRules rules;
    private final Ticker ticker;
    private final Outcome<T> outcome;
    private final ShortLock lock = new ShortLock();

    /** In the order they began. */
    private final List<Attempt> attempts = new ArrayList<>(1);

    private volatile int underWay;
    /** Made, and whoever it is for may still be counted as waiting: another made for him would be one too many. */
    private volatile int inHand;

    private volatile long oldestSinceNanos;

    /** How long making one takes, as the last few attempts did. */
    private volatile long makingNanos;

    private int abandoned;
    private volatile long created;
    private volatile long failures;
    private volatile @Nullable Throwable lastFailure;
    private int failuresInARow;
    private volatile long notBeforeNanos;
    private volatile boolean isPausing;
    private volatile boolean isClosed;
    private int generation;

    Creation(Occupancy occupancy, Hooks<T> hooks, CreationRules rules, Ticker ticker, Outcome<T> outcome) {
        this.occupancy = occupancy;
        this.hooks = hooks;
        this.rules = rules;
        this.ticker = ticker;
        this.outcome = outcome;
    }

    /** Begins attempts until as many are under way as objects are wanted, as far as places and rules allow. */
    void demand() {
        abandonOverdue();
        for (Attempt next = begin(); next != null; next = begin()) {
            try {
                rules.executor().execute(next);
            } catch (Throwable refused) { // the executor's, or no thread is to be had: a failure like others
                var unused = next.end(null, refused);
            }
        }
    }

    /** Makes one object now, on this thread, if there is room: for whoever asks first. Returns why it could not be made, or null. */
    @Nullable Throwable makeOne(Callable<? extends T> factory) {
        Attempt attempt;
        lock.lock();
        try {
            int slot = isClosed ? Slots.NONE : occupancy.reserve();
            if (slot == Slots.NONE) {
                return new IllegalStateException(
                        isClosed
                                ? Lending.CLOSED
                                : "objects=" + occupancy.limit()
                                        + " (expected room for one): allow more, or take one out");
            }
            attempt = new Attempt(slot, ticker.nanos(), generation, factory);
            attempts.add(attempt);
            count();
        } finally {
            lock.unlock();
        }
        Throwable failure = attempt.make();
        demand(); // of those who were not heard while it was in hand
        return failure;
    }

    private boolean isEnough() {
        return underWay + inHand >= Math.min(outcome.wanted(), rules.mostAtOnce());
    }

    /** What was made last is somebody's, or lies idle. */
    void handed() {
        lock.lock();
        try {
            inHand = inHand - 1;
        } finally {
            lock.unlock();
        }
    }

    /** How long it pays to wait for an object to come back, before another is made. */
    private long untilUrgentNanos() {
        long patienceNanos = Math.min(MOST_PATIENCE_NANOS, makingNanos / PATIENCE);
        return patienceNanos == 0 ? 0 : Math.max(0, patienceNanos - outcome.waitedNanos());
    }

    /** Whether something was made and not handed out yet. */
    boolean isInHand() {
        return inHand > 0;
    }

    private @Nullable Attempt begin() {
        if (occupancy.isFull() || isEnough() || untilUrgentNanos() > 0) {
            return null; // by far the most frequent answer, and the next demand corrects a late one
        }
        lock.lock();
        try {
            if (isClosed
                    || abandoned >= MOST_ABANDONED
                    || isEnough()
                    || (isPausing && ticker.nanos() - notBeforeNanos < 0)) {
                return null;
            }
            int slot = occupancy.reserve();
            if (slot == Slots.NONE) {
                return null;
            }
            Attempt attempt = new Attempt(slot, ticker.nanos(), generation, hooks::create);
            attempts.add(attempt);
            count();
            return attempt;
        } finally {
            lock.unlock();
        }
    }

    private void count() {
        if (!attempts.isEmpty()) {
            oldestSinceNanos = attempts.get(0).sinceNanos;
        }
        underWay = attempts.size();
    }

    /** Gives up those that take too long. Their places are free for others; what they make in the end may still be of use. */
    private void abandonOverdue() {
        while (isOverdue()) {
            int slot;
            TimeoutException failure = new TimeoutException("creationTimeLimit="
                    + Duration.ofNanos(rules.timeLimitNanos())
                    + " (expected an object by then): allow more time, or let the factory fail earlier");
            lock.lock();
            try {
                if (!isOverdue()) {
                    return;
                }
                Attempt attempt = attempts.remove(0);
                count();
                abandoned++;
                pause(failure); // before its thread wakes, which would begin another
                slot = attempt.abandon();
            } finally {
                lock.unlock();
            }
            failed(slot, failure);
        }
    }

    private boolean isOverdue() {
        return rules.timeLimitNanos() != PoolRules.NEVER
                && underWay > 0
                && ticker.nanos() - oldestSinceNanos >= rules.timeLimitNanos();
    }

    /** Called with the lock held, in which the attempt ends: no other must begin in between. */
    private void pause(Throwable failure) {
        failures = failures + 1;
        lastFailure = failure;
        notBeforeNanos = ticker.nanos() + pauseNanos(failuresInARow);
        failuresInARow = Math.min(failuresInARow + 1, 62);
        isPausing = true;
    }

    private void failed(int slot, Throwable failure) {
        occupancy.vacate(slot);
        outcome.failed(failure);
    }

    /** Doubles with each failure in a row; half of it is left to chance, so that pools do not come back all at once. */
    private long pauseNanos(int failuresBefore) {
        long first = rules.firstPauseNanos();
        long doubled = first << Math.min(failuresBefore, Long.numberOfLeadingZeros(first) - 1);
        long pause = Math.min(rules.longestPauseNanos(), doubled);
        return pause - ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    }

    /** How long until {@link #demand} may find something to do that nobody tells of; for ever when nothing of the kind is near. */
    long untilDemandNanos() {
        long until = Long.MAX_VALUE;
        if (underWay > 0) {
            if (rules.timeLimitNanos() != PoolRules.NEVER) {
                until = rules.timeLimitNanos() - (ticker.nanos() - oldestSinceNanos);
            }
        } else if (isPausing) {
            until = notBeforeNanos - ticker.nanos();
        }
        if (!occupancy.isFull() && !isEnough()) {
            long untilUrgent = untilUrgentNanos();
            until = untilUrgent > 0 ? Math.min(until, untilUrgent) : until;
        }
        return Math.max(1, until);
    }

    /** What was begun before is not to be kept if it comes too late. */
    void outdate() {
        lock.lock();
        try {
            generation++;
        } finally {
            lock.unlock();
        }
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

    /** One call of the factory. Invariant: ends or is abandoned, whichever comes first; only then is its place another's. */
    private final class Attempt implements Runnable {
        private final int slot;
        private final long sinceNanos;
        private final int generationThen;
        private final Callable<? extends T> factory;
        private @Nullable Thread thread;
        private boolean isAbandoned;

        Attempt(int slot, long sinceNanos, int generationThen, Callable<? extends T> factory) {
            this.slot = slot;
            this.sinceNanos = sinceNanos;
            this.generationThen = generationThen;
            this.factory = factory;
        }

        /** Goes on while more are wanted: the limit on attempts may have kept others from being begun. */
        @Override
        public void run() {
            Attempt next = this;
            while (next != null) {
                var unused = next.make();
                next = null;
                if (!Thread.currentThread().isInterrupted()) {
                    next = begin();
                } else {
                    demand(); // on another thread: here the factory would be interrupted too
                }
            }
        }

        private @Nullable Throwable make() {
            if (!starts()) {
                return null;
            }
            T made = null;
            Throwable failure = null;
            try {
                made = factory.call();
            } catch (Throwable thrown) {
                failure = thrown;
                if (thrown instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
            }
            return end(made, failure);
        }

        private boolean starts() {
            lock.lock();
            try {
                if (isAbandoned) { // before a thread was free for it
                    abandoned--;
                    return false;
                }
                thread = Thread.currentThread();
                return true;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Called with the lock held. The thread is in the factory still, or the attempt would have ended. Its channel, if it waits
         * for one, is closed under the lock: a rare case, in which those who want the lock nap for a while.
         */
        int abandon() {
            isAbandoned = true;
            if (thread != null) {
                thread.interrupt();
            }
            return slot;
        }

        @Nullable Throwable end(@Nullable T made, @Nullable Throwable thrown) {
            Throwable failure =
                    made != null || thrown != null ? thrown : new IllegalStateException("object=null (expected one)");
            boolean isLate;
            int place = slot;
            lock.lock();
            try {
                isLate = isAbandoned;
                if (isLate) {
                    Thread.interrupted(); // it was meant for the attempt, which is over
                    abandoned--;
                    place = made == null || isClosed || generation != generationThen ? Slots.NONE : occupancy.reserve();
                } else {
                    attempts.remove(this);
                    count();
                }
                if (made != null) {
                    long tookNanos = ticker.nanos() - sinceNanos;
                    makingNanos = created == 0 ? tookNanos : makingNanos + (tookNanos - makingNanos) / 4;
                    created = created + 1;
                    failuresInARow = 0;
                    isPausing = false;
                    lastFailure = null;
                    inHand = inHand + (place == Slots.NONE ? 0 : 1);
                } else if (!isLate && failure != null) {
                    pause(failure);
                }
            } finally {
                lock.unlock();
            }
            if (made != null) {
                if (place == Slots.NONE) {
                    outcome.madeInVain(made);
                } else {
                    outcome.made(place, made);
                }
            } else if (!isLate && failure != null) {
                failed(place, failure);
            }
            return failure;
        }
    }
}
