package io.heapwise.buffers.internal;

import io.heapwise.memory.MemoryBudget;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Slots of all sizes, from slabs that many threads share. Invariant: each slab is the current one of at most one place, or in the list of its class, or
 * full; none of its slots is had by two.
 *
 * <p>Thread-safe and lock-free but for the list of regions. Each stripe has a current slab of each class; a thread looks where the number
 * of its thread leads, and next door when somebody is faster there. There is nothing per thread, so neither their number nor
 * their end matters, and virtual threads are threads like others.
 */
public final class SlabPool {
    private static final VarHandle CURRENT = MethodHandles.arrayElementVarHandle(Slab[].class);

    private static final int STRIPES_A_PROCESSOR = 4;
    private static final int MOST_STRIPE_BITS = 6;

    /** Stripes that a thread looks at: so many slabs of a class it keeps current, so that what it gives back is found without a list. */
    private static final int WAYS = 4;

    private final MemorySource source;
    private final SizeClasses classes;
    private final RegionStore store;
    /** A request of fewer bytes is not worth pooling. */
    private final int leastPooled;

    /** A request of more bytes takes memory for itself. */
    private final int mostPooled;

    /** A request of more bytes takes slices for itself. */
    private final int mostSlotted;

    private final int stripeMask;
    private final int stripeShift;
    private final int rowLength;
    /** A row for each stripe; {@link #nothing} where there is no slab. */
    private final Slab[] current;

    private final Slab nothing;
    private final List<SlabList> listed = new ArrayList<>();
    private final LooseLeases loose;
    private final AwaitedMemory awaited;
    private volatile boolean isClosed;

    /**
     * A pool that has nothing yet.
     *
     * @param source where memory comes from
     * @param isPooling false to take memory for each lease by itself
     * @param alignment of each lease, a power of two up to a slice
     * @param budget what all of it is reserved of; null for no limit
     * @param maxBytes the capacity of the budget
     * @param awaited whom to tell when memory comes back
     */
    public SlabPool(
            MemorySource source,
            boolean isPooling,
            int alignment,
            @Nullable MemoryBudget budget,
            long maxBytes,
            AwaitedMemory awaited) {
        this(source, isPooling, false, alignment, budget, maxBytes, awaited);
    }

    /** A pool that takes memory for each lease by itself, and finds out who writes where he must not. */
    public static SlabPool guarding(
            MemorySource source, int alignment, @Nullable MemoryBudget budget, long maxBytes, AwaitedMemory awaited) {
        return new SlabPool(source, false, true, alignment, budget, maxBytes, awaited);
    }

    private SlabPool(
            MemorySource source,
            boolean isPooling,
            boolean isGuarding,
            int alignment,
            @Nullable MemoryBudget budget,
            long maxBytes,
            AwaitedMemory awaited) {
        this.source = source;
        this.classes = new SizeClasses(alignment);
        this.awaited = awaited;
        this.store = new RegionStore(source, alignment, budget, maxBytes);
        this.loose = new LooseLeases(store, awaited, isGuarding);
        // A small array costs less than to find it a slot.
        this.leastPooled = source == MemorySource.HEAP ? 1 << 10 : 0;
        boolean isRoomForSlabs = maxBytes >= Region.SLICE_BYTES;
        this.mostPooled = isPooling && isRoomForSlabs ? (store.mostSlices() << Region.SLICE_SHIFT) / 2 : -1;
        this.mostSlotted = Math.min(SizeClasses.LARGEST, mostPooled);
        int stripeBits = 32
                - Integer.numberOfLeadingZeros(
                        STRIPES_A_PROCESSOR * Runtime.getRuntime().availableProcessors() - 1);
        stripeBits = Math.min(stripeBits, MOST_STRIPE_BITS);
        this.stripeMask = (1 << stripeBits) - 1;
        this.stripeShift = Long.SIZE - stripeBits;
        this.rowLength = classes.count() + 16; // a line or more from the row of the next
        this.nothing = Slab.nothing(this);
        this.current = new Slab[(stripeMask + 1) * rowLength];
        Arrays.fill(current, nothing);
        for (int sizeClass = 0; sizeClass < classes.count(); sizeClass++) {
            listed.add(new SlabList());
        }
    }

    // ---- taking ----------------------------------------------------------------------------------------------------

    /**
     * The slab that this thread should try first; one without any slot if there is none, or it is of no use for so many bytes.
     *
     * @param bytes how many are wanted, 0 or more
     */
    public Slab slabFor(int bytes) {
        if (bytes < leastPooled || bytes > mostSlotted || awaited.isAwaited()) {
            return nothing;
        }
        return currentAt(placeOf(stripeOfThread(), classes.of(bytes)));
    }

