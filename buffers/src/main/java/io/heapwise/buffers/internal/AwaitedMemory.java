package io.heapwise.buffers.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for memory to come back. Invariant: only the one who has waited longest tries, and it tries again after whatever has come back
 * since it tried last; so nobody waits for what is there.
 *
 * <p>Thread-safe. While nobody waits, it costs one read of a field that nobody writes.
 */
public final class AwaitedMemory {
    private static final VarHandle WAITING;

    static {
        try {
            WAITING = MethodHandles.lookup().findVarHandle(AwaitedMemory.class, "waiting", int.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private final int maxWaiters;
    private final ConcurrentLinkedQueue<Thread> queue = new ConcurrentLinkedQueue<>();
    /** Read by all who take or give back, so it is a field of its own and no object. */
    @SuppressWarnings("unused") // through WAITING
    private volatile int waiting;

    private final AtomicInteger releases = new AtomicInteger();

    /** For at most so many at a time. */
    public AwaitedMemory(int maxWaiters) {
        this.maxWaiters = maxWaiters;
    }

    /** Whether anybody waits. */
    public boolean isAwaited() {
        return waiting > 0;
    }

    public int waiting() {
        return waiting;
    }

    /** To be called when something has come back, after it can be taken. */
    public void released() {
        if (isAwaited()) {
            releases.incrementAndGet();
            wakeFirst();
        }
    }

    private void wakeFirst() {
        Thread first = queue.peek();
        if (first != null) {
            LockSupport.unpark(first);
        }
    }

    /**
     * Tries until it succeeds.
     *
     * @param attempt gives null if it has to be tried again
     * @param timeoutNanos when to give up
     * @return what it gave; null if the time was over, or too many wait already, or this thread was interrupted, as it still is
     */
    public <T> @Nullable T await(Supplier<? extends @Nullable T> attempt, long timeoutNanos) {
        if ((int) WAITING.getAndAdd(this, 1) >= maxWaiters) {
            WAITING.getAndAdd(this, -1);
            return null;
        }
        Thread self = Thread.currentThread();
        queue.add(self);
        try {
            long start = System.nanoTime();
            while (true) {
                int seen = releases.get();
                if (queue.peek() == self) {
                    T got = attempt.get();
                    if (got != null) {
                        return got;
                    }
                }
                long left = timeoutNanos - (System.nanoTime() - start);
                if (left <= 0 || self.isInterrupted()) {
                    return null;
                }
                // Counted, since the attempt may have used up the permit that came with it, in a lock of its own.
                if (releases.get() == seen) {
                    LockSupport.parkNanos(this, left);
                }
            }
        } finally {
            queue.remove(self);
            WAITING.getAndAdd(this, -1);
            wakeFirst();
        }
    }
}
