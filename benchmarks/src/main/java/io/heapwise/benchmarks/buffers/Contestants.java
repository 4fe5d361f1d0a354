package io.heapwise.benchmarks.buffers;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.buffers.PooledBuffer;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The one place where contestants are configured. Invariant: each has the defaults that its library ships, and gives direct
 * memory, {@code jdkHeap} excepted.
 */
final class Contestants {
    private Contestants() {}

    static Subject of(String contestant) {
        return switch (contestant) {
            case "heapwise" -> new Heapwise();
            case "nettyAdaptive" -> new Netty<>(new AdaptiveByteBufAllocator(true));
            case "nettyPooled" -> new Netty<>(new PooledByteBufAllocator(true));
            case "jdk" -> new Jdk();
            case "jdkHeap" -> new JdkHeap();
            case "jdkArena" -> new ConfinedArena();
            case "naive" -> new Naive();
            default ->
                throw new IllegalArgumentException("contestant=" + contestant
                        + " (expected one of heapwise, nettyAdaptive, nettyPooled, jdk, jdkHeap, jdkArena, naive):"
                        + " name the benchmark method after its contestant");
        };
    }

    private static final class Heapwise implements Subject {
        private final BufferAllocator buffers = BufferAllocator.pooled();

        @Override
        public Object allocate(int bytes) {
            return buffers.allocate(bytes);
        }

        @Override
        public void write(Object buffer, int index) {
            ((PooledBuffer) buffer).put(index, (byte) 1);
        }

        @Override
        public void writeByView(Object buffer) {
            ((PooledBuffer) buffer).byteBuffer().put(0, (byte) 1);
        }

        @Override
        public void release(Object buffer) {
            ((PooledBuffer) buffer).close();
        }

        @Override
        public long heldBytes() {
            return buffers.stats().heldBytes();
        }

        @Override
        public void close() {
            buffers.close();
        }
    }

    private static final class Netty<A extends ByteBufAllocator & ByteBufAllocatorMetricProvider> implements Subject {
        private final A buffers;

        Netty(A buffers) {
            this.buffers = buffers;
        }

        @Override
        public Object allocate(int bytes) {
            return buffers.directBuffer(bytes);
        }

        @Override
        public void write(Object buffer, int index) {
            ByteBuf unused = ((ByteBuf) buffer).setByte(index, 1);
        }

        @Override
        public void writeByView(Object buffer) {
            ByteBuf all = (ByteBuf) buffer;
            all.nioBuffer(0, all.capacity()).put(0, (byte) 1);
        }

        @Override
        public void release(Object buffer) {
            boolean unused = ((ByteBuf) buffer).release();
        }

        @Override
        public long heldBytes() {
            return buffers.metric().usedDirectMemory();
        }

        /** It cannot be closed: what it holds it holds until the process ends. */
        @Override
        public void close() {}
    }

    /** Nothing gives the memory back but the collector, some time. */
    private static class Jdk implements Subject {
        @Override
        public Object allocate(int bytes) {
            return ByteBuffer.allocateDirect(bytes);
        }

        @Override
        public void write(Object buffer, int index) {
            ((ByteBuffer) buffer).put(index, (byte) 1);
        }

        @Override
        public void writeByView(Object buffer) {
            write(buffer, 0);
        }

        @Override
        public void release(Object buffer) {}

        @Override
        public long heldBytes() {
            return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
        }

        @Override
        public void close() {}
    }

    /** Arrays: no direct memory, so the system copies them when it reads or writes. */
    private static final class JdkHeap extends Jdk {
        @Override
        public Object allocate(int bytes) {
            return ByteBuffer.allocate(bytes);
        }

        @Override
        public long heldBytes() {
            return 0;
        }
    }

    /** What one writes without a library: a stack of direct buffers for each power of two, under a lock, that only grows. */
    private static final class Naive implements Subject {
        private static final int LEAST_BYTES = 64;

        private final Object lock = new Object();
        private final ArrayDeque<ByteBuffer>[] idle = stacks();
        private long heldBytes;

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
        private static ArrayDeque<ByteBuffer>[] stacks() {
            ArrayDeque[] stacks = new ArrayDeque[Integer.SIZE];
            for (int power = 0; power < stacks.length; power++) {
                stacks[power] = new ArrayDeque<ByteBuffer>();
            }
            return stacks;
        }

        private static int powerFor(int bytes) {
            return Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(bytes, LEAST_BYTES) - 1);
        }

        @Override
        public Object allocate(int bytes) {
            int power = powerFor(bytes);
            synchronized (lock) {
                ByteBuffer known = idle[power].poll();
                if (known != null) {
                    return known.clear().limit(bytes);
                }
                heldBytes += 1L << power;
            }
            return ByteBuffer.allocateDirect(1 << power).limit(bytes);
        }

        @Override
        public void write(Object buffer, int index) {
            ((ByteBuffer) buffer).put(index, (byte) 1);
        }

        @Override
        public void writeByView(Object buffer) {
            write(buffer, 0);
        }

        @Override
        public void release(Object buffer) {
            ByteBuffer known = (ByteBuffer) buffer;
            synchronized (lock) {
                idle[powerFor(known.capacity())].push(known);
            }
        }

        @Override
        public long heldBytes() {
            synchronized (lock) {
                return heldBytes;
            }
        }

        @Override
        public void close() {}
    }
}
