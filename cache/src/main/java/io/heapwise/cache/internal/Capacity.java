package io.heapwise.cache.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much a cache holds and how much it may hold, in its own unit: entries, weight or bytes.
 *
 * <p>Invariant: {@code limit == min(maximum, pressureLimit)}; {@code total} is the sum of the weights of all entries
 * whenever no write is under way. Thread-safe.
 */
final class Capacity {
    private static final VarHandle TOTAL;

    static {
        try {
            TOTAL = MethodHandles.lookup().findVarHandle(Capacity.class, "total", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile long total;
    private volatile long limit;

    /** Guards the two below and the limit that follows from them. */
    private final ReentrantLock limitLock = new ReentrantLock();

    private volatile long maximum;
    private long pressureLimit = Long.MAX_VALUE;

    Capacity(long maximum) {
        this.maximum = maximum;
        this.limit = maximum;
    }

    long total() {
        return total;
    }

    /** What holds now: the user's maximum, or less under pressure. */
    long limit() {
        return limit;
    }

    boolean isExceeded() {
        return total > limit;
    }

    void add(long delta) {
        TOTAL.getAndAdd(this, delta);
    }

    long maximum() {
        return maximum;
    }

    void setMaximum(long maximum) {
        limitLock.lock();
        try {
            this.maximum = maximum;
            limit = Math.min(maximum, pressureLimit);
        } finally {
            limitLock.unlock();
        }
    }

    void setPressureLimit(long pressureLimit) {
        limitLock.lock();
        try {
            this.pressureLimit = pressureLimit;
            limit = Math.min(maximum, pressureLimit);
        } finally {
            limitLock.unlock();
        }
    }
}
