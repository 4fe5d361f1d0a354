package io.heapwise.memory;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The right to be called, given back by {@link #close()}. Invariant: once closed, closed for good.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    /** Ends the subscription. Idempotent, never throws; a call already under way on another thread may still finish. */
    @Override
    void close();

    /**
     * A subscription that runs an action when first closed, and never again.
     *
     * @param action what to undo
     * @return the handle; it forgets the action once closed
     */
    static Subscription of(Runnable action) {
        Objects.requireNonNull(action, "action");
        AtomicReference<@Nullable Runnable> once = new AtomicReference<>(action);
        return () -> {
            Runnable first = once.getAndSet(null);
            if (first != null) {
                first.run();
            }
        };
    }

    /**
     * A subscription to nothing.
     *
     * @return a handle whose closing does nothing
     */
    static Subscription none() {
        return () -> {};
    }
}
