package io.heapwise.cache.internal;

import java.util.concurrent.locks.StampedLock;

/**
 * The lock of one part of a cache, under which keys are compared: the one piece of user code that runs under a lock. Invariant:
 * an equals that calls back is refused before it can do harm, at once when it comes back to the same part, and before it
 * would wait for another, which could deadlock.
 *
 * <p>Extended by what it guards, not held by it: that saves an object for each part.
 */
public abstract class StripeLock {
    private static final int SPINS = 32;

    /** No thread has this id. */
    private static final long NOBODY = 0;

    /**
     * One object, and no reference to its owner: a lock that notes its owner as an object stores a reference whenever it is
     * taken, and a collector that watches such stores then looks at the lock again each time, wherever in the heap it lies.
     */
    private final StampedLock lock = new StampedLock();

    /** The thread that holds the lock, or {@link #NOBODY}. Another thread may read anything here but its own id. */
    private long ownerId = NOBODY;

    /** Made by the part that it guards. */
    protected StripeLock() {}

    /** Whether the calling thread holds the lock of any part of the cache. */
    protected abstract boolean isCallerInside();

    /** Takes the lock. */
    public final void lock() {
        long callerId = Thread.currentThread().getId();
        if (ownerId == callerId) {
            throw reentered();
        }
        if (!tryLockSpinning()) {
            if (isCallerInside()) {
                throw reentered();
            }
            lock.writeLock();
        }
        ownerId = callerId;
    }

    /** Takes the lock beside those of other parts: for one thread at a time, which takes all in one order and compares no keys. */
    public final void lockToo() {
        lock.writeLock();
        ownerId = Thread.currentThread().getId();
    }

    /** Takes the lock if nobody has it, the caller included. */
    public final boolean tryLock() {
        if (lock.tryWriteLock() == 0) {
            return false;
        }
        ownerId = Thread.currentThread().getId();
        return true;
    }

    private boolean tryLockSpinning() {
        for (int spin = 0; spin < SPINS; spin++) {
            if (lock.tryWriteLock() != 0) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Gives the lock back. */
    public final void unlock() {
        ownerId = NOBODY;
        lock.tryUnlockWrite();
    }

    /** Whether the calling thread holds this lock. */
    public final boolean isLockedByCaller() {
        return ownerId == Thread.currentThread().getId();
    }

    /** What an equals gets that calls back. */
    public static IllegalStateException reentered() {
        return new IllegalStateException("the cache was called from equals of a key (expected no call while it compares"
                + " keys): let equals look at the keys alone");
    }
}
