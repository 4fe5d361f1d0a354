package io.heapwise.cache.internal.weak;

import io.heapwise.cache.internal.Landing;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A load under way for one key. Invariant: it lands exactly once, with a value, with nothing or with what the loader threw; until
 * then it stands in the list of its stripe, unless its key was invalidated.
 */
final class Flight extends Landing {
    final int hash;
    final Function<Object, @Nullable Object> loader;

    /** The next of the stripe's list; guarded by the stripe's lock. */
    @Nullable Flight next;

    /** Its key was invalidated: what it loads goes to those who wait, and no further. Guarded by the stripe's lock. */
    boolean isDiscarded;

    private final CountDownLatch landed = new CountDownLatch(1);

    // Written before the latch opens, read after.
    private @Nullable Object value;
    private @Nullable Throwable failure;

    Flight(Object key, int hash, Function<Object, @Nullable Object> loader) {
        super(key);
        this.hash = hash;
        this.loader = loader;
    }

    void land(@Nullable Object value, @Nullable Throwable failure) {
        this.value = value;
        this.failure = failure;
        landed.countDown();
    }

    @Override
    public boolean isLanded() {
        return landed.getCount() == 0;
    }

    @Override
    protected CountDownLatch latch() {
        return landed;
    }

    /** What was loaded, or null. After landing only. */
    @Nullable Object value() {
        return value;
    }

    /** Throws what the loader threw, if it did. After landing only. */
    void rethrow() {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IllegalStateException("the loader of key=" + key + " threw what it did not declare", failure);
        }
    }
}
