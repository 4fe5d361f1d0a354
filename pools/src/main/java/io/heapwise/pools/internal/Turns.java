package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.PoolCreationException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Who is next. Invariant: a waiter leaves the queue once, with an object or without; and while one waits no object stays idle
 * for longer than it takes to wake that one. Thread-safe.
 */
final class Turns {
    /*
     * Nobody is forgotten. Who waits first queues, which is a volatile write of the queue's size, and then looks at the
     * places. Who gives back first frees the place and then looks at the size. With a full fence in both, one of them
     * sees the other [1]. But a loan that the pool itself takes back is freed by a release store, without a fence: on the
     * fast path it would cost as much as all the rest. So the size may be read before the place is seen to be free, and
     * a waiter that came in just then is not woken. That can happen only within the time it takes a store to become
     * visible, so for a while after the mode began to say that somebody waits, the head looks again by itself, at growing
     * intervals: the one that waits pays, and only the first of them.
     *
     * While all are busy and somebody waits, each return would have to see to the head, which is woken to find the object taken
     * again by one that runs already, as is allowed until the fairness bound: two switches of threads for nothing, and no return
     * that is short. So one that was called need not be seen to until it runs and has looked, which may take it long if there are
     * more threads than processors: it dozes. Only a thread of the platform may, which the system lets run sooner or later: a
     * virtual one, or a task, may have to wait until those who overtake it end, unless who gives back sees to its bound. And one that was overtaken then dozes on, until its bound, or a millisecond, is
     * over. Should an object be idle meanwhile, it stays so no longer than that; nor, between the two, longer than the one that
     * calls is kept from running.
     *
     * Who leaves the queue passes on what it may have been woken for: it looks for another idle place and wakes the next.
     *
     * What one that waits gets is reserved for it, and not yet on loan: a loan is one of a cohort, and who waits has none.
     *
     * [1] E. W. Dijkstra, Cooperating sequential processes, EWD 123, 1965, section 2.1: the mutual exclusion of T. J. Dekker.
     */

    /** What those who wait need of the pool. */
    interface Lender {
        /** Reserves a place with an object that may be lent to the thread of this id, or returns {@link Slots#NONE}. */
        int claim(long id);

        /** Whether the object in a place just handed over may be lent; if not the place is no longer the waiter's. */
        boolean isReady(int slot);

        /** Gives back a place that a waiter has no use for. */
        void free(int slot);

        /** Sees to it that objects are made for those who wait. */
        void demand();

        /** How long until {@link #demand} may find something to do. */
        long untilDemandNanos();

        /** Why a waiter got nothing for so long. */
        RuntimeException gaveUp(long waitedNanos);
    }

    static final long FOREVER = Long.MAX_VALUE;

    /** How long the head looks by itself, and how long it first sleeps in between. */
    static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    static final long FIRST_NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    /** How long one that was overtaken dozes at most. */
    static final long DOZE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long OUTCOME_NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(1);

    private final WaitQueue queue;
    private final Slots slots;
    private final Lender lender;
    private final Ticker ticker;
    private final long fairnessBoundNanos;

    Turns(WaitQueue queue, Slots slots, Lender lender, Ticker ticker, long fairnessBoundNanos) {
        this.queue = queue;
        this.slots = slots;
        this.lender = lender;
        this.ticker = ticker;
        this.fairnessBoundNanos = fairnessBoundNanos;
    }

    // ---- those who give back ---------------------------------------------------------------------------------------

    /** Reserves a place, which the caller has, for the first in the queue, if that one has waited for too long. */
    boolean handOver(int slot) {
        Waiter head = queue.head();
        return head != null && ticker.nanos() - head.sinceNanos >= fairnessBoundNanos && handToHead(slot);
    }

    /** Reserves a place, which the caller has, for the first in the queue; false if nobody waits. */
    boolean handToHead(int slot) {
        Waiter head = queue.poll();
        if (head == null) {
            return false;
        }
        slots.reserveOwn(slot);
        head.slot = slot;
        boolean wasCalled = head.isCalled;
        head.end(Waiter.SERVED);
        if (!queue.isEmpty() && (wasCalled || isBeingWatched(ticker.nanos()))) {
            callHead(); // what that one was called for, or watched for, is now the next one's business
        }
        return true;
    }

    /** Wakes the first in the queue to look for itself. If that one leaves meanwhile, the next. */
    void callHead() {
        for (Waiter head = queue.head(); head != null; head = queue.head()) {
            queue.doze(head); // before it is called: once it has looked it may doze no more
            head.call();
            if (queue.head() == head) {
                return;
            }
        }
    }

