package io.heapwise.buffers.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocatorMetric;
import java.util.concurrent.atomic.LongAdder;

/** How many bytes are lent. Invariant: the sums of the capacities of all buffers of a family that are referred to. Thread-safe. */
final class LentBytes implements ByteBufAllocatorMetric {
    private final LongAdder direct = new LongAdder();
    private final LongAdder heap = new LongAdder();

    void add(ByteBuf buffer, int moreBytes) {
        (buffer.isDirect() ? direct : heap).add(moreBytes);
    }

    @Override
    public long usedHeapMemory() {
        return heap.sum();
    }

    @Override
    public long usedDirectMemory() {
        return direct.sum();
    }

    @Override
    public String toString() {
        return "LentBytes[direct=" + direct + ", heap=" + heap + "]";
    }
}
