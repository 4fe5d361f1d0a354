package io.heapwise.buffers.internal;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryBudget;
import io.heapwise.memory.Reservation;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The memory of an allocator. Invariant: what has been taken from the system is reserved of the budget, and is the regions listed, the loose blocks, and what
 * somebody was using when it was to be freed.
 *
 * <p>Thread-safe. Regions are looked through in the order in which they came, so that the last ones empty first. The lock is held only to change
 * that list, not while the system is asked for memory; of several threads that find nothing one asks, while the others look
 * again for a while, so that a burst of threads does not take a region each.
 */
final class RegionStore {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.buffers");
    private static final int FIRST_SLICES = 64;
    private static final int LOOKS = 100;

    private final MemorySource source;
    private final int alignment;
    private final @Nullable MemoryBudget budget;
    private final long maxBytes;
    private final int mostSlices;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicBoolean isGrowing = new AtomicBoolean();
    private final AtomicLong heldBytes = new AtomicLong();
    /** Of those, what could not be freed when nobody should have used it; the collector will. */
    private final AtomicLong stuckBytes = new AtomicLong();

    private volatile Region[] regions = {};

    RegionStore(MemorySource source, int alignment, @Nullable MemoryBudget budget, long maxBytes) {
        this.source = source;
        this.alignment = alignment;
        this.budget = budget;
        this.maxBytes = maxBytes;
        // A small allocator takes small regions: else the first would be all it may have.
        long eighth = (maxBytes / 8) >> Region.SLICE_SHIFT;
        this.mostSlices = (int) Math.max(1, Math.min(Region.MOST_SLICES, eighth));
    }

    /** The largest run of slices. */
    int mostSlices() {
        return mostSlices;
    }

    /** Takes slices side by side that have been taken from the system already; null if there are none. */
    @Nullable Run take(int slices) {
        for (Region region : regions) {
            Run run = region.take(slices);
            if (run != null) {
                return run;
            }
        }
        return null;
    }

    /** Takes slices of a new region; null if the budget allows none. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it: it only lets the one that grows go first
    @Nullable Run grow(int slices) {
        for (int look = 0; look < LOOKS && !isGrowing.compareAndSet(false, true); look++) {
            Thread.yield();
            Run run = take(slices);
            if (run != null) {
                return run;
            }
        }
        try {
            Run run = take(slices); // of the region that came while we waited for our turn
            return run != null ? run : takeOfNew(slices);
        } finally {
            isGrowing.set(false); // whoever lost patience opens it early, which lets one more thread grow: no harm
        }
    }

    private @Nullable Run takeOfNew(int slices) {
        int planned = Math.min(mostSlices, regions.length == 0 ? FIRST_SLICES : Region.MOST_SLICES);
        for (int count = Math.max(slices, planned); ; count = slices) {
            Reservation reservation = reserve((long) count << Region.SLICE_SHIFT);
            if (reservation != null || budget == null) {
                MemorySource.Memory memory = allocate(count << Region.SLICE_SHIFT, reservation);
                try {
                    Region region = new Region(memory, count, reservation);
                    Run run = region.take(slices);
                    change(region, true);
                    return run;
                } catch (Throwable failed) {
                    giveBack(memory, reservation);
                    throw failed;
                }
            }
            if (count == slices) {
                return null;
            }
        }
    }

    private @Nullable Reservation reserve(long bytes) {
        if (budget == null || bytes > maxBytes) {
            return null;
        }
        return budget.tryReserve(bytes);
    }

    private MemorySource.Memory allocate(int bytes, @Nullable Reservation reservation) {
        try {
            MemorySource.Memory memory = source.allocate(bytes, alignment);
            heldBytes.addAndGet(memory.buffer().capacity());
            return memory;
        } catch (Throwable failed) {
            if (reservation != null) {
                reservation.close();
            }
            throw failed;
        }
    }

    /** Takes memory for one lease alone; null if the budget does not allow it. */
    @Nullable Loose takeLoose(int bytes, LooseLeases leases) {
        return takeAlone(Math.max(bytes, 1), (memory, reservation) -> new Loose(memory, reservation, leases));
    }

