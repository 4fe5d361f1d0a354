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
    /** Says which leases get a tenure of their own: those that are tracked; in paranoid mode all. */
    private final LeakTracker choosing;

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
        this.choosing = pool.isGuarding() ? LeakTracker.named("any", LeakTracker.Mode.FULL) : tracker;
        this.isTracking = choosing.mode() != LeakTracker.Mode.OFF;
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

    /** Gives back a slot of which no lease could be made. */
    public void giveBack(Block block, int slot) {
        tenure.giveBack(block, slot);
    }

    /** How the lease of a slot will end. */
    public Tenure tenure(Object lease, Block block, int slot) {
        return isTracking && choosing.isToTrack(block.nextSequence()) ? ownTenure(lease, block, slot) : tenure;
    }

    private Tenure ownTenure(Object lease, Block block, int slot) {
        if (!pool.isGuarding()) {
            return TrackedTenure.of(tenure, lease, block, slot, tracker, books.tracked);
        }
        LeakTracker watching = tracker.isToTrack(block.nextSequence()) ? tracker : null;
        return ParanoidTenure.of(tenure, lease, block, slot, watching, books.tracked);
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
        return new Request(bytes).take();
    }

    /** One request on the long way. Invariant: {@code systemsRefusal} is why the system had no more, if it had not. */
    private final class Request {
        private final int bytes;
        private @Nullable OutOfMemoryError systemsRefusal;

        Request(int bytes) {
            this.bytes = bytes;
        }

        Taken take() {
            boolean isInTurn = !(policy == LimitPolicy.WAIT && awaited.isAwaited());
            Taken taken = isInTurn ? tryTake() : null;
            if (taken != null) {
                return taken;
            }
            return switch (policy) {
                case FAIL -> throw refused();
                case HEAP_FALLBACK -> takeOfHeap();
                case WAIT -> await();
            };
        }

        private @Nullable Taken tryTake() {
            Taken taken = tryTakeAny();
            return taken != null && charge(taken.block(), taken.slot()) ? taken : null;
        }

        private @Nullable Taken tryTakeAny() {
            if (account != null && account.isTooMuch(bytes)) {
                return null;
            }
            Taken taken = tryPool();
            if (taken == null) {
                pool.trim(); // also when nothing went back to the system: slabs may have given their slices back to
                // a region
                taken = tryPool();
            }
            return taken == null ? pool.takeOfOthers(bytes) : taken;
        }

        private @Nullable Taken tryPool() {
            try {
                return pool.take(bytes);
            } catch (OutOfMemoryError noMore) {
                if (pool.source() == MemorySource.HEAP) {
                    throw noMore;
                }
                systemsRefusal = noMore;
                return null; // the system's limit is a limit like ours
            }
        }

        private Taken takeOfHeap() {
            Taken taken = fallback.take(bytes);
            if (taken == null || !charge(taken.block(), taken.slot())) {
                throw refused();
            }
            books.fallbacks.increment();
            return taken;
        }

        private Taken await() {
            boolean isTooMuch = account != null && account.isTooMuch(bytes);
            Taken taken = isTooMuch ? null : awaited.await(this::tryTake, waitNanos);
            if (taken == null) {
                throw refused();
            }
            return taken;
        }

        private BufferLimitException refused() {
            books.refused.increment();
            Census census = pool.census();
            String limit = account == null ? "what the limit or the system allows" : account.toString();
            return new BufferLimitException(
                    "bytes=" + bytes + " (expected less than is free of " + limit + "): held=" + pool.heldBytes()
                            + ", leased=" + census.leasedBytes() + " by " + census.leases() + ", waiting="
                            + awaited.waiting()
                            + (Thread.currentThread().isInterrupted() ? ", interrupted" : "")
                            + ": close leases sooner, ask for less, or allow more",
                    systemsRefusal);
        }
    }

    // ---- giving back and looking -----------------------------------------------------------------------------------

    /** A lease was closed that was closed. */
    public void closedTwice() {
        books.closedTwice.increment();
    }

    /** Gives back to the system what is not in use. */
    public long trim() {
        fallback.emptyQuarantine();
        return pool.trim();
    }

    /** Lends nothing any more, and gives each piece of memory back as soon as it is not in use. */
    public void close() {
        pool.close();
        fallback.close();
        awaited.released();
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

    /** Whether memory that nobody has is zero, whoever had it before. */
    public boolean isAlwaysClean() {
        return tenure.isZeroing() && !pool.isGuarding();
    }

    /** How often memory was found written to by who should not have done so. */
    public long damages() {
        return pool.damages() + fallback.damages();
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
