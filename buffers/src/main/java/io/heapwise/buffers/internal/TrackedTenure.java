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
class TrackedTenure extends Tenure {
    private final Tenure others;
    private final Set<TrackedTenure> open;
    private final AtomicReference<@Nullable Taken> held = new AtomicReference<>();
    /** Null if it need not be found when it is dropped. */
    private final @Nullable LeakTracker tracker;

    final Throwable taken =
            new Throwable("taken here by thread " + Thread.currentThread().getName());
    private Subscription watch = Subscription.none();

    TrackedTenure(Tenure others, Set<TrackedTenure> open, @Nullable LeakTracker tracker) {
        super(others.leasing(), others.account(), others.isZeroing());
        this.others = others;
        this.open = open;
        this.tracker = tracker;
    }

    /** Begins to watch a lease that its user does not have yet. */
    static TrackedTenure of(
            Tenure others, Object lease, Block block, int slot, LeakTracker tracker, Set<TrackedTenure> open) {
        TrackedTenure own = new TrackedTenure(others, open, tracker);
        own.begin(lease, block, slot);
        return own;
    }

    /** If it throws, the slot is the caller's again. */
    final void begin(Object lease, Block block, int slot) {
        held.set(new Taken(block, slot));
        if (tracker == null) {
            return;
        }
        try {
            watch = tracker.track(lease, this::dropped);
            open.add(this);
        } catch (Throwable failed) {
            held.set(null);
            watch.close();
            throw failed;
        }
    }

    @Override
    public void shared(Object core) {
        if (tracker != null) {
            Subscription before = watch;
            watch = tracker.track(core, this::dropped);
            before.close();
        }
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

    /** Its user has forgotten it; false if it had been closed. */
    boolean dropped() {
        return free();
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

    /** The memory that it has now; null once it has ended. */
    final @Nullable Block block() {
        Taken now = held.get();
        return now == null ? null : now.block();
    }
}
