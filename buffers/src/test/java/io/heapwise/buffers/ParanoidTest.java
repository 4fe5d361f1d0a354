package io.heapwise.buffers;

import static io.heapwise.buffers.Collector.collectUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heapwise.buffers.internal.Block;
import io.heapwise.buffers.internal.Leasing;
import io.heapwise.buffers.internal.Taken;
import io.heapwise.buffers.internal.Tenure;
import io.heapwise.buffers.netty.NettyAllocator;
import io.heapwise.memory.LeakTracker;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who uses memory that is not his is told so, with the places where the lease was taken and closed; and nothing is lost by that. */
@Timeout(120)
final class ParanoidTest {
    private final BufferAllocator heap =
            BufferAllocator.builder().heap().paranoid().build();
    private final BufferAllocator direct = BufferAllocator.builder().paranoid().build();

    /** Damages the array behind a view, as one does who takes offset and length for his own. */
    private static void damage(ByteBuffer view, int index) {
        view.array()[view.arrayOffset() + index] ^= 1;
    }

    @ParameterizedTest
    @ValueSource(ints = {-64, -1, 100, 163})
    void whatIsWrittenOutsideOfALeaseIsFoundWhenItIsClosed(int index) {
        PooledBuffer lease = heap.allocate(100);
        damage(lease.byteBuffer(), index);
        assertThatIllegalStateException()
                .isThrownBy(lease::close)
                .withMessageContaining("bytes=100 was written outside: from offset=" + index)
                .withMessageContaining("expected 0 to 99")
                .withStackTraceContaining("closed here by thread")
                .withStackTraceContaining("taken here by thread");
        assertThat(heap.stats().damages()).isEqualTo(1);
        Checked.requireAllBack(heap);
        assertThat(heap.stats().damages()).as("told once").isEqualTo(1);
    }

    @Test
    void whatIsWrittenWithinALeaseIsNoDamage() {
        PooledBuffer lease = heap.allocate(100);
        damage(lease.byteBuffer(), 0);
        damage(lease.byteBuffer(), 99);
        lease.close();
        Checked.requireAllBack(heap);
        assertThat(heap.stats().damages()).isZero();
    }

    @Test
    void aLeaseThatIsDamagedDoesNotGrow() {
        PooledBuffer lease = heap.allocate(100);
        damage(lease.byteBuffer(), 100);
        assertThatIllegalStateException().isThrownBy(() -> lease.grow(200)).withMessageContaining("offset=100");
        assertThat(lease.capacity()).isEqualTo(100);
        damage(lease.byteBuffer(), 100); // and is as before
        lease.grow(200).put(150, (byte) 1);
        damage(lease.byteBuffer(), 200);
        assertThatIllegalStateException().isThrownBy(lease::close).withMessageContaining("offset=200");
        Checked.requireAllBack(heap);
    }

    @Test
    void whatIsWrittenAfterTheEndIsFoundWhenTheMemoryIsFreed() {
        PooledBuffer lease = heap.allocate(1_000);
        ByteBuffer view = lease.byteBuffer();
        lease.close();
        assertThat(heap.stats().heldBytes()).as("kept for a while").isPositive();
        assertThat(view.get(0)).as("what was there is gone").isEqualTo((byte) 0xDD);
        view.put(999, (byte) 5);
        heap.trim();
        assertThat(heap.stats().damages()).isEqualTo(1);
        Checked.requireAllBack(heap);
    }

    @Test
    void aViewOfAClosedDirectLeaseThrowsOrItsWritesAreFound() {
        PooledBuffer lease = direct.allocate(1_000);
        ByteBuffer view = lease.byteBuffer();
        lease.close();
        if (Runtime.version().feature() >= 22) {
            assertThatIllegalStateException().isThrownBy(() -> view.put(0, (byte) 1));
            assertThatIllegalStateException().isThrownBy(() -> view.get(0));
            assertThat(direct.stats().heldBytes()).isZero();
        } else {
            view.put(3, (byte) 1);
            direct.close();
            assertThat(direct.stats().damages()).isEqualTo(1);
        }
        Checked.requireAllBack(direct);
    }

