package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import io.heapwise.memory.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Memory of one lease alone, taken from the system for it, and given back with it. Invariant: freed once, by the close of the lease or, once that has
 * been dropped, by the collector.
 */
final class Loose extends Block {
    private final MemorySource.Memory source;
    private final @Nullable Reservation reservation;
    private final SlabPool pool;
    private final Subscription watch;

    Loose(MemorySource.Memory source, @Nullable Reservation reservation, SlabPool pool) {
        super(source.buffer(), 0, source.buffer().capacity());
        this.source = source;
        this.reservation = reservation;
        this.pool = pool;
        int bytes = source.buffer().capacity();
        this.watch = source.watch(this, () -> pool.droppedLoose(bytes));
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
        pool.releasedLoose(this);
    }

    void free() {
        watch.close();
        source.free();
        if (reservation != null) {
            reservation.close();
        }
    }

    @Override
    public String toString() {
        return "Loose[" + slotBytes() + " B]";
    }
}
