package io.heapwise.pools.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for sections of a few stores, in which nothing blocks and no user code runs. Invariant: one thread holds it at a time;
 * whoever runs may take it, and nobody queues. Not reentrant.
 */
final class ShortLock {
    /*
     * Why not a ReentrantLock: that wakes the first who waits, and those behind sleep on until that one has had it. Where the
     * first is a virtual thread, and the threads that occupy the carriers never block, it does not run, and a platform thread
     * behind it sleeps for as long, though the lock is free. A virtual thread cannot lose its carrier inside the section, so the
     * lock is free again after a few stores, or, if the system takes the processor away just then, after a time slice: for
     * that there is the nap.
     */
    private static final int SPINS = 64;
    private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

    private static final VarHandle IS_HELD;

    static {
        try {
            IS_HELD = MethodHandles.lookup().findVarHandle(ShortLock.class, "isHeld", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile boolean isHeld;

    void lock() {
        for (int tries = 0; isHeld || !IS_HELD.compareAndSet(this, false, true); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(
                        this, NAP_NANOS); // may use up a wake-up: who waits for one looks before it sleeps
            }
        }
    }

    void unlock() {
        isHeld = false;
    }
}