    @Test
    void whatIsKeptIsBoundedAndGivenUpForWhoeverNeedsIt() {
        BufferAllocator small =
                BufferAllocator.builder().heap().paranoid().maxBytes(1 << 20).build();
        for (int i = 0; i < 50; i++) {
            small.allocate(400_000).close();
            assertThat(small.stats().heldBytes()).isBetween(400_000L, 1L << 20);
        }
        for (int i = 0; i < 5_000; i++) {
            heap.allocate(10).close();
        }
        assertThat(heap.stats().heldBytes()).isBetween(1L, 1_024L * (10 + 2 * 64));
        Checked.requireAllBack(small);
        Checked.requireAllBack(heap);
    }

    @Test
    void nothingIsCleanThatNeedNotBe() {
        try (PooledBuffer dirty = direct.allocate(5_000);
                PooledBuffer clean = direct.allocateZeroed(5_000)) {
            for (int at = 0; at < 5_000; at++) {
                assertThat(dirty.get(at)).isEqualTo((byte) 0xCD);
                assertThat(clean.get(at)).isZero();
            }
            assertThat(dirty.usableSize()).isEqualTo(5_000);
        }
        Checked.requireAllBack(direct);
    }

    @Test
    void whoClosesTwiceIsToldWhereItWasClosedAndTaken() {
        PooledBuffer lease = direct.allocate(10);
        closeElsewhere(lease);
        assertThatIllegalStateException()
                .isThrownBy(lease::close)
                .withStackTraceContaining("closeElsewhere")
                .withStackTraceContaining("taken here by thread");
        assertThatIllegalStateException()
                .isThrownBy(lease::capacity)
                .as("who uses it is told too")
                .withStackTraceContaining("closeElsewhere");
        assertThat(direct.stats().closedTwice()).isEqualTo(1);

        SharedBuffer first = direct.allocate(10).share();
        SharedBuffer second = first.retain();
        closeElsewhere(first);
        assertThatIllegalStateException().isThrownBy(first::close).withStackTraceContaining("closeElsewhere");
        assertThatIllegalStateException().isThrownBy(first::retain).withStackTraceContaining("closeElsewhere");
        assertThat(second.capacity()).isEqualTo(10);
        second.close();
        Checked.requireAllBack(direct);
    }

    private static void closeElsewhere(PooledBuffer lease) {
        lease.close();
    }

    private static void closeElsewhere(SharedBuffer owner) {
        owner.close();
    }

    @Test
    void aChainGivesBackAllItsLeasesThoughOneIsDamaged() {
        BufferChain chain = heap.chain();
        List<PooledBuffer> leases = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            PooledBuffer lease = heap.allocate(50);
            leases.add(lease);
            damage(lease.byteBuffer(), i == 1 ? 50 : 0);
            chain.append(lease);
        }
        assertThatIllegalStateException().isThrownBy(chain::close).withMessageContaining("offset=50");
        Checked.requireAllBack(heap);
    }

    @Test
    void aLeaseThatIsDroppedIsReportedAndItsMemoryComesBack() {
        AtomicReference<LeakTracker.Leak> found = new AtomicReference<>();
        var listening = direct.onLeak(found::set);
        assertThat(direct.allocate(1_000).capacity()).isEqualTo(1_000); // and forgets it
        collectUntil(() -> found.get() != null);
        assertThat(found.get().taken()).isNotNull();
        listening.close();
        Checked.requireAllBack(direct);
    }

    @Test
    void aByteBufOfNettysIsGuardedToo() {
        NettyAllocator netty = NettyAllocator.over(direct, heap);
        ByteBuf buffer = netty.heapBuffer(2_000);
        buffer.array()[buffer.arrayOffset() + 2_000] ^= 1;
        assertThatIllegalStateException().isThrownBy(() -> buffer.capacity(3_000));
        assertThatIllegalStateException().isThrownBy(buffer::release).withMessageContaining("offset=2000");
        assertThat(buffer.refCnt()).isZero();
        ByteBuf sound = netty.directBuffer(100).writeLong(1);
        assertThat(sound.capacity(1_000).readLong()).isEqualTo(1);
        assertThat(sound.release()).isTrue();
        Checked.requireAllBack(heap);
        Checked.requireAllBack(direct);
    }

    @Test
    void aNativeWriterIsFoundOnDirectMemory() {
        Leasing leasing = direct.leasing();
        Taken taken = leasing.take(100);
        Block block = taken.block();
        block.memory().put(block.offsetOf(0) + 100, (byte) 9); // as native code would
        Tenure tenure = leasing.tenure(new Object(), block, taken.slot());
        assertThatIllegalStateException()
                .isThrownBy(() -> tenure.end(block, taken.slot()))
                .withMessageContaining("offset=100");
        Checked.requireAllBack(direct);
    }
}
