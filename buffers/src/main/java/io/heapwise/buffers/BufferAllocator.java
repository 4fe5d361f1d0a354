package io.heapwise.buffers;

import io.heapwise.buffers.internal.Account;
import io.heapwise.buffers.internal.Behind;
import io.heapwise.buffers.internal.Census;
import io.heapwise.buffers.internal.IdleMemory;
import io.heapwise.buffers.internal.Leasing;
import io.heapwise.buffers.internal.MemorySource;
import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.Subscription;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lends memory in pieces of any size. Invariant: no byte is lent to two at the same time, and what is taken from the system is never more than
 * the limit.
 *
 * <pre>{@code
 * BufferAllocator buffers = BufferAllocator.pooled();
 * try (PooledBuffer buffer = buffers.allocate(8192)) {
 *     channel.read(buffer.byteBuffer());
 * }
 * }</pre>
 *
 * <p><b>Where memory is.</b> In regions of up to 1 MiB, cut into slots of about fifty sizes, a quarter of a power of two apart; what is larger than half a
 * region is taken from the system by itself. Any thread gives back what any other has taken, at the same cost. Memory that is not in use goes back to
 * the system after some seconds, and at once while memory is {@linkplain io.heapwise.memory.MemoryPressure tight}.
 *
 * <p><b>Cost.</b> A lease is one compare-and-set to take a slot, one exchange on the lease and one atomic addition to give it back; 32 bytes
 * of garbage. A child's costs one more of each a level.
 *
 * <p>Thread-safe. An allocator that is dropped gives its memory back when its last lease has gone; {@link #close} does it at once, and says what is still lent.
 *
 * @since 0.1.0
 */
public final class BufferAllocator implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.buffers");

    static {
        Behind.opensWith(BufferAllocator::leasing);
    }

    private final String name;
    private final Leasing leasing;

    /** Null of a child: its parent has it. */
    private final @Nullable IdleMemory idleMemory;

    private final long limitBytes;

    BufferAllocator(String name, Leasing leasing, @Nullable IdleMemory idleMemory, long limitBytes) {
        this.name = name;
        this.leasing = leasing;
        this.idleMemory = idleMemory;
        this.limitBytes = limitBytes;
    }

    /**
     * One that keeps direct memory for the next lease, up to what the JVM allows for that.
     *
     * @return a new allocator, to be closed
     */
    public static BufferAllocator pooled() {
        return builder().build();
    }

    /**
     * One that takes direct memory from the system for each lease, and gives it back with it: slow, and simple to reason about.
     *
     * @return a new allocator, to be closed
     */
    public static BufferAllocator unpooled() {
        return builder().unpooled().build();
    }

    /**
     * Begins an allocator.
     *
     * @return a builder
     */
    public static BufferAllocatorBuilder builder() {
        return new BufferAllocatorBuilder();
    }

    /**
     * Lends memory. What is in it is what its last owner left: {@link #allocateZeroed} if that matters.
     *
     * @param bytes how many, 0 or more
     * @return a lease, to be closed
     * @throws BufferLimitException if there is not so much, as the {@linkplain BufferAllocatorBuilder#onLimit policy} says
     * @throws IllegalArgumentException if bytes is negative
     * @throws IllegalStateException if the allocator is closed
     */
    public PooledBuffer allocate(int bytes) {
        return PooledBuffer.take(leasing, bytes);
    }

    /**
     * Lends memory that is zero. Memory that was never lent before is zero already, and costs nothing more.
     *
     * @param bytes how many, 0 or more
     * @return a lease, to be closed
     * @throws BufferLimitException if there is not so much, as the {@linkplain BufferAllocatorBuilder#onLimit policy} says
     * @throws IllegalArgumentException if bytes is negative
     * @throws IllegalStateException if the allocator is closed
     */
    public PooledBuffer allocateZeroed(int bytes) {
        return PooledBuffer.takeZeroed(leasing, bytes);
    }

    /**
     * An empty chain of leases of this allocator.
     *
     * @return a chain, to be closed
     */
    public BufferChain chain() {
        return new BufferChain(this);
    }

    /**
     * An allocator of the same memory, with a limit of its own: what is lent by it counts for this one too. It needs no closing.
     *
     * @param name what it is for, in messages
     * @param limitBytes how many bytes its leases may have at a time, by the size of their slots; at least 1. May exceed what this one has
     * @return the child
     * @throws IllegalArgumentException if the limit is below 1
     */
    public BufferAllocator child(String name, long limitBytes) {
        Objects.requireNonNull(name, "name");
        BufferAllocatorBuilder.requirePositive("limitBytes", limitBytes);
        return new BufferAllocator(name, leasing.child(name, limitBytes), null, limitBytes);
    }

    /**
     * Whether its memory is outside the heap.
     *
     * @return true unless it was built on the heap
     */
    public boolean isDirect() {
        return leasing.pool().source() == MemorySource.DIRECT;
    }

    /**
     * What it has. Looks at each slab: some microseconds for each hundred megabytes, no lock. While others use it, the
     * numbers are of slightly different moments.
     *
     * @return a snapshot
     */
    public BufferStats stats() {
        Census census = leasing.pool().census();
        Account account = leasing.account();
        long held = leasing.pool().heldBytes();
        return new BufferStats(
                name,
                isDirect(),
                held,
                census.leasedBytes(),
                census.leases(),
                limitBytes,
                account == null ? held : account.usedBytes(),
                account == null ? held : account.peakBytes(),
                census.metadataBytes(),
                leasing.fallback().census().leasedBytes(),
                leasing.fallbacks(),
                leasing.refusals(),
                leasing.awaited().waiting(),
                leasing.closedTwiceCount(),
                leasing.tracker().leaks(),
                leasing.damages());
    }

    /**
     * Gives back to the system what is not in use, at once.
     *
     * @return how many bytes that was
     */
    public long trim() {
        return leasing.trim();
    }

    /**
     * Adds a listener for leases that were dropped without being closed.
     *
     * @param listener gets each that was found; what it throws is logged
     * @return closed to take it out
     */
    public Subscription onLeak(Consumer<? super LeakTracker.Leak> listener) {
        return leasing.tracker().onLeak(listener);
    }

    /**
     * Lends nothing any more, and gives back what is not in use. Leases that are open stay good until they are closed, and their memory goes back to the system
     * then; they are named in a warning, which says where one was taken if that is {@linkplain BufferAllocatorBuilder#leaks tracked}. Of a
     * child it only gives such a warning. Closing twice is harmless.
     */
    @Override
    public void close() {
        if (idleMemory == null) {
            closeChild();
            return;
        }
        boolean isFirst = !leasing.pool().isClosed();
        idleMemory.close();
        leasing.close();
        Census census = leasing.pool().census();
        if (isFirst && census.leases() > 0) {
            warn("leases=" + census.leases() + " (expected 0): " + census.describe());
        }
    }

    private void closeChild() {
        Account account = leasing.account();
        if (account != null && account.usedBytes() > 0) {
            warn("leases that have bytes=" + account.usedBytes() + " (expected 0)");
        }
    }

    private void warn(String what) {
        LOGGER.log(
                Level.WARNING, "buffers " + name + " closed with " + what + "; close them first", leasing.anyTaken());
    }

    /** Throws if memory is lost or lent twice. Only while nobody uses the allocator. */
    void checkIntegrity() {
        leasing.pool().checkIntegrity();
        leasing.fallback().checkIntegrity();
        leasing.tracker().checkIntegrity();
    }

    Leasing leasing() {
        return leasing;
    }

    @Override
    public String toString() {
        return "BufferAllocator[" + stats() + "]";
    }
}
