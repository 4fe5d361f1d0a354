package io.heapwise.buffers.internal;

import io.heapwise.buffers.BufferLimitException;
import io.heapwise.buffers.LimitPolicy;
import io.heapwise.memory.LeakTracker;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What an allocator and its children do when memory is asked for. Invariant: what is returned has been charged to the account, and whatever throws
 * has taken nothing.
 *
 * <p>Thread-safe. The way that most go is short, and its callers have it themselves: take a slot of {@link #slabFor}, charge it. Everything else is {@link #take}.
 */
public final class Leasing {
    private final SlabPool pool;
    private final SlabPool fallback;
    private final AwaitedMemory awaited;
    private final LimitPolicy policy;
    private final long waitNanos;
    private final LeakTracker tracker;
    private final @Nullable Account account;
    private final Tenure tenure;
    private final boolean isTracking;
    private final Books books;

    /** What all allocators of one family have together. */
    private static final class Books {
        final Set<TrackedTenure> tracked = ConcurrentHashMap.newKeySet();
        final LongAdder closedTwice = new LongAdder();
        final LongAdder fallbacks = new LongAdder();
        final LongAdder refused = new LongAdder();
    }

    /** Of an allocator without a parent. */
    public Leasing(
            SlabPool pool,
            SlabPool fallback,
            AwaitedMemory awaited,
            LimitPolicy policy,
            long waitNanos,
            LeakTracker tracker,
            boolean isZeroing) {
        this(pool, fallback, awaited, policy, waitNanos, tracker, null, isZeroing, new Books());
    }

    private Leasing(
            SlabPool pool,
            SlabPool fallback,
            AwaitedMemory awaited,
            LimitPolicy policy,
            long waitNanos,
            LeakTracker tracker,
            @Nullable Account account,
            boolean isZeroing,
            Books books) {
        this.pool = pool;
        this.fallback = fallback;
        this.awaited = awaited;
        this.policy = policy;
        this.waitNanos = waitNanos;
        this.tracker = tracker;
        this.account = account;
        this.tenure = new Tenure(this, account, isZeroing);
        this.isTracking = tracker.mode() != LeakTracker.Mode.OFF;
        this.books = books;
    }

    /** The same memory, within another limit. */
    public Leasing child(String name, long limitBytes) {
        Account own = new Account(name, limitBytes, account, awaited);
        return new Leasing(pool, fallback, awaited, policy, waitNanos, tracker, own, tenure.isZeroing(), books);
    }

    // ---- the short way ---------------------------------------------------------------------------------------------

    /** The slab to try first; see {@link SlabPool#slabFor}. */
    public Slab slabFor(int bytes) {
        return pool.slabFor(bytes);
    }

    /** Charges a slot that the caller has taken; if that is refused gives it back, and returns false. */
    public boolean charge(Block block, int slot) {
        if (account == null || account.charge(block.slotBytes())) {
            return true;
        }
        block.release(slot);
        return false;
    }

    /** How the lease of a slot will end. */
    public Tenure tenure(Object lease, Block block, int slot) {
        return isTracking && tracker.isToTrack(block.nextSequence())
                ? TrackedTenure.of(tenure, lease, block, slot, tracker, books.tracked)
                : tenure;
    }

    // ---- the long way ----------------------------------------------------------------------------------------------

    /**
     * Takes memory, as the policy says where there is none. It has been charged.
     *
     * @param bytes how many
     * @throws BufferLimitException if there is none
     * @throws IllegalArgumentException if bytes is negative
     * @throws IllegalStateException if the allocator is closed
     */
    public Taken take(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " (expected >= 0): ask for what will be used");
        }
        boolean isInTurn = !(policy == LimitPolicy.WAIT && awaited.isAwaited());
        Taken taken = isInTurn ? tryTake(bytes) : null;
        if (taken != null) {
            return taken;
        }
        return switch (policy) {
            case FAIL -> throw refused(bytes, null);
            case HEAP_FALLBACK -> takeOfHeap(bytes);
            case WAIT -> await(bytes);
        };
    }

    private @Nullable Taken tryTake(int bytes) {
        Taken taken = tryTakeAny(bytes);
        return taken != null && charge(taken.block(), taken.slot()) ? taken : null;
    }

    private @Nullable Taken tryTakeAny(int bytes) {
        if (account != null && account.isTooMuch(bytes)) {
            return null;
        }
        Taken taken = tryPool(bytes);
        if (taken == null) {
            trim(); // also when nothing went back to the system: slabs may have given their slices back to a region
            taken = tryPool(bytes);
        }
        return taken == null ? pool.takeOfOthers(bytes) : taken;
    }

    private @Nullable Taken tryPool(int bytes) {
        try {
            return pool.take(bytes);
        } catch (OutOfMemoryError noMore) {
            if (pool.source() == MemorySource.HEAP) {
                throw noMore;
            }
            return null; // the system's limit is a limit like ours
        }
    }

    private Taken takeOfHeap(int bytes) {
        Taken taken = fallback.take(bytes);
        if (taken == null || !charge(taken.block(), taken.slot())) {
            throw refused(bytes, null);
        }
        books.fallbacks.increment();
        return taken;
    }

    private Taken await(int bytes) {
        if (account != null && account.isTooMuch(bytes)) {
            throw refused(bytes, null);
        }
        Taken taken = awaited.await(() -> tryTake(bytes), waitNanos);
        if (taken == null) {
            throw refused(bytes, null);
        }
        return taken;
    }

    private BufferLimitException refused(int bytes, @Nullable Throwable cause) {
        books.refused.increment();
        Census census = pool.census();
        String limit = account == null ? "what the limit or the system allows" : account.toString();
        return new BufferLimitException(
                "bytes=" + bytes + " (expected less than is free of " + limit + "): held=" + pool.heldBytes()
                        + ", leased=" + census.leasedBytes() + " by " + census.leases() + ", waiting="
                        + awaited.waiting() + (Thread.currentThread().isInterrupted() ? ", interrupted" : "")
                        + ": close leases sooner, ask for less, or allow more",
                cause);
    }

    // ---- giving back and looking -----------------------------------------------------------------------------------

    /** A lease was closed that was closed. */
    public void closedTwice() {
        books.closedTwice.increment();
    }

    /** Gives back to the system what is not in use. */
    public long trim() {
        return pool.trim();
    }

    public SlabPool pool() {
        return pool;
    }

    public SlabPool fallback() {
        return fallback;
    }

    public @Nullable Account account() {
        return account;
    }

    public AwaitedMemory awaited() {
        return awaited;
    }

    public LeakTracker tracker() {
        return tracker;
    }

    public boolean isZeroing() {
        return tenure.isZeroing();
    }

    public long closedTwiceCount() {
        return books.closedTwice.sum();
    }

    public long fallbacks() {
        return books.fallbacks.sum();
    }

    public long refusals() {
        return books.refused.sum();
    }

    /** One of the open leases of which it is known where they were taken; null if there is none. */
    public @Nullable Throwable anyTaken() {
        for (TrackedTenure one : books.tracked) {
            return one.taken;
        }
        return null;
    }
}
