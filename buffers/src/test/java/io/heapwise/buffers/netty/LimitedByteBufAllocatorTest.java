package io.heapwise.buffers.netty;

import static io.heapwise.buffers.Collector.collectUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heapwise.buffers.BufferLimitException;
import io.heapwise.buffers.LimitPolicy;
import io.heapwise.memory.LeakTracker;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.IllegalReferenceCountException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits over an allocator of Netty's. */
@Timeout(120)
class LimitedByteBufAllocatorTest {
    private static LimitedByteBufAllocatorBuilder builder() {
        return LimitedByteBufAllocator.over(new AdaptiveByteBufAllocator(true))
                .name("server")
                .maxBytes(10_000);
    }

    @Test
    void capacitiesCountForTheLimitToTheByte() {
        LimitedByteBufAllocator limited = builder().build();
        ByteBuf first = limited.directBuffer(6_000).writeLong(1);
        ByteBuf second = limited.heapBuffer(4_000).writeLong(2);
        assertThat(limited.stats().usedBytes()).isEqualTo(10_000);
        assertThat(limited.metric().usedDirectMemory()).isEqualTo(6_000);
        assertThat(limited.metric().usedHeapMemory()).isEqualTo(4_000);
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> limited.directBuffer(1))
                .withMessageContaining("bytes=1")
                .withMessageContaining("server has 10000 of 10000");
        assertThat(first.readLong()).isEqualTo(1);
        assertThat(first.isDirect()).isTrue();
        assertThat(first.release()).isTrue();
        assertThat(limited.directBuffer(6_000).release()).isTrue();
        assertThat(second.readLong()).isEqualTo(2);
        assertThat(second.release()).isTrue();
        assertThat(limited.stats().peakBytes()).isEqualTo(10_000);
        assertThat(limited.stats().refusals()).isEqualTo(1);
        ByteBufKind.requireAllBack(limited);
    }

    @Test
    void whatGrowsIsChargedForTheDifferenceAndWhatShrinksGivesItBack() {
        LimitedByteBufAllocator limited = builder().build();
        ByteBuf buffer = limited.directBuffer(1_000).writeLong(5);
        assertThat(buffer.capacity(9_000).readLong()).isEqualTo(5);
        assertThat(limited.stats().usedBytes()).isEqualTo(9_000);
        assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> buffer.capacity(10_001));
        assertThat(buffer.capacity()).isEqualTo(9_000);
        assertThat(limited.stats().usedBytes()).isEqualTo(9_000);
        assertThat(buffer.capacity(100).getLong(0)).isEqualTo(5);
        assertThat(limited.stats().usedBytes()).isEqualTo(100);
        assertThat(limited.metric().usedDirectMemory()).isEqualTo(100);
        assertThat(buffer.release()).isTrue();
        ByteBufKind.requireAllBack(limited);
    }

    @Test
    void aChildCountsForAllAboveIt() {
        LimitedByteBufAllocator server = builder().build();
        LimitedByteBufAllocator uploads = server.child("uploads", 5_000);
        LimitedByteBufAllocator one = uploads.child("one", 9_000);
        ByteBuf buffer = one.directBuffer(4_000);
        assertThat(server.stats().usedBytes()).isEqualTo(4_000);
        assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> one.directBuffer(1_001));
        assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> server.directBuffer(6_001));
        assertThat(one.stats().usedBytes()).isEqualTo(4_000);
        assertThat(uploads.directBuffer(1_000).release()).isTrue();
        assertThat(buffer.release()).isTrue();
        ByteBufKind.requireAllBack(one);
        ByteBufKind.requireAllBack(uploads);
        ByteBufKind.requireAllBack(server);
        assertThatIllegalArgumentException().isThrownBy(() -> server.child("none", 0));
    }

    @Test
    void whatFallsBackIsOfTheHeapAndCountsForNoLimit() {
        LimitedByteBufAllocator limited =
                builder().onLimit(LimitPolicy.HEAP_FALLBACK).build();
        ByteBuf held = limited.directBuffer(9_000).writeLong(1);
        ByteBuf fallback = limited.directBuffer(2_000).writeLong(2);
        assertThat(fallback.isDirect()).isFalse();
        assertThat(limited.stats().usedBytes()).isEqualTo(9_000);
        assertThat(limited.stats().fallbacks()).isEqualTo(1);
        assertThat(limited.metric().usedHeapMemory()).isEqualTo(2_000);
        assertThat(fallback.capacity(50_000).readLong()).isEqualTo(2);
        assertThat(fallback.release()).isTrue();
        ByteBuf unused = held.capacity(20_000); // moves to the heap with what is in it
        assertThat(held.isDirect()).isFalse();
        assertThat(held.readLong()).isEqualTo(1);
        assertThat(limited.stats().usedBytes()).isZero();
        assertThat(limited.metric().usedDirectMemory()).isZero();
        assertThat(held.release()).isTrue();
        ByteBufKind.requireAllBack(limited);
    }

    @Test
    void whoeverWaitsGetsWhatComesBackAndIsRefusedWhenTheTimeIsOver() throws Exception {
        LimitedByteBufAllocator limited = builder()
                .onLimit(LimitPolicy.WAIT)
                .waitTimeout(Duration.ofMinutes(1))
                .build();
        ByteBuf held = limited.directBuffer(9_000);
        CompletableFuture<ByteBuf> waiter = CompletableFuture.supplyAsync(() -> limited.directBuffer(5_000));
        while (limited.stats().waiting() == 0) {
            Thread.onSpinWait();
        }
        assertThat(held.release()).isTrue();
        assertThat(waiter.get().release()).isTrue();
        assertThatExceptionOfType(BufferLimitException.class)
                .as("more than there ever is")
                .isThrownBy(() -> limited.directBuffer(10_001));
        ByteBufKind.requireAllBack(limited);

        LimitedByteBufAllocator hasty =
                builder().onLimit(LimitPolicy.WAIT).waitTimeout(Duration.ZERO).build();
        ByteBuf all = hasty.directBuffer(10_000);
        assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> hasty.directBuffer(1));
        assertThat(all.release()).isTrue();
    }

    @Test
    void anAllocatorThatFailsLeavesNothingCharged() {
        LimitedByteBufAllocator limited =
                LimitedByteBufAllocator.over(new Failing()).build();
        assertThatIllegalStateException().isThrownBy(() -> limited.directBuffer(100));
        assertThat(limited.stats().usedBytes()).isZero();
        ByteBuf buffer = limited.heapBuffer(100);
        assertThatIllegalStateException().isThrownBy(() -> buffer.capacity(1 << 20));
        assertThat(limited.stats().usedBytes()).isEqualTo(100);
        assertThat(buffer.capacity()).isEqualTo(100);
        assertThat(buffer.release()).isTrue();
        ByteBufKind.requireAllBack(limited);
    }

    /** Has no direct memory, and nothing large. */
    private static final class Failing extends AbstractByteBufAllocator {
        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            throw new IllegalStateException("scripted");
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return new io.netty.buffer.UnpooledHeapByteBuf(
                    UnpooledByteBufAllocator.DEFAULT, initialCapacity, maxCapacity) {
                @Override
                public ByteBuf capacity(int newCapacity) {
                    throw new IllegalStateException("scripted");
                }
            };
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    @Test
    void manyThreadsNeverHaveMoreThanTheLimit() throws Exception {
        LimitedByteBufAllocator limited = builder().maxBytes(100_000).build();
        LimitedByteBufAllocator child = limited.child("child", 40_000);
        AtomicLong worst = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> users = new ArrayList<>();
            for (int user = 0; user < 4; user++) {
                SplittableRandom random = new SplittableRandom(user);
                LimitedByteBufAllocator from = user % 2 == 0 ? limited : child;
                users.add(threads.submit(() -> {
                    for (int i = 0; i < 3_000; i++) {
                        try {
                            ByteBuf buffer = from.directBuffer(1 + random.nextInt(30_000));
                            worst.accumulateAndGet(limited.stats().usedBytes() - 100_000, Math::max);
                            worst.accumulateAndGet(child.stats().usedBytes() - 40_000, Math::max);
                            boolean unused = buffer.release();
                        } catch (BufferLimitException refused) {
                            assertThat(refused).hasMessageContaining("expected less");
                        }
                    }
                }));
            }
            for (Future<?> user : users) {
                user.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(worst.get()).isLessThanOrEqualTo(0);
        ByteBufKind.requireAllBack(child);
        ByteBufKind.requireAllBack(limited);
    }

    @Test
    void whatWasChargedForABufferThatIsDroppedComesBack() {
        LimitedByteBufAllocator limited = builder().leaks(LeakTracker.Mode.FULL).build();
        AtomicReference<LeakTracker.Leak> found = new AtomicReference<>();
        var listening = limited.onLeak(found::set);
        drop(limited);
        collectUntil(() -> found.get() != null);
        assertThat(limited.stats().leaks()).isEqualTo(1);
        listening.close();
        ByteBufKind.requireAllBack(limited);
    }

    private static void drop(LimitedByteBufAllocator limited) {
        ByteBuf unused = limited.directBuffer(5_000).writeLong(1).slice();
    }

    @Test
    void theAddressIsThatOfTheBufferWithin() {
        ByteBuf within = UnpooledByteBufAllocator.DEFAULT.directBuffer(100);
        LimitedByteBufAllocator limited =
                LimitedByteBufAllocator.over(new One(within)).build();
        ByteBuf buffer = limited.directBuffer(100);
        assertThat(buffer.hasMemoryAddress()).isEqualTo(within.hasMemoryAddress());
        if (within.hasMemoryAddress()) {
            assertThat(buffer.memoryAddress()).isEqualTo(within.memoryAddress());
        }
        assertThat(buffer.release()).isTrue();
        assertThat(within.refCnt()).isZero();
    }

    /** Has one buffer. */
    private static final class One extends AbstractByteBufAllocator {
        private final ByteBuf buffer;

        One(ByteBuf buffer) {
            this.buffer = buffer;
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            return buffer;
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            throw new IllegalStateException("scripted");
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    @Test
    void aBufferIsReleasedOnce() {
        LimitedByteBufAllocator limited = builder().build();
        ByteBuf buffer = limited.directBuffer(100);
        ByteBuf slice = buffer.retainedSlice(0, 10);
        assertThat(slice.release()).isFalse();
        assertThat(buffer.release()).isTrue();
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(buffer::release);
        assertThatExceptionOfType(IllegalReferenceCountException.class).isThrownBy(() -> buffer.getByte(0));
        ByteBufKind.requireAllBack(limited);
    }
}
