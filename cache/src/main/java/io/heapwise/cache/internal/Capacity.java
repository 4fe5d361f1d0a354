package io.heapwise.cache.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much a cache holds and how much it may hold, in its own unit: entries, weight or bytes.
 *
 * <p>Invariant: {@code limit == min(maximum / calibration, pressureLimit)}; {@code total} is the sum of the weights of all entries
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

    /** Guards the three below and the limit that follows from them. */
    private final ReentrantLock limitLock = new ReentrantLock();

    private volatile long maximum;
    private long pressureLimit = Long.MAX_VALUE;
    private double calibration = 1;

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
            limit = lowest();
        } finally {
            limitLock.unlock();
        }
    }

    void setPressureLimit(long pressureLimit) {
        limitLock.lock();
        try {
            this.pressureLimit = pressureLimit;
            limit = lowest();
        } finally {
            limitLock.unlock();
        }
    }

    /** What one unit really is of those that the maximum is meant in; the pressure limit is in our own. */
    void setCalibration(double calibration) {
        limitLock.lock();
        try {
            this.calibration = calibration;
            limit = lowest();
        } finally {
            limitLock.unlock();
        }
    }

    private long lowest() {
        // not for 1: above 2^53 a double would not give the same number back
        return Math.min(calibration == 1 ? maximum : (long) (maximum / calibration), pressureLimit);
    }
}
