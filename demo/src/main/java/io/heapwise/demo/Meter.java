package io.heapwise.demo;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a contestant does. Invariant: misses <= operations, once both are read after the work has ended. One
 * thread counts; any thread may read, and sees counts that are at most a moment old.
 */
public final class Meter {

    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private volatile @Nullable LongSupplier held;
    private volatile String result = "";

    /** One more operation is done. */
    public void countOperation() {
        operations.setOpaque(operations.getPlain() + 1);
    }

    /** So many operations are done altogether; for work that is counted in bulk. */
    public void countUpTo(long operations) {
        this.operations.setOpaque(operations);
    }

    /** One more operation had to go to the slow place, or failed, as the scene has it. */
    public void countMiss() {
        misses.setOpaque(misses.getPlain() + 1);
    }

    /** How to ask how much the contestant holds; asked from another thread, so it may be off but must not block. */
    public void measureHeld(LongSupplier held) {
        this.held = held;
    }

    /** What came out, in a few words that are the same for all who did the same work right. Said before the work ends. */
    public void tell(String result) {
        this.result = result;
    }

    /** Lets go of what {@link #measureHeld} was given. Allocates nothing: there may be no memory left. */
    public void forgetHeld() {
        held = null;
    }

    public long operations() {
        return operations.getOpaque();
    }

    public long misses() {
        return misses.getOpaque();
    }

    /** What was told, or nothing. */
    public String result() {
        return result;
    }

    public long held() {
        LongSupplier asked = held;
        return asked == null ? 0 : asked.getAsLong();
    }
}
