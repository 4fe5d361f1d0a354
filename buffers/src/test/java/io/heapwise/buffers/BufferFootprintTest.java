package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** What a lease, and what describes the memory, takes of the heap. */
final class BufferFootprintTest {
    @Test
    void aLeaseIsThirtyTwoBytes() {
        assertThat(ClassLayout.parseClass(PooledBuffer.class).instanceSize()).isLessThanOrEqualTo(32);
    }

    @Test
    void whatDescribesTheSmallestSlotsIsThreePercentOfThem() {
        BufferAllocator buffers =
                BufferAllocator.builder().idleTrim(java.time.Duration.ZERO).build();
        List<PooledBuffer> leases = new ArrayList<>();
        leases.add(buffers.allocate(32));
        long before = GraphLayout.parseInstance(buffers.leasing().pool()).totalSize();
        for (int i = 1; i < 500_000; i++) {
            leases.add(buffers.allocate(32));
        }
        long described = GraphLayout.parseInstance(buffers.leasing().pool()).totalSize() - before;
        assertThat((double) described / buffers.stats().heldBytes()).isLessThan(0.03);
        assertThat(buffers.stats().metadataBytes()).isLessThanOrEqualTo(described + 1_000);
        leases.forEach(PooledBuffer::close);
        Checked.requireAllBack(buffers);
    }
}
