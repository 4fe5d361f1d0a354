package io.heapwise.buffers.netty;

import io.heapwise.buffers.BufferLimitException;
import io.heapwise.buffers.LimitPolicy;
import io.heapwise.buffers.internal.Account;
import io.heapwise.buffers.internal.AwaitedMemory;
import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.Subscription;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Limits for any allocator of Netty. Invariant: the capacities of the buffers that are referred to and did not fall back to the heap are at most the limit, of this one
 * and of all above it.
 *
 * <pre>{@code
 * LimitedByteBufAllocator all = LimitedByteBufAllocator.over(new AdaptiveByteBufAllocator())
 *         .name("server")
 *         .maxBytes(256 << 20)
 *         .build();
 * bootstrap.childOption(ChannelOption.ALLOCATOR, all.child("uploads", 64 << 20));
 * }</pre>
 *
 * <p>Capacities are counted, not what the allocator within takes for them, which it alone knows: it rounds up, and keeps what is not in use. {@link NettyAllocator} is
 * limited in what it takes from the system. Direct and heap buffers count for the same limit.
 *
 * <p>Thread-safe. Costs two atomic steps a level and about 200 bytes a buffer beside the buffer within.
 *
 * @since 0.1.0
 */
public final class LimitedByteBufAllocator extends AbstractByteBufAllocator implements ByteBufAllocatorMetricProvider {
    private final ByteBufAllocator within;
    private final Account account;
    private final AwaitedMemory awaited;
    private final LimitPolicy policy;
    private final long waitNanos;
    private final LeakTracker tracker;
    private final Books books;

    /** What all of one family count together. */
    private static final class Books {
        final AtomicLong sequence = new AtomicLong(System.nanoTime());
        final LongAdder fallbacks = new LongAdder();
        final LongAdder refused = new LongAdder();
        final LentBytes lent = new LentBytes();
    }

    LimitedByteBufAllocator(
            ByteBufAllocator within,
            Account account,
            AwaitedMemory awaited,
            LimitPolicy policy,
            long waitNanos,
            LeakTracker tracker) {
        this(within, account, awaited, policy, waitNanos, tracker, new Books());
    }

    private LimitedByteBufAllocator(
            ByteBufAllocator within,
            Account account,
            AwaitedMemory awaited,
            LimitPolicy policy,
            long waitNanos,
            LeakTracker tracker,
            Books books) {
        super(true);
        this.within = within;
        this.account = account;
        this.awaited = awaited;
        this.policy = policy;
        this.waitNanos = waitNanos;
        this.tracker = tracker;
        this.books = books;
    }

    /**
     * Begins to say which limits.
     *
     * @param within whose buffers are lent
     * @return a builder
     */
    public static LimitedByteBufAllocatorBuilder over(ByteBufAllocator within) {
        return new LimitedByteBufAllocatorBuilder(Objects.requireNonNull(within, "within"));
    }

    /**
     * Another limit within this one: what is lent by it counts for both.
     *
     * @param name what it is for, in messages
     * @param maxBytes at least 1; may exceed what this one has
     * @return the child
     * @throws IllegalArgumentException if the limit is below 1
     */
    public LimitedByteBufAllocator child(String name, long maxBytes) {
        Account own = new Account(
                Objects.requireNonNull(name, "name"),
                LimitedByteBufAllocatorBuilder.requirePositive(maxBytes),
                account,
                awaited);
        return new LimitedByteBufAllocator(within, own, awaited, policy, waitNanos, tracker, books);
    }

