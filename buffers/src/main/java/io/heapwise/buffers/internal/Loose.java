package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one lease alone, taken from the system for it, and given back with it. Invariant: freed once, by the close of the lease or, once that has
 * been dropped, by the collector.
 */
final class Loose extends Block {
    private final MemorySource.Memory source;
    private final @Nullable Reservation reservation;
    private final SlabPool pool;
    private final AtomicBoolean isLeased = new AtomicBoolean(true);
    private final Subscription watch;

    Loose(MemorySource.Memory source, @Nullable Reservation reservation, SlabPool pool) {
        super(source.buffer(), 0, source.buffer().capacity());
        this.source = source;
        this.reservation = reservation;
        this.pool = pool;
        int bytes = source.buffer().capacity();
        AtomicBoolean leased = isLeased;
        this.watch = source.watch(this, () -> {
            if (leased.get()) {
                pool.droppedLoose(bytes);
            }
            if (reservation != null) {
                reservation.close();
            }
        });
    }

    @Override
    public boolean markUsed(int slot) {
        return true;
    }

    @Override
    long nextSequence() {
        return pool.nextLooseSequence();
    }

    @Override
    public void release(int slot) {
        isLeased.set(false);
        pool.releasedLoose(this);
    }

    /** Gives the memory back to the system, and says so of what is held. Throws, and nothing has been done, while somebody uses it. */
    void free(AtomicLong heldBytes) {
        try {
            source.free();
            heldBytes.addAndGet(-slotBytes()); // before others may reserve them
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
