package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import org.jspecify.annotations.Nullable;

/** Memory of one lease alone, taken from the system for it, and given back with it. Invariant: freed once. */
final class Loose extends Block {
    private final MemorySource.Memory source;
    private final @Nullable Reservation reservation;
    private final SlabPool pool;

    Loose(MemorySource.Memory source, @Nullable Reservation reservation, SlabPool pool) {
        super(source.buffer(), 0, source.buffer().capacity());
        this.source = source;
        this.reservation = reservation;
        this.pool = pool;
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
