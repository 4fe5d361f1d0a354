package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one lease alone, taken from the system for it, and given back with it. Invariant: freed once, by the close of the lease or, once that has
 * been dropped, by the collector.
 */
class Loose extends Block {
    private final MemorySource.Memory source;
    private final @Nullable Reservation reservation;
    private final SlabPool pool;
    private final AtomicBoolean isLeased = new AtomicBoolean(true);
    private final Subscription watch;

    Loose(MemorySource.Memory source, @Nullable Reservation reservation, SlabPool pool) {
        this(source, reservation, pool, 0, source.buffer().capacity());
    }

    /** Memory of which the lease has a part. */
    Loose(
            MemorySource.Memory source,
            @Nullable Reservation reservation,
            SlabPool pool,
            int firstByte,
            int leasedBytes) {
        super(source.buffer(), firstByte, leasedBytes);
        this.source = source;
        this.reservation = reservation;
        this.pool = pool;
        int bytes = heldBytes();
        AtomicBoolean leased = isLeased;
        // Whoever waits for this to be dropped must not keep the pool, which may have it in quarantine.
        WeakReference<SlabPool> owner = new WeakReference<>(pool);
        this.watch = source.watch(this, () -> {
            SlabPool known = owner.get();
            if (known != null && leased.get()) {
                known.droppedLoose(bytes);
            }
            if (reservation != null) {
                reservation.close();
            }
        });
    }

    final SlabPool pool() {
        return pool;
    }

    /** What it takes of the system, at least what the lease has. */
    final int heldBytes() {
        return memory().capacity();
    }

    @Override
    public boolean markUsed(int slot) {
        return true;
    }

    @Override
    final long nextSequence() {
        return pool.nextLooseSequence();
    }

    @Override
    public void release(int slot) {
        ended();
        pool.releasedLoose(this);
    }

    /** Nobody has a lease of it any more. */
    final void ended() {
        isLeased.set(false);
    }

    /** Whether it is still memory that anybody can write to once it has been freed, or may be. */
    final boolean isThereWhenFreed() {
        return source.isCollected();
    }

    /** Gives the memory back to the system, and says so of what is held. Throws, and nothing has been done, while somebody uses it. */
    final void free(AtomicLong heldBytes) {
        try {
            source.free();
            heldBytes.addAndGet(-heldBytes()); // before others may reserve them
            watch.close(); // not before: what could not be freed now, as somebody uses it, is freed when it has been
            // dropped
            if (reservation != null) {
                reservation.close();
            }
        } finally {
            Reference.reachabilityFence(this); // else it may be found dropped while it is freed
        }
    }

    @Override
    public String toString() {
        return "Loose[" + slotBytes() + " B]";
    }
}
