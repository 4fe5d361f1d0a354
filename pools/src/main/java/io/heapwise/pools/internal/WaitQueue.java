package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait, in the order they came.
 *
 * <p>Invariant: {@code size} is the number of waiters linked from {@code head}; each of them is linked once; and the mode says that
 * somebody is to be seen to exactly while there is one and the first does not doze. Thread-safe; the lock is held for a few
 * stores, never while user code runs.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // written only under the lock, read without
final class WaitQueue {
    private final ShortLock lock = new ShortLock();

    private final Mode mode;
    private final Ticker ticker;
    private volatile int size;

    private volatile @Nullable Waiter head;
    private @Nullable Waiter tail;

    /** When the mode began to say that somebody is to be seen to. */
    private volatile long heededSinceNanos;

    private @Nullable String closedBecause;

    /** Whether the first in the queue sleeps for a moment and needs nobody. */
    private volatile boolean isDozing;

    /** An empty one. It tells {@code mode} when somebody waits: with a full fence, so that who queues is seen or sees. */
    WaitQueue(Mode mode, Ticker ticker) {
        this.mode = mode;
        this.ticker = ticker;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    @Nullable Waiter head() {
        return head;
    }

    long heededSinceNanos() {
        return heededSinceNanos;
    }

    /** Adds one that waits, unless there are {@code most} already; throws if the queue was closed. */
    boolean add(Waiter waiter, int most) {
        lock.lock();
        try {
            requireOpen();
            if (size >= most) {
                return false;
            }
            link(tail, waiter, null, waiter.sinceNanos);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts one back before all others: it had its turn, and what it got was of no use. Throws if the queue was closed. */
    void addFirst(Waiter waiter) {
        long nowNanos = ticker.nanos();
        lock.lock();
        try {
            requireOpen();
            link(null, waiter, head, nowNanos);
        } finally {
            lock.unlock();
        }
    }

    /** Takes out the first, or returns null. */
    @Nullable Waiter poll() {
        long nowNanos = ticker.nanos();
        lock.lock();
        try {
            Waiter first = head;
            if (first != null) {
                unlink(first, nowNanos);
            }
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out this one; false when it is out already, so that its outcome is set or about to be. */
    boolean remove(Waiter waiter) {
        long nowNanos = ticker.nanos();
        lock.lock();
        try {
            if (!waiter.isQueued) {
                return false;
            }
            unlink(waiter, nowNanos);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody need see to this one until it is roused; false if it is not the first, or may not doze. */
    boolean doze(Waiter waiter) {
        if (!waiter.mayDoze || head != waiter) {
            return false;
        }
        lock.lock();
        try {
            if (head != waiter) {
                return false;
            }
            isDozing = true;
            mode.remove(Mode.AWAITED);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** It is to be seen to again, before it looks for itself; false if it has not dozed, or is not the first any more. */
    boolean rouse(Waiter waiter) {
        if (!isDozing) {
            return false;
        }
        long nowNanos = ticker.nanos();
        lock.lock();
        try {
            boolean isRoused = isDozing && head == waiter;
            if (isRoused) {
                heed(nowNanos);
            }
            return isRoused;
        } finally {
            lock.unlock();
        }
    }

    private void heed(long nowNanos) {
        isDozing = false;
        if (mode.add(Mode.AWAITED)) {
            heededSinceNanos = nowNanos;
        }
    }

    /** Lets nobody in any more. Those in it stay, to be polled. */
    void close(String because) {
        lock.lock();
        try {
            closedBecause = because;
        } finally {
            lock.unlock();
        }
    }

    /** Throws unless the links are whole and as many as are counted. */
    void checkIntegrity() {
        lock.lock();
        try {
            int linked = 0;
            Waiter before = null;
            for (Waiter waiter = head; waiter != null; waiter = waiter.next) {
                if (waiter.previous != before || !waiter.isQueued) {
                    throw new IllegalStateException("waiter " + linked + " of the queue is not linked back");
                }
                before = waiter;
                linked++;
            }
            if (linked != size || before != tail || mode.isAny(Mode.AWAITED) != (size > 0 && !isDozing)) {
                throw new IllegalStateException("linked waiters=" + linked + " (expected " + size
                        + ", and the mode to say whether there are any)");
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closedBecause != null) {
            throw new IllegalStateException(closedBecause);
        }
    }

    private void link(@Nullable Waiter before, Waiter waiter, @Nullable Waiter after, long nowNanos) {
        waiter.previous = before;
        waiter.next = after;
        waiter.isQueued = true;
        if (before == null) {
            head = waiter;
        } else {
            before.next = waiter;
        }
        if (after == null) {
            tail = waiter;
        } else {
            after.previous = waiter;
        }
        size = size + 1;
        if (before == null) {
            heed(nowNanos); // there is a new first
        }
    }

    private void unlink(Waiter waiter, long nowNanos) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.isQueued = false;
        size = size - 1;
        if (size == 0) {
            isDozing = false;
            mode.remove(Mode.AWAITED);
        } else if (before == null) {
            heed(nowNanos);
        }
    }
}
