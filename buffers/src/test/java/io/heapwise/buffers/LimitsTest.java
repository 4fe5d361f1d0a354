package io.heapwise.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heapwise.buffers.internal.SlabPool;
import io.heapwise.buffers.internal.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens where there is no more. */
@Timeout(120)
final class LimitsTest {
    private static final Duration LONG = Duration.ofHours(1);

    private static List<PooledBuffer> takeAll(BufferAllocator buffers, int bytes) {
        List<PooledBuffer> leases = new ArrayList<>();
        try {
            while (true) {
                leases.add(buffers.allocate(bytes));
            }
        } catch (BufferLimitException full) {
            return leases;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 5_000, 16 << 10, 64 << 10, 100_000, 1 << 20, 8 << 20})
    void whatIsTakenFromTheSystemNeverExceedsTheLimit(long limit) {
        BufferAllocator buffers = BufferAllocator.builder().maxBytes(limit).build();
        for (int bytes : new int[] {1, 100, 3_000, 20_000, 200_000}) {
            List<PooledBuffer> leases = takeAll(buffers, bytes);
            assertThat(buffers.stats().heldBytes()).isLessThanOrEqualTo(limit);
            if (bytes <= limit / 16) {
                // Slots of 32 bytes, or a quarter more than asked for at most; what is left at the end of slabs and
                // regions.
                assertThat((long) leases.size() * Math.max(bytes, 32)).isGreaterThan(limit / 2);
            }
            leases.forEach(PooledBuffer::close);
        }
        Checked.requireAllBack(buffers);
    }

    @Test
    void memoryOfOneSizeIsThereForAnotherOnceItHasComeBack() {
        BufferAllocator buffers = BufferAllocator.builder().maxBytes(2 << 20).build();
        for (int bytes : new int[] {100, 5_000, 60_000, 33, 250_000, 2_000_000, 700}) {
            List<PooledBuffer> leases = takeAll(buffers, bytes);
            assertThat(leases).isNotEmpty();
            leases.forEach(PooledBuffer::close);
        }
        Checked.requireAllBack(buffers);
    }

    @Test
    void oneThatPinsARegionDoesNotKeepItsSlicesFromOthers() {
        BufferAllocator buffers = BufferAllocator.builder().maxBytes(256 << 10).build();
        List<PooledBuffer> leases = takeAll(buffers, 1_000);
        PooledBuffer kept = leases.remove(leases.size() / 2);
        leases.forEach(PooledBuffer::close);
        buffers.allocate(12_000).close();
        kept.close();
        Checked.requireAllBack(buffers);
    }