    // ---- lending ---------------------------------------------------------------------------------------------------

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return lend(initialCapacity, maxCapacity, true);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return lend(initialCapacity, maxCapacity, false);
    }

    private ByteBuf lend(int capacity, int maxCapacity, boolean isDirect) {
        Charge charge =
                new Charge(books.lent); // before anything is taken, so that whatever fails afterwards can be undone
        if (charge(capacity)) {
            try {
                charge.begin(
                        isDirect
                                ? within.directBuffer(capacity, maxCapacity)
                                : within.heapBuffer(capacity, maxCapacity),
                        capacity,
                        account);
            } catch (Throwable failed) {
                account.discharge(capacity);
                throw failed;
            }
        } else {
            charge.begin(fallback(capacity, maxCapacity), capacity, null);
        }
        try {
            ChargedByteBuf lent = new ChargedByteBuf(this, charge, maxCapacity);
            if (tracker.mode() != LeakTracker.Mode.OFF && tracker.isToTrack(books.sequence.incrementAndGet())) {
                lent.watchedBy(watch(lent, charge));
            }
            return lent;
        } catch (Throwable failed) {
            charge.end();
            throw failed;
        }
    }

    private Subscription watch(ChargedByteBuf lent, Charge charge) {
        return tracker.track(lent, () -> {
            charge.end();
            return true;
        });
    }

    /** Whether it is charged; false if it is to come of the heap, uncharged. */
    private boolean charge(int bytes) {
        boolean isInTurn = !(policy == LimitPolicy.WAIT && awaited.isAwaited());
        if (isInTurn && account.charge(bytes)) {
            return true;
        }
        return switch (policy) {
            case HEAP_FALLBACK -> false;
            case FAIL -> throw refused(bytes);
            case WAIT -> {
                boolean isHopeless = account.isTooMuch(bytes);
                Boolean got = isHopeless ? null : awaited.await(() -> account.charge(bytes) ? true : null, waitNanos);
                if (got == null) {
                    throw refused(bytes);
                }
                yield true;
            }
        };
    }

    private ByteBuf fallback(int capacity, int maxCapacity) {
        books.fallbacks.increment();
        return UnpooledByteBufAllocator.DEFAULT.heapBuffer(capacity, maxCapacity);
    }

    /** Gives the buffer within another capacity; throws and has changed nothing if that can't be had. */
    void resize(Charge charge, int newCapacity) {
        ByteBuf buffer = charge.within();
        int moreBytes = newCapacity - charge.bytes();
        boolean isCharged = charge.account() != null && moreBytes > 0;
        if (isCharged && !charge(moreBytes)) {
            ByteBuf fallback = fallback(newCapacity, Integer.MAX_VALUE).setBytes(0, buffer, 0, buffer.capacity());
            charge.movedTo(fallback.writerIndex(0));
            return;
        }
        try {
            ByteBuf unused = buffer.capacity(newCapacity);
        } catch (Throwable failed) {
            if (isCharged) {
                account.discharge(moreBytes);
            }
            throw failed;
        }
        charge.resized(newCapacity);
    }

    private BufferLimitException refused(int bytes) {
        books.refused.increment();
        return new BufferLimitException(
                "bytes=" + bytes + " (expected less than is free of " + account + "): waiting=" + awaited.waiting()
                        + (Thread.currentThread().isInterrupted() ? ", interrupted" : "")
                        + ": release buffers sooner, ask for less, or allow more",
                null);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return within.isDirectBufferPooled();
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    /**
     * What it has lent.
     *
     * @return a snapshot
     */
    public LimitedByteBufStats stats() {
        return new LimitedByteBufStats(
                account.name(),
                account.limitBytes(),
                account.usedBytes(),
                account.peakBytes(),
                books.fallbacks.sum(),
                books.refused.sum(),
                awaited.waiting(),
                tracker.leaks());
    }

    /**
     * Adds a listener for buffers that were dropped without being released.
     *
     * @param listener gets each that was found; what it throws is logged
     * @return closed to take it out
     */
    public Subscription onLeak(Consumer<? super LeakTracker.Leak> listener) {
        return tracker.onLeak(listener);
    }

    /**
     * The capacities of the buffers of the whole family that are referred to, what fell back to the heap among them.
     *
     * @return read anew at each call
     */
    @Override
    public ByteBufAllocatorMetric metric() {
        return books.lent;
    }

    @Override
    public String toString() {
        return "LimitedByteBufAllocator[" + account + ", of " + within + "]";
    }
}
