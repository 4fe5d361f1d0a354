package io.heapwise.buffers.internal;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.Subscription;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The end of one lease of which it is known where it was taken. Invariant: of closing the lease and finding it dropped one gives the slot
 * back, whichever takes {@code slot} out.
 */
final class TrackedTenure extends Tenure {
    private final Tenure others;
    private final Set<TrackedTenure> open;
    private final AtomicReference<@Nullable Taken> held = new AtomicReference<>();
    private final LeakTracker tracker;
    final Throwable taken =
            new Throwable("taken here by thread " + Thread.currentThread().getName());
    private Subscription watch = Subscription.none();

    private TrackedTenure(Tenure others, Set<TrackedTenure> open, LeakTracker tracker) {
        super(others.leasing(), others.account(), others.isZeroing());
        this.others = others;
        this.open = open;
        this.tracker = tracker;
    }

    /** Begins to watch a lease that its user does not have yet. */
    static TrackedTenure of(
            Tenure others, Object lease, Block block, int slot, LeakTracker tracker, Set<TrackedTenure> open) {
        TrackedTenure own = new TrackedTenure(others, open, tracker);
        own.held.set(new Taken(block, slot));
        try {
            own.watch = tracker.track(lease, own::free);
            open.add(own);
            return own;
        } catch (Throwable failed) {
            own.held.set(null); // the slot is the caller's again
            own.watch.close();
            throw failed;
        }
    }

    @Override
    public void shared(Object core) {
        Subscription before = watch;
        watch = tracker.track(core, this::free);
        before.close();
    }

    @Override
    public void moved(Block block, int slot) {
        held.set(new Taken(block, slot));
    }

    @Override
    public void end(Block block, int slot) {
        watch.close();
        free();
    }

    private boolean free() {
        Taken last = held.getAndSet(null);
        if (last == null) {
            return false;
        }
        open.remove(this);
        others.end(last.block(), last.slot());
        return true;
    }

    int bytes() {
        Taken now = held.get();
        return now == null ? 0 : now.block().slotBytes();
    }
}
