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
    private final LooseLeases leases;
    private final AtomicBoolean isLeased = new AtomicBoolean(true);
    private final Subscription watch;

    Loose(MemorySource.Memory source, @Nullable Reservation reservation, LooseLeases leases) {
        this(source, reservation, leases, 0, source.buffer().capacity());
    }

    /** Memory of which the lease has a part. */
    Loose(
            MemorySource.Memory source,
            @Nullable Reservation reservation,
            LooseLeases leases,
            int firstByte,
            int leasedBytes) {
        super(source.buffer(), firstByte, leasedBytes);
        this.source = source;
        this.reservation = reservation;
        this.leases = leases;
        int bytes = heldBytes();
        AtomicBoolean leased = isLeased;
        // Whoever waits for this to be dropped must not keep those, which may have it in quarantine.
        WeakReference<LooseLeases> owner = new WeakReference<>(leases);
        this.watch = source.watch(this, () -> {
            LooseLeases known = owner.get();
            if (known != null && leased.get()) {
                known.dropped(bytes);
            }
            if (reservation != null) {
                reservation.close();
            }
        });
    }

    final LooseLeases leases() {
        return leases;
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
        return leases.nextSequence();
    }

    @Override
    public void release(int slot) {
        ended();
        leases.released(this);
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
            // Not before: what could not be freed now, as somebody uses it, is freed when it has been dropped.
            watch.close();
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
