package io.heapwise.pools.internal;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One that waits for an object. Invariant: is in the queue until exactly one of these happens: it is served, it fails, it
 * leaves. Its links are guarded by the lock of its {@link WaitQueue}.
 */
class Waiter {
    /** What {@link #outcome} is when a place was lent: the object is then the waiter's, whatever it does next. */
    static final Object SERVED = new Object();

    final Thread thread;
    final long sinceNanos;

    /** Whether it runs sooner or later once it is woken, whatever others do. */
    final boolean mayDoze;

    @Nullable Waiter previous;

    @Nullable Waiter next;

    boolean isQueued;

    /** Set before the outcome. */
    int slot = Slots.NONE;

    /** Null while waiting, {@link #SERVED}, or a throwable. */
    volatile @Nullable Object outcome;

    /** Whether it has been woken and has not looked yet: nobody else need wake it. */
    volatile boolean isCalled;

    /** Whether it was called last time and found what it was called for taken. Its own thread's. */
    boolean isOvertaken;

    /** How long it sleeps before it looks again by itself, if it has to. Its own thread's. */
    long napNanos = Turns.FIRST_NAP_NANOS;

    Waiter(Thread thread, long sinceNanos, boolean mayDoze) {
        this.thread = thread;
        this.sinceNanos = sinceNanos;
        this.mayDoze = mayDoze;
    }

    /** Wakes it to look for itself; once until it has looked. */
    final void call() {
        if (!isCalled) {
            isCalled = true;
            wake();
        }
    }

    /** Ends its wait. It must have left the queue. */
    final void end(Object outcome) {
        this.outcome = outcome;
        wake();
    }

    void wake() {
        LockSupport.unpark(thread);
    }
}
