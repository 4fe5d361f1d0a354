package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every allocator does, however it was built. */
abstract class BufferContract {
    final BufferAllocator root = builder().build();
    final BufferAllocator buffers = tested(root);

    abstract BufferAllocatorBuilder builder();

    BufferAllocator tested(BufferAllocator built) {
        return built;
    }

    /** Closes what is closed. */
    void closeAgain(AutoCloseable closed) throws Exception {
        closed.close();
    }

    @AfterEach
    void everythingComesBack() {
        Checked.requireAllBack(root);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0, 1, 31, 32, 33, 255, 256, 257, 272, 273, 1023, 1024, 4097, 65_536, 69_632, 69_633, 524_288, 524_289,
                3_000_000
            })
    void aLeaseOfAnySizeHoldsWhatIsWritten(int bytes) {
        try (PooledBuffer one = buffers.allocate(bytes);
                PooledBuffer other = buffers.allocate(bytes)) {
            Checked.fill(one, 1);
            Checked.fill(other, 2);
            Checked.requireFilled(one, bytes, 1);
            Checked.requireFilled(other, bytes, 2);
            assertThat(one.capacity()).isEqualTo(bytes);
            assertThat(one.usableSize()).isGreaterThanOrEqualTo(bytes);
            assertThat(one.byteBuffer().capacity()).isEqualTo(bytes);
            assertThat(one.byteBuffer().isDirect()).isEqualTo(buffers.isDirect());
            assertThat(root.stats().leases()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 5_000, 70_000, 600_000})
    void aZeroedLeaseIsZeroWhateverWasThere(int bytes) {
        List<PooledBuffer> dirty = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            PooledBuffer lease = buffers.allocate(bytes);
            Checked.fill(lease, i);
            dirty.add(lease);
        }
        dirty.forEach(PooledBuffer::close);
        List<PooledBuffer> clean = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            PooledBuffer lease = buffers.allocateZeroed(bytes);
            clean.add(lease);
            for (int at = 0; at < bytes; at++) {
                assertThat(lease.get(at)).isZero();
            }
            Checked.fill(lease, i);
        }
        clean.forEach(PooledBuffer::close);
    }

    @Test
    void numbersAreWrittenInBothOrders() {
        try (PooledBuffer lease = buffers.allocate(32)) {
            ByteBuffer view = lease.byteBuffer();
            lease.putLong(0, 0x0102030405060708L);
            assertThat(view.getLong(0)).isEqualTo(lease.getLong(0)).isEqualTo(0x0102030405060708L);
            lease.putLongLE(8, 0x0102030405060708L);
            assertThat(view.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong(8))
                    .isEqualTo(lease.getLongLE(8))
                    .isEqualTo(0x0102030405060708L);
            lease.putInt(16, 0x01020304);
            lease.putIntLE(20, 0x01020304);
            assertThat(lease.getInt(16)).isEqualTo(lease.getIntLE(20)).isEqualTo(0x01020304);
            lease.putShort(24, (short) 0x0102);
            lease.putShortLE(26, (short) 0x0102);
            assertThat(lease.getShort(24)).isEqualTo(lease.getShortLE(26)).isEqualTo((short) 0x0102);
            assertThat(lease.get(26)).isEqualTo((byte) 2);
            lease.putBytes(28, new byte[] {9, 8, 7}, 1, 2);
            byte[] read = new byte[3];
            lease.getBytes(28, read, 1, 2);
            assertThat(read).containsExactly(0, 8, 7);
        }
    }

    @Test
    void whatIsNotWithinTheCapacityIsRefusedWithTheBound() {
        try (PooledBuffer lease = buffers.allocate(10)) {
            for (int index : new int[] {-1, 3, 10, Integer.MAX_VALUE}) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> lease.getLong(index))
                        .withMessageContaining("index=" + index)
                        .withMessageContaining("capacity=10");
            }
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> lease.put(10, (byte) 1));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> lease.putBytes(8, new byte[9], 0, 3));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> lease.getBytes(0, new byte[2], 1, 2));
        }
    }

    @Test
    void aViewIsTheSameAndKeepsItsPosition() {
        try (PooledBuffer lease = buffers.allocate(100)) {
            lease.byteBuffer().position(7).limit(50);
            assertThat(lease.byteBuffer().position()).isEqualTo(7);
            assertThat(lease.byteBuffer().limit()).isEqualTo(50);
        }
    }

    @Test
    void aLeaseGrowsAndKeepsWhatIsInIt() {
        try (PooledBuffer lease = buffers.allocate(1000)) {
            Checked.fill(lease, 5);
            int usable = lease.usableSize();
            lease.grow(usable);
            assertThat(lease.capacity()).isEqualTo(usable);
            Checked.requireFilled(lease, 1000, 5);
            lease.grow(usable + 1);
            Checked.requireFilled(lease, 1000, 5);
            lease.grow(200_000);
            Checked.requireFilled(lease, 1000, 5);
            assertThat(lease.byteBuffer().capacity()).isEqualTo(200_000);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lease.grow(10))
                    .withMessageContaining("200000");
            assertThat(root.stats().leases()).isEqualTo(1);
        }
    }

    @Test
    void ownersShareAndTheLastGivesBack() throws Exception {
        PooledBuffer lease = buffers.allocate(100);
        Checked.fill(lease, 3);
        byte third = lease.get(3);
        SharedBuffer first = lease.share();
        assertThatIllegalStateException().isThrownBy(lease::capacity).withMessageContaining("shared");
        lease.close(); // harmless: it is not the owner any more
        SharedBuffer part = first.slice(3, 10);
        SharedBuffer again = part.retain();
        assertThat(first.owners()).isEqualTo(3);
        first.close();
        closeAgain(first);
        assertThat(part.byteBuffer().get(0)).isEqualTo(third);
        assertThat(part.capacity()).isEqualTo(10);
        assertThatIllegalStateException().isThrownBy(first::retain);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> part.slice(5, 6));
        part.close();
        assertThat(root.stats().leases()).isEqualTo(1);
        assertThat(again.byteBuffer().get(0)).isEqualTo(third);
        again.close();
        assertThat(root.stats().leases()).isZero();
        assertThat(root.stats().closedTwice()).isEqualTo(1);
    }

    @Test
    void aClosedLeaseThrowsAndReachesNobodyElse() throws Exception {
        PooledBuffer stale = buffers.allocate(2000);
        stale.close();
        try (PooledBuffer next = buffers.allocate(2000)) {
            Checked.fill(next, 9);
            closeAgain(stale);
            closeAgain(stale);
            assertThatIllegalStateException()
                    .isThrownBy(() -> stale.put(0, (byte) 1))
                    .withMessageContaining("closed");
            assertThatIllegalStateException().isThrownBy(stale::byteBuffer);
            assertThatIllegalStateException().isThrownBy(() -> stale.grow(3000));
            assertThatIllegalStateException().isThrownBy(stale::share);
            Checked.requireFilled(next, 2000, 9);
            assertThat(root.stats().leases()).isEqualTo(1);
            assertThat(root.stats().closedTwice()).isEqualTo(2);
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> buffers.allocate(-1))
                .withMessageContaining("bytes=-1");
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.allocateZeroed(Integer.MIN_VALUE));
        try (PooledBuffer lease = buffers.allocate(10)) {
            assertThatIllegalArgumentException().isThrownBy(() -> lease.grow(-1));
            assertThatIllegalArgumentException().isThrownBy(() -> lease.grow(Integer.MIN_VALUE));
            for (int index : new int[] {-1, 1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .as("the sum overflows, or is beyond")
                        .isThrownBy(() -> lease.getBytes(index, new byte[10], 0, 10));
            }
        }
        try (SharedBuffer owner = buffers.allocate(10).share()) {
            int[][] outside = {
                {1, Integer.MAX_VALUE}, {Integer.MAX_VALUE, 1}, {-1, 1}, {0, -1}, {11, 0}, {Integer.MIN_VALUE, 5}
            };
            for (int[] part : outside) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> owner.slice(part[0], part[1]));
            }
            assertThat(owner.owners()).isEqualTo(1);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> buffers.child("none", 0));
    }
}
