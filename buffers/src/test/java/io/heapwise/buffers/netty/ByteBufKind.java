package io.heapwise.buffers.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.memory.LeakTracker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;

/** The kinds of buffers of this package. Each has an allocator of its own that must have got everything back in the end. */
enum ByteBufKind {
    LEASED_DIRECT {
        @Override
        ByteBufAllocator open() {
            return NettyAllocator.over(direct(), heap());
        }
    },
    LEASED_HEAP {
        @Override
        ByteBufAllocator open() {
            return LEASED_DIRECT.open();
        }
    },
    LIMITED_DIRECT {
        @Override
        ByteBufAllocator open() {
            return LimitedByteBufAllocator.over(PooledByteBufAllocator.DEFAULT)
                    .maxBytes(1 << 30)
                    .leaks(LeakTracker.Mode.FULL)
                    .build();
        }
    },
    LIMITED_HEAP {
        @Override
        ByteBufAllocator open() {
            return LimitedByteBufAllocator.over(new UnpooledByteBufAllocator(false))
                    .leaks(LeakTracker.Mode.FULL)
                    .build();
        }
    };

    abstract ByteBufAllocator open();

    ByteBuf allocate(ByteBufAllocator allocator, int capacity, int maxCapacity) {
        return this == LEASED_HEAP || this == LIMITED_HEAP
                ? allocator.heapBuffer(capacity, maxCapacity)
                : allocator.directBuffer(capacity, maxCapacity);
    }

    static BufferAllocator direct() {
        return BufferAllocator.builder().leaks(LeakTracker.Mode.FULL).build();
    }

    static BufferAllocator heap() {
        return BufferAllocator.builder().heap().leaks(LeakTracker.Mode.FULL).build();
    }

    /** Throws unless nothing is lent any more. */
    static void requireAllBack(ByteBufAllocator allocator) {
        if (allocator instanceof NettyAllocator leased) {
            leased.allocators().forEach(BufferAllocator::trim);
        }
        var metric = ((ByteBufAllocatorMetricProvider) allocator).metric();
        assertThat(metric.usedDirectMemory()).isZero();
        assertThat(metric.usedHeapMemory()).isZero();
        if (allocator instanceof LimitedByteBufAllocator limited) {
            assertThat(limited.stats().usedBytes()).isZero();
        }
        if (allocator instanceof NettyAllocator leased) {
            leased.allocators().forEach(BufferAllocator::close);
        }
    }
}
