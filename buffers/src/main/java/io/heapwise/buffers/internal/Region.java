package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A piece of memory taken from the system, in up to 64 slices. Invariant: a set bit of {@code free} is a slice that nobody has; a region whose
 * slices have all been taken for good is given back to the system, once.
 *
 * <p>Thread-safe; a run of slices is taken by one compare-and-set, and given back by one atomic addition.
 */
final class Region {
    static final int SLICE_SHIFT = 14;

    /** Slices are small, so that a class of which little is needed takes little. */
    static final int SLICE_BYTES = 1 << SLICE_SHIFT;

    static final int MOST_SLICES = 64;

    private final MemorySource.Memory source;
    private final ByteBuffer memory;
    private final @Nullable Reservation reservation;
    private final int sliceCount;
    private final AtomicLong free;
    private final AtomicLong touched = new AtomicLong();
    /** Where each slab begins, the slab. */
    private final AtomicReferenceArray<@Nullable Slab> slabs;

    private final Subscription watch;

    /** Whether it was empty at the last round of who looks after idle memory; that one's alone. */
    boolean wasEmpty;

    Region(MemorySource.Memory source, int sliceCount, @Nullable Reservation reservation) {
        this.source = source;
        this.memory = source.buffer();
        this.reservation = reservation;
        this.sliceCount = sliceCount;
        this.free = new AtomicLong(mask(sliceCount));
        this.slabs = new AtomicReferenceArray<>(sliceCount);
        this.watch = watch(source, reservation, this);
    }

    private static Subscription watch(MemorySource.Memory source, @Nullable Reservation reservation, Region owner) {
        return source.watch(owner, reservation == null ? () -> {} : reservation::close);
    }

    private static long mask(int slices) {
        return slices == MOST_SLICES ? -1L : (1L << slices) - 1;
    }

    ByteBuffer memory() {
        return memory;
    }

    int offsetOf(int slice) {
        return slice << SLICE_SHIFT;
    }

    int bytes() {
        return sliceCount << SLICE_SHIFT;
    }

    int freeSlices() {
        return Long.bitCount(free.get());
    }

    boolean isEmpty() {
        return freeSlices() == sliceCount;
    }

    /** Takes the first slices that are free side by side; null if there are not so many. */
    @Nullable Run take(int slices) {
        while (true) {
            long bits = free.get();
            long starts = startsOfRuns(bits, slices);
            if (starts == 0) {
                return null;
            }
            int first = Long.numberOfTrailingZeros(starts);
            long run = mask(slices) << first;
            if (free.compareAndSet(bits, bits & ~run)) {
                long before = touched.getAndUpdate(had -> had | run);
                return new Run(this, first, slices, (before & run) == 0);
            }
        }
    }

    /** The bits at which so many set bits begin: each step joins runs found so far, so that six do for 64. */
    static long startsOfRuns(long bits, int length) {
        long starts = bits;
        int have = 1;
        while (have < length && starts != 0) {
            int more = Math.min(have, length - have);
            starts &= starts >>> more;
            have += more;
        }
        return starts;
    }

    /** Gives slices back; true if all are free now. */
    boolean release(int firstSlice, int slices) {
        long run = mask(slices) << firstSlice;
        return free.addAndGet(run) == mask(sliceCount);
    }

    /** Takes all slices for good, if they are free: then {@link #free} must be called. */
    boolean retire() {
        return free.compareAndSet(mask(sliceCount), 0L);
    }

    /** Gives the memory back to the system, and says so of what is held. Throws, and nothing has been done, while somebody uses it. */
    void free(AtomicLong heldBytes) {
        try {
            source.free();
            heldBytes.addAndGet(-bytes()); // before others may reserve them
            watch.close(); // not before: what could not be freed now, as somebody uses it, is freed when it has been
            // dropped
            if (reservation != null) {
                reservation.close();
            }
        } finally {
            Reference.reachabilityFence(this); // else it may be found dropped while it is freed
        }
    }

    void begins(Slab slab) {
        slabs.set(slab.firstSlice, slab);
    }

    void ended(Slab slab) {
        slabs.set(slab.firstSlice, null);
    }

    /** The slab that begins with a slice, if one does. */
    @Nullable Slab slabAt(int slice) {
        return slabs.get(slice);
    }

    int sliceCount() {
        return sliceCount;
    }

    /** Throws if slices are lost, or taken twice. Only while nobody uses the allocator. */
    void checkIntegrity() {
        long taken = 0;
        for (int slice = 0; slice < sliceCount; slice++) {
            Slab slab = slabs.get(slice);
            if (slab != null) {
                long run = mask(slab.sliceCount) << slice;
                if ((taken & run) != 0 || slab.firstSlice != slice) {
                    throw new IllegalStateException(slab + " lies in another: report this as a defect");
                }
                taken |= run;
                slab.checkIntegrity();
            }
        }
        if ((taken ^ free.get()) != mask(sliceCount)) {
            throw new IllegalStateException("taken=" + Long.toHexString(taken) + " free=" + Long.toHexString(free.get())
                    + " (expected each slice once): report this as a defect");
        }
    }
}
