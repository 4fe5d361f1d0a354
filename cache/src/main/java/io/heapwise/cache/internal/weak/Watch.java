package io.heapwise.cache.internal.weak;

import io.heapwise.memory.Subscription;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An action that waits for a value to be collected. Invariant: it is run once or given up, never both. */
final class Watch implements Subscription {
    private final Watches owner;
    private final AtomicReference<@Nullable Runnable> action;

    /** The link of the value, once there is one; guarded, as the next, by the owner's map. */
    @Nullable Link link;

    /** The next for the same value, in the order in which they came. */
    @Nullable Watch next;

    Watch(Watches owner, Runnable action) {
        this.owner = owner;
        this.action = new AtomicReference<>(action);
    }

    /** The action, for the one caller that is to run it; null for all others. */
    @Nullable Runnable claim() {
        return action.getAndSet(null);
    }

    @Override
    public void close() {
        if (claim() != null) {
            owner.forget(this);
        }
    }
}
