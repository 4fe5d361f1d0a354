package io.heapwise.buffers.netty;

import static io.heapwise.buffers.Collector.collectUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.buffers.BufferLimitException;
import io.heapwise.buffers.LimitPolicy;
import io.heapwise.memory.LeakTracker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Netty's about buffers that are leases, and what is ours. */
@Timeout(120)
class NettyAllocatorTest {
    private final BufferAllocator direct = ByteBufKind.direct();
    private final BufferAllocator heap = ByteBufKind.heap();
    private final NettyAllocator netty = NettyAllocator.over(direct, heap);

    @AfterEach
    void everythingComesBack() {
        ByteBufKind.requireAllBack(netty);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 256, 257, 70_000, 600_000, 3_000_000})
    void aBufferIsALeaseUntilItsLastRelease(int capacity) {
        ByteBuf buffer = netty.directBuffer(capacity);
        assertThat(buffer.capacity()).isEqualTo(capacity);
        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.maxFastWritableBytes()).isGreaterThanOrEqualTo(capacity);
        assertThat(buffer.alloc()).isSameAs(netty);
        assertThat(direct.stats().leases()).isEqualTo(1);
        ByteBuf slice = buffer.retainedSlice();
        assertThat(buffer.release()).isFalse();
        assertThat(direct.stats().leases()).isEqualTo(1);
        assertThat(slice.release()).isTrue();
        assertThat(direct.stats().leases()).isZero();
    }

    @Test
    void heapBuffersAreArraysOfTheirOwnUnlessAnAllocatorIsGiven() {
        ByteBuf leased = netty.heapBuffer(5_000);
        assertThat(leased.hasArray()).isTrue();
        assertThat(heap.stats().leases()).isEqualTo(1);
        assertThat(netty.metric().usedHeapMemory()).isPositive();
        assertThat(leased.release()).isTrue();
        ByteBuf alone = NettyAllocator.over(direct).heapBuffer(5_000);
        assertThat(alone.hasArray()).isTrue();
        assertThat(alone.release()).isTrue();
        assertThat(heap.stats().leases()).isZero();
    }

    @Test
    void aStaleReferenceReachesNobody() {
        ByteBuf stale = netty.directBuffer(2_000);
        assertThat(stale.release()).isTrue();
        ByteBuf next = netty.directBuffer(2_000).writeLong(1);
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(() -> stale.setByte(0, 9));
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(stale::release);
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(stale::retain);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .as("what Netty does not check either reaches nothing")
                .isThrownBy(() -> ((LeasedByteBuf) stale)._setByte(0, 9));
        assertThat(next.getLong(0)).isEqualTo(1);
        assertThat(direct.stats().leases()).isEqualTo(1);
        assertThat(next.release()).isTrue();
    }

    @Test
    void aBufferGrowsInItsSlotAndThenMoves() {
        ByteBuf buffer = netty.directBuffer(1_000, 100_000).writeZero(990).writeLong(7);
        int usable = buffer.writerIndex() + buffer.maxFastWritableBytes();
        ByteBuf unused = buffer.capacity(usable);
        assertThat(direct.stats().leases()).isEqualTo(1);
        ByteBuf unusedToo = buffer.capacity(usable + 1);
        assertThat(buffer.getLong(990)).isEqualTo(7);
        assertThat(buffer.writeZero(50_000).capacity()).isGreaterThanOrEqualTo(50_998);
        assertThat(buffer.getLong(990)).isEqualTo(7);
        assertThat(buffer.capacity(994).writerIndex()).isEqualTo(994);
        assertThatIllegalArgumentException().isThrownBy(() -> buffer.capacity(100_001));
        assertThat(direct.stats().leases()).isEqualTo(1);
        assertThat(buffer.release()).isTrue();
    }

    @Test
    void aLimitHoldsForBuffersAndOneThatCannotGrowIsWhatItWas() {
        NettyAllocator small = NettyAllocator.over(direct.child("small", 10_000));
        ByteBuf buffer = small.directBuffer(6_000).writeLong(3);
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> small.directBuffer(6_000))
                .withMessageContaining("small has");
        assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> buffer.capacity(50_000));
        assertThat(buffer.capacity()).isEqualTo(6_000);
        assertThat(buffer.readLong()).isEqualTo(3);
        assertThat(buffer.release()).isTrue();
    }

    @Test
    void whatFallsBackIsOfTheHeapAndWorks() {
        BufferAllocator tiny = BufferAllocator.builder()
                .maxBytes(64 << 10)
                .onLimit(LimitPolicy.HEAP_FALLBACK)
                .build();
        List<ByteBuf> buffers = new ArrayList<>();
        while (tiny.stats().fallbacks() == 0) {
            buffers.add(NettyAllocator.over(tiny).directBuffer(4_000).writeLong(buffers.size()));
        }
        ByteBuf last = buffers.get(buffers.size() - 1);
        assertThat(last.isDirect()).isFalse();
        assertThat(last.hasArray()).isTrue();
        assertThat(last.hasMemoryAddress()).isFalse();
        for (int i = 0; i < buffers.size(); i++) {
            assertThat(buffers.get(i).readLong()).isEqualTo(i);
            assertThat(buffers.get(i).release()).isTrue();
        }
        tiny.trim();
        assertThat(tiny.stats().heldBytes()).isZero();
        tiny.close();
    }

    @Test
    void compositesAreMadeOfLeases() {
        CompositeByteBuf both = netty.compositeDirectBuffer()
                .addComponent(true, netty.directBuffer().writeLong(1))
                .addComponent(true, netty.heapBuffer().writeLong(2));
        assertThat(both.readLong()).isEqualTo(1);
        assertThat(both.readLong()).isEqualTo(2);
        ByteBuf copy = netty.directBuffer().writeBytes(both.readerIndex(0));
        assertThat(copy.getLong(8)).isEqualTo(2);
        assertThat(copy.setBytes(1, both, 0, 16).getLong(9)).isEqualTo(2);
        assertThat(both.setBytes(0, copy, 1, 16).getLong(0)).isEqualTo(1);
        assertThat(copy.release()).isTrue();
        assertThat(both.release()).isTrue();
    }

    @Test
    void theAddressIsThatOfTheFirstByte() throws Throwable {
        List<ByteBuf> buffers = List.of(netty.directBuffer(100), netty.directBuffer(100), netty.directBuffer(900_000));
        for (ByteBuf buffer : buffers) {
            if (Runtime.version().feature() < 22) {
                assertThat(buffer.hasMemoryAddress()).isFalse();
                assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(buffer::memoryAddress);
            } else {
                assertThat(buffer.hasMemoryAddress()).isTrue();
                assertThat(buffer.memoryAddress()).isEqualTo(address(buffer.nioBuffer(0, 100)));
            }
            assertThat(buffer.release()).isTrue();
        }
        ByteBuf onTheHeap = netty.heapBuffer(5_000);
        assertThat(onTheHeap.hasMemoryAddress()).isFalse();
        assertThat(onTheHeap.release()).isTrue();
    }

    private static long address(ByteBuffer buffer) throws Throwable {
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        Object whole = MethodHandles.publicLookup()
                .findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class))
                .invoke(buffer);
        return (long) MethodHandles.publicLookup()
                .findVirtual(segment, "address", MethodType.methodType(long.class))
                .invoke(whole);
    }

    @Test
    void aBufferThatIsDroppedIsReportedWithItsPlaceAndComesBack() {
        AtomicReference<LeakTracker.Leak> found = new AtomicReference<>();
        var listening = direct.onLeak(found::set);
        drop();
        collectUntil(() -> found.get() != null);
        assertThat(found.get().taken()).isNotNull();
        assertThat(found.get().taken().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("drop"));
        assertThat(direct.stats().leases()).isZero();
        listening.close();
    }

    private void drop() {
        ByteBuf unused = netty.directBuffer(5_000).writeLong(1).slice();
    }

    @Test
    void memoryOfTheOtherKindIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NettyAllocator.over(heap))
                .withMessageContaining("direct()");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NettyAllocator.over(direct, direct))
                .withMessageContaining("heap()");
        assertThat(netty.isDirectBufferPooled()).isTrue();
        assertThat(netty.toString()).contains("buffers");
        assertThat(Unpooled.EMPTY_BUFFER).isEqualTo(netty.directBuffer(0, 0));
    }
}