    private int stripeOfThread() {
        long id = Thread.currentThread().getId();
        // By the golden ratio: threads that were started one after the other are far apart, whatever the number of
        // stripes.
        return (int) ((id * 0x9E3779B97F4A7C15L) >>> stripeShift) & stripeMask;
    }

    private int placeOf(int stripe, int sizeClass) {
        return stripe * rowLength + sizeClass;
    }

    /**
     * Takes memory where the slab tried first had none.
     *
     * @param bytes how many are wanted, 0 or more
     * @return a slot for them; null if the budget does not allow it
     * @throws OutOfMemoryError if the system has no more
     */
    public @Nullable Taken take(int bytes) {
        if (isClosed) {
            throw new IllegalStateException("the allocator is closed (expected open): let its users end before it");
        }
        if (bytes < leastPooled || bytes > mostPooled) {
            return takeLoose(bytes);
        }
        try {
            return bytes <= SizeClasses.LARGEST ? takeSlot(classes.of(bytes)) : takeSlices(bytes);
        } finally {
            if (isClosed) {
                leave();
            }
        }
    }

    /** Takes a slot of the stripes next door, or replaces one of their slabs in turn. */
    private @Nullable Taken takeSlot(int sizeClass) {
        int stripe = stripeOfThread();
        int replaced = (int) currentAt(placeOf(stripe, sizeClass)).nextSequence() & (WAYS - 1);
        for (int way = WAYS - 1; way >= 0; way--) {
            Slab slab = currentAt(placeOf((stripe + way) & stripeMask, sizeClass));
            int slot = slab.take();
            if (slot >= 0) {
                return taken(slab, slot);
            }
            if (slab == nothing) {
                replaced = way;
            }
        }
        return takeSlot((stripe + replaced) & stripeMask, sizeClass);
    }

    /** Takes a slot of a stripe, whose current slab is replaced if it has none. */
    private @Nullable Taken takeSlot(int stripe, int sizeClass) {
        int place = placeOf(stripe, sizeClass);
        while (true) {
            Slab slab = currentAt(place);
            int slot = slab.takePatiently();
            if (slot >= 0) {
                return taken(slab, slot);
            }
            Slab next = listed.get(sizeClass).poll();
            if (next == null) {
                next = newSlab(sizeClass);
            }
            if (next == null) {
                return null;
            }
            int own = next.takePatiently();
            if (!isClosed && CURRENT.compareAndSet(current, place, slab, next)) {
                if (slab != nothing) {
                    slab.giveUp();
                }
            } else {
                next.giveUp();
            }
            awaited.released(); // while it was in our hands nobody could see its other slots
            if (own >= 0) {
                return taken(next, own);
            }
        }
    }

    AwaitedMemory awaited() {
        return awaited;
    }

    private Slab currentAt(int place) {
        return (Slab) CURRENT.getAcquire(current, place);
    }

    private @Nullable Slab newSlab(int sizeClass) {
        int slotBytes = classes.slotBytes(sizeClass);
        int slices = Math.min(classes.slices(sizeClass), store.mostSlices());
        Run run = run(slices);
        if (run == null && slices > 1) {
            slices = (slotBytes + Region.SLICE_BYTES - 1) >> Region.SLICE_SHIFT; // a slab of a slot is better than none
            run = run(slices);
        }
        return run == null
                ? null
                : slab(run, sizeClass, slotBytes, (slices << Region.SLICE_SHIFT) / slotBytes, Slab.CURRENT);
    }

    private @Nullable Run run(int slices) {
        Run run = store.take(slices);
        return run == null ? store.grow(slices) : run;
    }

    private Slab slab(Run run, int sizeClass, int slotBytes, int slots, int state) {
        try {
            Slab slab = new Slab(this, run, sizeClass, slotBytes, slots, state);
            run.region().begins(slab);
            return slab;
        } catch (Throwable failed) {
            run.region().release(run.firstSlice(), run.sliceCount());
            throw failed;
        }
    }

    /** What was taken, or, if the heap has no room to say so, nothing. */
    private static Taken taken(Block block, int slot) {
        try {
            return new Taken(block, slot);
        } catch (Throwable failed) {
            block.release(slot);
            throw failed;
        }
    }

    /** The last resort where no more may be taken from the system: a slot of that size, or of a larger one, wherever it is. */
    public @Nullable Taken takeOfOthers(int bytes) {
        if (bytes < leastPooled || bytes > mostSlotted) {
            return null;
        }
        for (int sizeClass = classes.of(bytes); sizeClass < classes.count(); sizeClass++) {
            for (int stripe = 0; stripe <= stripeMask; stripe++) {
                Slab slab = currentAt(placeOf(stripe, sizeClass));
                int slot = slab.takePatiently();
                if (slot >= 0) {
                    return taken(slab, slot);
                }
            }
            Slab slab = listed.get(sizeClass).poll();
            if (slab != null) {
                int slot = slab.takePatiently();
                slab.giveUp();
                awaited.released();
                if (slot >= 0) {
                    return taken(slab, slot);
                }
            }
        }
        return null;
    }