    // ---- those who wait --------------------------------------------------------------------------------------------

    /** Waits, in the queue already, for a place with an object that may be lent. */
    int await(Waiter waiter, long timeoutNanos) throws InterruptedException {
        while (true) {
            int slot = step(waiter);
            if (slot != Slots.NONE) {
                return slot;
            }
            long nowNanos = ticker.nanos();
            long waitedNanos = nowNanos - waiter.sinceNanos;
            if (waitedNanos >= timeoutNanos || Thread.currentThread().isInterrupted()) {
                if (leave(waiter)) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    throw lender.gaveUp(waitedNanos);
                }
            } else {
                long sleepNanos = timeoutNanos == FOREVER ? FOREVER : timeoutNanos - waitedNanos;
                long dozeNanos = Math.min(DOZE_NANOS, fairnessBoundNanos - waitedNanos);
                if (waiter.isOvertaken && dozeNanos > 0 && queue.doze(waiter)) {
                    park(waiter, Math.min(sleepNanos, dozeNanos));
                    continue;
                }
                if (isToWatch(waiter, nowNanos)) {
                    sleepNanos = Math.min(sleepNanos, waiter.napNanos);
                    waiter.napNanos *= 2;
                }
                park(waiter, Math.min(sleepNanos, lender.untilDemandNanos()));
            }
        }
    }

    /** Looks once: a place, or {@link Slots#NONE} if there is none yet. Throws what ended the wait. */
    int step(Waiter waiter) {
        while (true) {
            lender.demand();
            int found = look(waiter);
            Object outcome = waiter.outcome;
            if (found != Slots.NONE || outcome == null) {
                return found;
            }
            found = served(waiter, outcome);
            if (lender.isReady(found)) {
                return found;
            }
            waiter.outcome = null;
            queue.addFirst(waiter); // its turn was wasted on a bad object, so it has the next
        }
    }

    /** Gives up. False when it was taken out of the queue just now: then the outcome is known when this returns. */
    boolean leave(Waiter waiter) {
        if (queue.remove(waiter)) {
            callHead();
            return true;
        }
        awaitOutcome(waiter);
        return false;
    }

    /** Whether this waiter is the one that has to look by itself for a while. */
    boolean isToWatch(Waiter waiter, long nowNanos) {
        return queue.head() == waiter && isBeingWatched(nowNanos);
    }

    private boolean isBeingWatched(long nowNanos) {
        return nowNanos - queue.heededSinceNanos() < WATCH_NANOS;
    }

    /** Takes a place if it is the waiter's turn to look and one is idle; the waiter has then left the queue. */
    private int look(Waiter waiter) {
        boolean wasCalled = waiter.isCalled;
        waiter.isCalled = false;
        if (queue.rouse(waiter)) {
            waiter.napNanos = FIRST_NAP_NANOS;
        }
        VarHandle.fullFence(); // whoever frees a place from here on calls again
        if (queue.head() != waiter) {
            if (wasCalled) {
                callHead(); // served meanwhile, so what it was called for is left for the next
            }
            return Slots.NONE;
        }
        int slot = lender.claim(waiter.thread.getId());
        waiter.isOvertaken = wasCalled && slot == Slots.NONE;
        if (slot != Slots.NONE && !leave(waiter)) {
            if (waiter.outcome == Waiter.SERVED) {
                lender.free(waiter.slot); // it needs but one
            }
            waiter.outcome = null;
        }
        return slot;
    }

    private static int served(Waiter waiter, Object outcome) {
        if (outcome == Waiter.SERVED) {
            return waiter.slot;
        }
        Throwable failure = (Throwable) outcome;
        if (failure
                instanceof
                PoolCreationException) { // again, with the stack of who waited; the cause is what he is to see
            Throwable cause = failure.getCause();
            throw new PoolCreationException(String.valueOf(failure.getMessage()), cause == null ? failure : cause);
        }
        throw new IllegalStateException(failure.getMessage(), failure);
    }

    /** It was taken out of the queue by another, who is about to say why, and to wake it if it has a thread. */
    private void awaitOutcome(Waiter waiter) {
        while (waiter.outcome == null) {
            LockSupport.parkNanos(this, OUTCOME_NAP_NANOS);
        }
    }

    private void park(Waiter waiter, long nanos) {
        if (waiter.outcome == null && !waiter.isCalled) {
            if (nanos == FOREVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
    }
}
