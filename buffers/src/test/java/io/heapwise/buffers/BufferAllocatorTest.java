package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BufferAllocatorTest {
    @Test
    void whatIsLentIsLentToOne() {
        try (BufferAllocator buffers = BufferAllocator.pooled()) {
            Random random = new Random(1);
            List<PooledBuffer> leases = new ArrayList<>();
            for (int round = 0; round < 20_000; round++) {
                if (leases.size() < 500 || random.nextBoolean()) {
                    PooledBuffer lease = buffers.allocate(random.nextInt(random.nextInt(80_000) + 1));
                    for (int at = 0; at + 8 <= lease.capacity(); at += 1024) {
                        lease.putLong(at, System.identityHashCode(lease));
                    }
                    leases.add(lease);
                } else {
                    PooledBuffer lease = leases.remove(random.nextInt(leases.size()));
                    for (int at = 0; at + 8 <= lease.capacity(); at += 1024) {
                        assertThat(lease.getLong(at)).isEqualTo(System.identityHashCode(lease));
                    }
                    lease.close();
                }
            }
            buffers.checkIntegrity();
            assertThat(buffers.stats().leases()).isEqualTo(leases.size());
            leases.forEach(PooledBuffer::close);
            assertThat(buffers.stats().leasedBytes()).isZero();
            buffers.checkIntegrity();
            buffers.trim();
            assertThat(buffers.stats().heldBytes()).isZero();
            buffers.checkIntegrity();
        }
    }
}
