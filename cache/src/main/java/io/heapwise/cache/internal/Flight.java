package io.heapwise.cache.internal;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One computation under way for one key: whoever wants to change that key waits for it, outside all locks.
 *
 * <p>Invariant: it stands in the list of its stripe from take-off until it lands, and lands exactly once, whether the
 * function returned or threw.
 */
final class Flight {
    final Object key;
    final int hash;
    final Thread owner = Thread.currentThread();

    /** The function that is being run, when those who wait with the same function may share its outcome; else null. */
    final @Nullable Object sharedFunction;

    /** The next in the stripe's list; guarded by the stripe's lock. */
    @Nullable Flight next;

    private final CountDownLatch landed = new CountDownLatch(1);

    /** Guarded by the stripe's lock. */
    private boolean discarded;

    // Written before the latch opens, read after.
    private @Nullable Object result;
    private @Nullable Throwable failure;

    Flight(Object key, int hash, @Nullable Object sharedFunction) {
        this.key = key;
        this.hash = hash;
        this.sharedFunction = sharedFunction;
    }

    /** The key was invalidated meanwhile: the result goes to those who wait, but is not kept. */
    void discard() {
        discarded = true;
    }

    boolean isDiscarded() {
        return discarded;
    }

    boolean isLanded() {
        return landed.getCount() == 0;
    }

    void land(@Nullable Object result, @Nullable Throwable failure) {
        this.result = result;
        this.failure = failure;
        landed.countDown();
    }

    /** What the function returned, or what it threw, thrown again. After landing only. */
    @Nullable Object outcome() {
        Throwable failure = this.failure;
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return result;
    }

    /** Waits for the landing. An interrupt does not end the wait; it is there again afterwards. */
    void awaitLanding() {
        boolean interrupted = false;
        while (true) {
            try {
                landed.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