    @Test
    void theRefusalSaysWhatIsHeldAndByHowMany() {
        BufferAllocator buffers = BufferAllocator.builder().maxBytes(100_000).build();
        List<PooledBuffer> leases = takeAll(buffers, 10_000);
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> buffers.allocate(90_000))
                .withMessageContaining("bytes=90000")
                .withMessageContaining("by " + leases.size());
        assertThat(buffers.stats().refusals()).isEqualTo(2);
        leases.forEach(PooledBuffer::close);
        Checked.requireAllBack(buffers);
    }

    @Test
    void theHeapHelpsOutAndIsCounted() {
        BufferAllocator buffers = BufferAllocator.builder()
                .maxBytes(1 << 20)
                .onLimit(LimitPolicy.HEAP_FALLBACK)
                .build();
        List<PooledBuffer> leases = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            leases.add(buffers.allocate(10_000));
        }
        long direct = leases.stream().filter(l -> l.byteBuffer().isDirect()).count();
        assertThat(direct).isPositive();
        assertThat(buffers.stats().fallbacks()).isEqualTo(200 - direct);
        assertThat(buffers.stats().fallbackBytes()).isEqualTo((200 - direct) * 10_000);
        leases.forEach(PooledBuffer::close);
        assertThat(buffers.allocate(10).byteBuffer().isDirect()).isTrue();
        assertThat(buffers.stats().leases()).isEqualTo(1);
    }

    @Test
    void aChildHasItsOwnLimitWithinThatOfItsParent() {
        BufferAllocator buffers = BufferAllocator.builder().maxBytes(64 << 20).build();
        BufferAllocator parent = buffers.child("parent", 100_000);
        BufferAllocator child = parent.child("child", 60_000);
        BufferAllocator sibling = parent.child("sibling", 60_000);
        List<PooledBuffer> first = takeAll(child, 8_192);
        assertThat(first).hasSize(7);
        List<PooledBuffer> second = takeAll(sibling, 8_192);
        assertThat(second).hasSize(5);
        assertThat(parent.stats().chargedBytes()).isEqualTo(12 * 8_192);
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> child.allocate(1 << 20))
                .withMessageContaining("child has");
        first.forEach(PooledBuffer::close);
        second.forEach(PooledBuffer::close);
        assertThat(child.stats().peakBytes()).isEqualTo(7 * 8_192);
        assertThat(parent.stats().peakBytes()).isEqualTo(12 * 8_192);
        assertThat(parent.stats().chargedBytes()).isZero();
        Checked.requireAllBack(buffers);
    }

    @Test
    void aLeaseThatCannotGrowIsWhatItWas() {
        BufferAllocator buffers = BufferAllocator.builder().maxBytes(1 << 20).build();
        try (PooledBuffer lease = buffers.allocate(5_000)) {
            Checked.fill(lease, 1);
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> lease.grow(2 << 20));
            assertThat(lease.capacity()).isEqualTo(5_000);
            Checked.requireFilled(lease, 5_000, 1);
        }
        Checked.requireAllBack(buffers);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MAX_VALUE, Integer.MAX_VALUE - 8, 1 << 30})
    void whatIsHugeIsRefusedAndNothingIsLost(int bytes) {
        for (BufferAllocatorBuilder builder : List.of(
                BufferAllocator.builder(),
                BufferAllocator.builder().heap(),
                BufferAllocator.builder().unpooled(),
                BufferAllocator.builder().alignment(4096),
                BufferAllocator.builder().paranoid())) {
            BufferAllocator buffers = builder.maxBytes(1 << 20).build();
            BufferAllocator child = buffers.child("child", 1 << 20);
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> buffers.allocate(bytes));
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> buffers.allocateZeroed(bytes));
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> child.allocate(bytes));
            try (PooledBuffer lease = child.allocate(100)) {
                assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> lease.grow(bytes));
                assertThat(lease.capacity()).isEqualTo(100);
            }
            assertThat(child.stats().chargedBytes()).isZero();
            Checked.requireAllBack(buffers);
        }
    }

    @Test
    void whyTheSystemRefusedIsTheCause() {
        assumeThat(Runtime.version().feature())
                .as("from 22 on no limit of the JVM is met")
                .isLessThan(22);
        BufferAllocator buffers = BufferAllocator.builder()
                .unpooled()
                .maxBytes(Long.MAX_VALUE - 1)
                .build();
        List<PooledBuffer> leases = new ArrayList<>();
        assertThatExceptionOfType(BufferLimitException.class)
                .isThrownBy(() -> {
                    while (true) {
                        leases.add(buffers.allocate(100_000));
                    }
                })
                .withCauseInstanceOf(OutOfMemoryError.class);
        leases.forEach(PooledBuffer::close);
        Checked.requireAllBack(buffers);
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    private static BufferAllocatorBuilder waiting() {
        return BufferAllocator.builder()
                .maxBytes(1 << 20)
                .onLimit(LimitPolicy.WAIT)
                .waitTimeout(LONG);
    }

    private static void awaitWaiters(BufferAllocator buffers, int count) {
        while (buffers.stats().waiting() < count) {
            Thread.onSpinWait();
        }
    }

    private static List<PooledBuffer> fillTo(BufferAllocator buffers, int bytes) {
        List<PooledBuffer> leases = new ArrayList<>();
        SlabPool pool = buffers.leasing().pool();
        while (true) {
            Taken taken = pool.take(bytes);
            if (taken == null) {
                taken = pool.takeOfOthers(bytes);
            }
            if (taken == null) {
                return leases;
            }
            taken.block().release(taken.slot());
            leases.add(buffers.allocate(bytes));
        }
    }

    @Test
    void whoeverWaitsGetsWhatComesBack() throws Exception {
        BufferAllocator buffers = waiting().build();
        List<PooledBuffer> leases = fillTo(buffers, 5_000);
        CompletableFuture<PooledBuffer> waiter = CompletableFuture.supplyAsync(() -> buffers.allocate(5_000));
        awaitWaiters(buffers, 1);
        leases.remove(3).close();
        leases.add(waiter.get());
        leases.forEach(PooledBuffer::close);
        Checked.requireAllBack(buffers);
    }

    @Test
    void whoeverWaitsForALargerOneGetsItWhenEnoughHasComeBack() throws Exception {
        BufferAllocator buffers = waiting().build();
        List<PooledBuffer> leases = fillTo(buffers, 5_000);
        CompletableFuture<PooledBuffer> waiter = CompletableFuture.supplyAsync(() -> buffers.allocate(100_000));
        awaitWaiters(buffers, 1);
        leases.forEach(
                PooledBuffer::close); // one after the other: the last may come less than a moment after the one before
        waiter.get().close();
        Checked.requireAllBack(buffers);
    }

    @Test
    void whoeverWaitsForAChildIsToldWhenThatHasRoom() throws Exception {
        BufferAllocator buffers = waiting().maxBytes(64 << 20).build();
        BufferAllocator child = buffers.child("child", 10_000);
        PooledBuffer held = child.allocate(8_000);
        CompletableFuture<PooledBuffer> waiter = CompletableFuture.supplyAsync(() -> child.allocate(8_000));
        awaitWaiters(buffers, 1);
        held.close();
        waiter.get().close();
        assertThat(child.stats().chargedBytes()).isZero();
        Checked.requireAllBack(buffers);
    }

    @Test
    void whoeverMayNotWaitIsRefusedAtOnce() {
        for (BufferAllocator buffers : List.of(
                waiting().waitTimeout(Duration.ZERO).build(),
                waiting().maxWaiters(0).build())) {
            List<PooledBuffer> leases = fillTo(buffers, 5_000);
            assertThatExceptionOfType(BufferLimitException.class).isThrownBy(() -> buffers.allocate(5_000));
            leases.forEach(PooledBuffer::close);
            Checked.requireAllBack(buffers);
        }
    }

    @Test
    void anInterruptEndsTheWaitingAndIsKept() throws Exception {
        BufferAllocator buffers = waiting().build();
        List<PooledBuffer> leases = fillTo(buffers, 5_000);
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                buffers.allocate(5_000).close();
                outcome.completeExceptionally(new AssertionError("it was full"));
            } catch (BufferLimitException refused) {
                outcome.complete(Thread.currentThread().isInterrupted()
                        && String.valueOf(refused.getMessage()).contains("interrupted"));
            }
        });
        waiter.start();
        awaitWaiters(buffers, 1);
        waiter.interrupt();
        assertThat(outcome.get()).isTrue();
        leases.forEach(PooledBuffer::close);
        Checked.requireAllBack(buffers);
    }

    @Test
    void closingEndsTheWaiting() {
        BufferAllocator buffers = waiting().build();
        List<PooledBuffer> leases = fillTo(buffers, 5_000);
        CompletableFuture<PooledBuffer> waiter = CompletableFuture.supplyAsync(() -> buffers.allocate(5_000));
        awaitWaiters(buffers, 1);
        buffers.close();
        assertThat(waiter).failsWithin(LONG).withThrowableThat().withMessageContaining("closed");
        leases.forEach(PooledBuffer::close);
        assertThat(buffers.stats().heldBytes()).isZero();
    }

    @Test
    void manyWaitForLittleAndAllGetTheirTurnWithinTheLimits() throws Exception {
        BufferAllocator buffers = waiting().maxBytes(200_000).build();
        BufferAllocator child = buffers.child("child", 50_000);
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicLong worst = new AtomicLong();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<?> watcher = threads.submit(() -> {
                while (!isOver.get()) {
                    worst.accumulateAndGet(buffers.leasing().pool().heldBytes() - 200_000, Math::max);
                    worst.accumulateAndGet(child.stats().chargedBytes() - 50_000, Math::max);
                }
            });
            List<Future<?>> users = new ArrayList<>();
            for (int user = 0; user < 16; user++) {
                SplittableRandom random = new SplittableRandom(user);
                BufferAllocator from = user % 2 == 0 ? buffers : child;
                users.add(threads.submit(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        from.allocate(1 + random.nextInt(15_000)).close();
                    }
                }));
            }
            for (Future<?> user : users) {
                user.get();
            }
            isOver.set(true);
            watcher.get();
        } finally {
            isOver.set(true);
            threads.shutdownNow();
        }
        assertThat(worst.get()).isZero();
        Checked.requireAllBack(buffers);
    }
}
