package io.heapwise.buffers.netty;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.buffers.internal.Behind;
import io.heapwise.buffers.internal.Leasing;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Netty's allocator over a {@link BufferAllocator}: its limits, children, trimming and leak reports hold for {@link ByteBuf}. Invariant: a buffer has a lease of its own
 * from its allocation to its last release.
 *
 * <pre>{@code
 * BufferAllocator buffers = BufferAllocator.pooled();
 * ServerBootstrap server = new ServerBootstrap()
 *         .option(ChannelOption.ALLOCATOR, NettyAllocator.over(buffers))
 *         .childOption(ChannelOption.ALLOCATOR, NettyAllocator.over(buffers.child("connections", 64 << 20)));
 * }</pre>
 *
 * <p><b>What differs from Netty's own.</b> Where the limit allows no more, {@link io.heapwise.buffers.BufferLimitException} is thrown, after what the
 * {@linkplain io.heapwise.buffers.LimitPolicy policy} tries; do not let an event loop {@linkplain io.heapwise.buffers.LimitPolicy#WAIT wait}. Leaks are found by the allocator,
 * which gets the memory back, not by Netty's detector. Nothing is cached per thread, so any kind of thread allocates at the same cost, and idle memory goes
 * back to the system by itself. A buffer is a new object of 88 bytes. It has a memory address from JDK 22 on; before, Netty's native transports
 * use its {@code ByteBuffer} instead.
 *
 * <p>Thread-safe. Costs what a {@linkplain BufferAllocator lease} costs: one compare-and-set to allocate; one on the reference count and one atomic addition to release.
 * The allocator stays the caller's to close, after the last buffer.
 *
 * @since 0.1.0
 */
public final class NettyAllocator extends AbstractByteBufAllocator implements ByteBufAllocatorMetricProvider {
    private final BufferAllocator direct;
    private final Leasing directLeasing;
    private final @Nullable BufferAllocator heap;
    private final @Nullable Leasing heapLeasing;

    private NettyAllocator(BufferAllocator direct, @Nullable BufferAllocator heap) {
        super(true);
        this.direct = direct;
        this.directLeasing = Behind.of(direct);
        this.heap = heap;
        this.heapLeasing = heap == null ? null : Behind.of(heap);
    }

    /**
     * Direct buffers are leases of an allocator; heap buffers, which Netty seldom asks for, are arrays of their own, within no limit.
     *
     * @param direct of direct memory
     * @return an allocator for Netty
     * @throws IllegalArgumentException if its memory is of the heap
     */
    public static NettyAllocator over(BufferAllocator direct) {
        return new NettyAllocator(requireDirect(direct, true), null);
    }

    /**
     * Direct and heap buffers are leases, each of an allocator.
     *
     * @param direct of direct memory
     * @param heap of memory of the heap
     * @return an allocator for Netty
     * @throws IllegalArgumentException if one is of the other's memory
     */
    public static NettyAllocator over(BufferAllocator direct, BufferAllocator heap) {
        return new NettyAllocator(requireDirect(direct, true), requireDirect(heap, false));
    }

    private static BufferAllocator requireDirect(BufferAllocator allocator, boolean isWanted) {
        if (Objects.requireNonNull(allocator, "allocator").isDirect() != isWanted) {
            throw new IllegalArgumentException("allocator " + allocator.stats().name() + " isDirect=" + !isWanted
                    + " (expected " + isWanted + "): build it with " + (isWanted ? "direct()" : "heap()"));
        }
        return allocator;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return LeasedByteBuf.take(this, directLeasing, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return heapLeasing == null
                ? new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity)
                : LeasedByteBuf.take(this, heapLeasing, initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    /**
     * The bytes that the allocators hold, whether or not they are in use. More is in their {@link BufferAllocator#stats}.
     *
     * @return read anew at each call
     */
    @Override
    public ByteBufAllocatorMetric metric() {
        return new Metric(direct, heap);
    }

    /** Where the leases come from. */
    Stream<BufferAllocator> allocators() {
        return Stream.concat(Stream.of(direct), Stream.ofNullable(heap));
    }

    private record Metric(BufferAllocator direct, @Nullable BufferAllocator heap) implements ByteBufAllocatorMetric {
        @Override
        public long usedHeapMemory() {
            return heap == null ? 0 : heap.stats().heldBytes();
        }

        @Override
        public long usedDirectMemory() {
            return direct.stats().heldBytes();
        }
    }

    @Override
    public String toString() {
        return "NettyAllocator[" + direct + (heap == null ? "" : ", " + heap) + "]";
    }
}
