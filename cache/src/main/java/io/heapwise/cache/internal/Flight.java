package io.heapwise.cache.internal;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One computation under way for one key: whoever wants to change that key waits for it, outside all locks.
 *
 * <p>Invariant: it stands in the list of its stripe from take-off until it lands, and lands exactly once, whether the
 * function returned or threw.
 */
final class Flight extends Landing {
    final int hash;

    /** The function that is being run, when those who wait with the same function may share its outcome; else null. */
    final @Nullable Object sharedFunction;

    /** The next in the stripe's list; guarded by the stripe's lock. */
    @Nullable Flight next;

    /** Made by the first who waits, under the stripe's lock; most flights land unwatched. */
    private @Nullable CountDownLatch latch;

    /** Guarded by the stripe's lock. */
    private boolean discarded;

    private volatile boolean landed;

    // Written before landed is, read after.
    private @Nullable Object result;
    private @Nullable Throwable failure;

    /** Nobody else can write the key while this is in the list: what was absent at take-off still is. */
    final boolean isAbsent;

    Flight(Object key, int hash, boolean isAbsent, @Nullable Object sharedFunction) {
        super(key);
        this.hash = hash;
        this.isAbsent = isAbsent;
        this.sharedFunction = sharedFunction;
    }

    /** The key was invalidated meanwhile: the result goes to those who wait, but is not kept. */
    void discard() {
        discarded = true;
    }

    boolean isDiscarded() {
        return discarded;
    }

    @Override
    public boolean isLanded() {
        return landed;
    }

    /** Under the stripe's lock, before {@link #awaitLanding}. */
    void announceWaiter() {
        if (latch == null) {
            latch = new CountDownLatch(1);
        }
    }

    /** The owner holds the stripe's lock now, or has held it since this flight left the list: it sees any latch. */
    void land(@Nullable Object result, @Nullable Throwable failure) {
        this.result = result;
        this.failure = failure;
        landed = true;
        if (latch != null) {
            latch.countDown();
        }
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

    /** What a load brought, for those that want the same, though it may not have been kept; null from all other flights. */
    @Nullable Object brought() {
        return sharedFunction == null ? null : result;
    }

    @Override
    protected CountDownLatch latch() {
        return Objects.requireNonNull(latch, "announceWaiter comes first");
    }
}
