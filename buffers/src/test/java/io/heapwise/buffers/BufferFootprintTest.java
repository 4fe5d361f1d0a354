package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
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
        for (int i = 0; i < 500_000; i++) {
            leases.add(buffers.allocate(32));
        }
        long described = 0;
        GraphLayout graph = GraphLayout.parseInstance(buffers.leasing().pool());
        for (Class<?> type : graph.getClasses()) {
            described += isOurs(type) ? graph.getClassSizes().count(type) : 0;
        }
        assertThat((double) described / buffers.stats().heldBytes()).isBetween(0.01, 0.03);
        assertThat(buffers.stats().metadataBytes()).isLessThan(described);
        leases.forEach(PooledBuffer::close);
        Checked.requireAllBack(buffers);
    }

    /** Bitmaps, slabs and regions; not what the JDK keeps for itself of a mapping, or once a JVM. */
    private static boolean isOurs(Class<?> type) {
        return type == long[].class
                || type == AtomicReferenceArray.class
                || type.getName().startsWith("io.heapwise.");
    }
}