    private @Nullable Taken takeSlices(int bytes) {
        int slices = (bytes + Region.SLICE_BYTES - 1) >> Region.SLICE_SHIFT;
        Run run = run(slices);
        if (run == null) {
            return null;
        }
        Slab slab = slab(run, -1, slices << Region.SLICE_SHIFT, 1, Slab.ALONE);
        return taken(slab, slab.takePatiently());
    }

    private @Nullable Taken takeLoose(int bytes) {
        Loose own = loose.take(bytes);
        return own == null ? null : taken(own, 0);
    }

    // ---- giving back -----------------------------------------------------------------------------------------------

    /** Frees what is kept in paranoid mode. */
    public void emptyQuarantine() {
        loose.emptyQuarantine();
    }

    SlabList listOf(int sizeClass) {
        return listed.get(sizeClass);
    }

    /** Takes the slices of a slab back whose slots have all been taken for good. */
    void retired(Slab slab) {
        slab.region.ended(slab);
        if (slab.region.release(slab.firstSlice, slab.sliceCount) && isClosed) {
            store.freeIfEmpty(slab.region);
        }
    }

    /**
     * Gives back to the system what is not in use.
     *
     * @return how many bytes
     */
    public long trim() {
        long before = store.heldBytes();
        for (int place = 0; place < current.length; place++) {
            giveUpIfEmpty(place);
        }
        listed.forEach(SlabList::forgetRetired);
        for (Region region : store.regions()) {
            store.freeIfEmpty(region);
        }
        emptyQuarantine();
        awaited.released();
        return Math.max(0, before - store.heldBytes());
    }

    private void giveUpIfEmpty(int place) {
        Slab slab = currentAt(place);
        if (slab != nothing && slab.isEmpty() && CURRENT.compareAndSet(current, place, slab, nothing)) {
            slab.giveUp();
        }
    }

    /** One of the rounds in which idle memory is found: gives back what was empty at the last round and is now. */
    public void trimIdle() {
        for (int place = 0; place < current.length; place++) {
            Slab slab = currentAt(place);
            if (slab != nothing) {
                boolean isEmpty = slab.isEmpty();
                if (isEmpty && slab.wasEmpty) {
                    giveUpIfEmpty(place);
                }
                slab.wasEmpty = isEmpty;
            }
        }
        listed.forEach(SlabList::forgetRetired);
        for (Region region : store.regions()) {
            boolean isEmpty = region.isEmpty();
            if (isEmpty && region.wasEmpty) {
                store.freeIfEmpty(region);
            }
            region.wasEmpty = isEmpty;
        }
        awaited.released();
    }

    /** Gives nothing out any more, and each piece of memory back as soon as it is not in use. Closing twice is harmless. */
    public void close() {
        isClosed = true;
        leave();
    }

    private void leave() {
        for (int place = 0; place < current.length; place++) {
            Slab slab = currentAt(place);
            if (slab != nothing && CURRENT.compareAndSet(current, place, slab, nothing)) {
                slab.giveUp();
            }
        }
        for (Region region : store.regions()) {
            store.freeIfEmpty(region);
        }
        loose.close();
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    public boolean isClosed() {
        return isClosed;
    }

    public MemorySource source() {
        return source;
    }

    /** Whether it puts guards around each lease. */
    public boolean isGuarding() {
        return loose.isGuarding();
    }

    /** How often memory was found written to by who should not have done so. */
    public long damages() {
        return loose.damages();
    }

    /** Bytes taken from the system. */
    public long heldBytes() {
        return store.heldBytes();
    }

    /** What is leased, by size of slot; counted now, by looking at each slab. */
    public Census census() {
        Census census = new Census();
        loose.addTo(census);
        for (Region region : store.regions()) {
            for (int slice = 0; slice < region.sliceCount(); slice++) {
                Slab slab = region.slabAt(slice);
                if (slab != null) {
                    census.add(slab);
                }
            }
        }
        return census;
    }

    /** Throws if memory is lost or had twice. Only while nobody uses the allocator. */
    public void checkIntegrity() {
        store.checkIntegrity(loose.heldBytes());
        for (int place = 0; place < current.length; place++) {
            Slab slab = currentAt(place);
            if (slab != nothing && !slab.isCurrent()) {
                throw new IllegalStateException(slab + " is current (expected it to know): report this as a defect");
            }
        }
    }
}