    /** Takes memory for one lease alone, and guards around it; null if the budget does not allow it. */
    @Nullable Loose takeGuarded(int bytes, LooseLeases leases) {
        int before = Guarded.guardBytes(alignment);
        long all = (long) before + bytes + Guarded.GUARD_BYTES;
        if (all > Integer.MAX_VALUE) {
            throw new OutOfMemoryError("bytes=" + all + " with guards (expected <= " + Integer.MAX_VALUE + ")");
        }
        return takeAlone((int) all, (memory, reservation) -> new Guarded(memory, reservation, leases, before, bytes));
    }

    private @Nullable Loose takeAlone(int bytes, BiFunction<MemorySource.Memory, @Nullable Reservation, Loose> making) {
        Reservation reservation = reserve(bytes);
        if (reservation == null && budget != null) {
            return null;
        }
        MemorySource.Memory memory = allocate(bytes, reservation);
        try {
            return making.apply(memory, reservation);
        } catch (Throwable failed) {
            giveBack(memory, reservation);
            throw failed;
        }
    }

    /** Undoes {@link #allocate}. */
    private void giveBack(MemorySource.Memory memory, @Nullable Reservation reservation) {
        memory.free();
        heldBytes.addAndGet(-memory.buffer().capacity());
        if (reservation != null) {
            reservation.close();
        }
    }

    /** Gives the memory of a loose block back. */
    void free(Loose loose) {
        free(loose, loose.heldBytes(), () -> loose.free(heldBytes));
    }

    /** Memory was freed by the collector. */
    void dropped(int bytes) {
        heldBytes.addAndGet(-bytes);
    }

    /** Gives a region back to the system, if nothing of it is in use. */
    boolean freeIfEmpty(Region region) {
        if (!region.retire()) {
            return false;
        }
        change(region, false);
        free(region, region.bytes(), () -> region.free(heldBytes));
        return true;
    }

    private void free(Object owner, int bytes, Runnable freeing) {
        try {
            freeing.run();
        } catch (RuntimeException inUse) {
            // Only if somebody reads or writes through a view of a lease that he has closed. Not by way of this store,
            // which
            // the one who waits for the owner to be dropped must not keep.
            AtomicLong held = heldBytes;
            AtomicLong stuck = stuckBytes;
            stuck.addAndGet(bytes);
            var unused = LeakTracker.whenDropped(owner, () -> {
                held.addAndGet(-bytes);
                stuck.addAndGet(-bytes);
            });
            LOGGER.log(
                    Level.WARNING,
                    "bytes=" + bytes + " could not be freed (expected nobody to use them): the collector will, later;"
                            + " do not use a view of a lease that is closed",
                    inUse);
        }
    }

    private void change(Region region, boolean isAdded) {
        lock.lock();
        try {
            Region[] before = regions;
            if (isAdded) {
                Region[] after = Arrays.copyOf(before, before.length + 1);
                after[before.length] = region;
                regions = after;
            } else {
                regions = Arrays.stream(before).filter(one -> one != region).toArray(Region[]::new);
            }
        } finally {
            lock.unlock();
        }
    }

    List<Region> regions() {
        return List.of(regions);
    }

    /** Bytes taken from the system. */
    long heldBytes() {
        return heldBytes.get();
    }

    /** Throws if memory is lost. Only while nobody uses the allocator. The loose bytes are those of leases and those in quarantine. */
    void checkIntegrity(long looseBytes) {
        long bytes = looseBytes + stuckBytes.get();
        for (Region region : regions) {
            region.checkIntegrity();
            bytes += region.bytes();
        }
        if (bytes != heldBytes.get()) {
            throw new IllegalStateException("held=" + heldBytes + " (expected " + bytes
                    + ", the sum of regions, loose blocks and what is stuck): report this as a defect");
        }
    }
}
