package io.heapwise.buffers;

import static io.heapwise.buffers.Collector.collectUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.heapwise.buffers.internal.IdleMemory;
import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.PressureLevel;
import io.heapwise.memory.ScriptedSource;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How leases, idle memory and allocators end: each once, and nothing is kept. */
@Timeout(120)
final class EndsTest {
    @Test
    void ofTwoThreadsThatCloseALeaseOneDoes() throws Exception {
        BufferAllocator buffers = BufferAllocator.pooled();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 2_000; round++) {
                PooledBuffer lease = buffers.allocate(3_000);
                CountDownLatch start = new CountDownLatch(1);
                List<Future<?>> closers = new ArrayList<>();
                for (int thread = 0; thread < 2; thread++) {
                    closers.add(threads.submit(() -> {
                        start.await();
                        lease.close();
                        return null;
                    }));
                }
                start.countDown();
                for (Future<?> closer : closers) {
                    closer.get();
                }
                assertThat(buffers.stats().leases()).isZero();
            }
            assertThat(buffers.stats().closedTwice()).isEqualTo(2_000);
        } finally {
            threads.shutdownNow();
        }
        Checked.requireAllBack(buffers);
    }

    @Test
    void aLeaseClosedWhileItIsMovedGivesBothPlacesBack() throws Exception {
        BufferAllocator buffers = BufferAllocator.pooled();
        ExecutorService threads = Executors.newFixedThreadPool(1);
        try {
            for (int round = 0; round < 2_000; round++) {
                PooledBuffer lease = buffers.allocate(100);
                CountDownLatch start = new CountDownLatch(1);
                Future<?> closer = threads.submit(() -> {
                    start.await();
                    lease.close();
                    return null;
                });
                start.countDown();
                try {
                    lease.grow(1_000 + round);
                } catch (IllegalStateException closed) {
                    assertThat(closed).hasMessageContaining("closed");
                }
                closer.get();
                assertThat(buffers.stats().leases()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
        Checked.requireAllBack(buffers);
    }

    @Test
    void memoryThatSomebodyUsesWhenItIsToBeFreedIsFreedWhenItHasBeenDropped() throws Exception {
        assumeThat(Runtime.version().feature()).as("before 22 nothing notices").isGreaterThanOrEqualTo(22);
        BufferAllocator buffers = BufferAllocator.unpooled();
        Pipe pipe = Pipe.open();
        readIntoAClosedLease(buffers, pipe);
        assertThat(buffers.stats().leases()).isZero();
        assertThat(buffers.stats().heldBytes()).isEqualTo(300_000);
        buffers.checkIntegrity();
        collectUntil(() -> buffers.stats().heldBytes() == 0);
        Checked.requireAllBack(buffers);
        pipe.sink().close();
        pipe.source().close();
    }

    private static void readIntoAClosedLease(BufferAllocator buffers, Pipe pipe) throws Exception {
        PooledBuffer lease = buffers.allocate(300_000);
        ByteBuffer view = lease.byteBuffer();
        FutureTask<Integer> reading = new FutureTask<>(() -> pipe.source().read(view));
        Thread reader = new Thread(reading);
        reader.start();
        while (!isInTheSystem(reader)) {
            Thread.onSpinWait();
        }
        lease.close();
        pipe.sink().write(ByteBuffer.allocate(1));
        assertThat(reading.get()).isEqualTo(1);
    }

    private static boolean isInTheSystem(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getMethodName().startsWith("read");
    }

    // ---- allocators ------------------------------------------------------------------------------------------------

    @Test
    void aClosedAllocatorLendsNothingAndTheLastLeaseGivesTheMemoryBack() {
        BufferAllocator buffers = BufferAllocator.pooled();
        List<PooledBuffer> leases = new ArrayList<>();
        for (int bytes : new int[] {10, 5_000, 100_000, 1_000_000}) {
            leases.add(buffers.allocate(bytes));
        }
        buffers.allocate(10).close();
        buffers.close();
        buffers.close();
        assertThatIllegalStateException().isThrownBy(() -> buffers.allocate(10)).withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> buffers.allocate(1 << 20));
        for (PooledBuffer lease : leases) {
            Checked.fill(lease, 1); // it is still good
            assertThat(buffers.stats().heldBytes()).isPositive();
            lease.close();
        }
        assertThat(buffers.stats().heldBytes()).isZero();
        assertThat(buffers.stats().leases()).isZero();
    }

    @Test
    void closingWhileOthersAllocateLosesNothing() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 500; round++) {
                BufferAllocator buffers = BufferAllocator.pooled();
                CountDownLatch begun = new CountDownLatch(2);
                List<Future<?>> users = new ArrayList<>();
                for (int thread = 0; thread < 2; thread++) {
                    users.add(threads.submit(() -> {
                        try {
                            for (int i = 1; ; i++) {
                                buffers.allocate(i % 5_000).close();
                                begun.countDown();
                            }
                        } catch (IllegalStateException closed) {
                            return null;
                        }
                    }));
                }
                begun.await();
                buffers.close();
                for (Future<?> user : users) {
                    user.get();
                }
                assertThat(buffers.stats().heldBytes()).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    // ---- idle memory -----------------------------------------------------------------------------------------------

    private final ScriptedSource source = new ScriptedSource(1_000_000);
    private final MemoryPressure pressure = source.pressure(new ManualTicker());

    private BufferAllocator idle() {
        return BufferAllocator.builder()
                .pressure(pressure)
                .idleTrim(java.time.Duration.ZERO)
                .build();
    }

    @Test
    void whatIsIdleAtTwoRoundsGoesAndWhatIsUsedStays() {
        BufferAllocator buffers = idle();
        IdleMemory rounds = IdleMemory.start(buffers.leasing(), 0, pressure);
        PooledBuffer kept = buffers.allocate(5_000);
        buffers.allocate(500_000).close();
        List<PooledBuffer> many = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            many.add(buffers.allocate(4_000));
        }
        many.forEach(PooledBuffer::close);
        long before = buffers.stats().heldBytes();
        rounds.round();
        assertThat(buffers.stats().heldBytes()).isEqualTo(before); // it may be used again in a moment
        rounds.round();
        rounds.round();
        assertThat(buffers.stats().heldBytes()).isPositive().isLessThanOrEqualTo(1 << 20); // the region of the one kept
        kept.close();
        rounds.round();
        rounds.round();
        rounds.round();
        assertThat(buffers.stats().heldBytes()).isZero();
        rounds.close();
        Checked.requireAllBack(buffers);
    }

    @Test
    void whatIsIdleGoesAtOnceWhenMemoryIsTight() {
        BufferAllocator buffers = idle();
        buffers.allocate(500_000).close();
        assertThat(buffers.stats().heldBytes()).isPositive();
        source.level(PressureLevel.HIGH);
        while (buffers.stats().heldBytes() > 0) {
            Thread.onSpinWait();
        }
        Checked.requireAllBack(buffers);
    }

    @Test
    void anAllocatorThatIsDroppedIsNotKept() {
        WeakReference<Object> dropped = new WeakReference<>(dropOne());
        collectUntil(() -> dropped.get() == null);
    }

    private static Object dropOne() {
        BufferAllocator buffers = BufferAllocator.pooled();
        buffers.allocate(100_000).close();
        return buffers.leasing().pool();
    }

    /** Where memory is an arena's: that throws where it would be anybody's else. */
    @ParameterizedTest
    @ValueSource(ints = {100, 5_000_000})
    void theMemoryOfAnAllocatorThatIsDroppedGoesBack(int bytes) {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(22);
        ByteBuffer view = viewOfDropped(bytes);
        collectUntil(() -> {
            try {
                view.get(0);
                return false;
            } catch (IllegalStateException gone) {
                return true;
            }
        });
    }

    private static ByteBuffer viewOfDropped(int bytes) {
        return BufferAllocator.pooled().allocate(bytes).byteBuffer();
    }

    @Test
    void aLargeLeaseThatIsDroppedIsCountedNoMoreWhereTheCollectorFreesIt() {
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(22);
        BufferAllocator buffers = BufferAllocator.pooled();
        dropLarge(buffers);
        collectUntil(() -> buffers.stats().leases() == 0);
        Checked.requireAllBack(buffers);
    }

    private static void dropLarge(BufferAllocator buffers) {
        buffers.allocate(5_000_000).put(0, (byte) 1);
    }

    // ---- leaks -----------------------------------------------------------------------------------------------------

    @Test
    void aDroppedLeaseIsReportedOnceWithItsPlaceAndItsMemoryComesBack() {
        BufferAllocator buffers =
                BufferAllocator.builder().leaks(LeakTracker.Mode.FULL).build();
        List<LeakTracker.Leak> found = java.util.Collections.synchronizedList(new ArrayList<>());
        var listening = buffers.onLeak(found::add);
        takeAndDrop(buffers);
        try (PooledBuffer kept = buffers.allocate(100)) {
            collectUntil(() -> buffers.stats().leases() == 1 && found.size() == 2);
            assertThat(kept.capacity()).isEqualTo(100);
        }
        assertThat(found)
                .allSatisfy(leak -> assertThat(leak.taken())
                        .isNotNull()
                        .satisfies(taken -> assertThat(taken.getStackTrace())
                                .anySatisfy(frame ->
                                        assertThat(frame.getMethodName()).isIn("takeAndDrop"))));
        assertThat(buffers.stats().leaks()).isEqualTo(2);
        listening.close();
        Checked.requireAllBack(buffers);
    }

    private static void takeAndDrop(BufferAllocator buffers) {
        buffers.allocate(5_000).put(0, (byte) 1);
        buffers.allocate(700).share().byteBuffer().put(0, (byte) 1);
    }

    @Test
    void aLeaseThatIsClosedIsNeverReported() {
        BufferAllocator buffers =
                BufferAllocator.builder().leaks(LeakTracker.Mode.FULL).build();
        for (int i = 0; i < 1_000; i++) {
            PooledBuffer lease = buffers.allocate(i);
            lease.grow(i + 2_000);
            if (i % 2 == 0) {
                lease.close();
            } else {
                SharedBuffer owner = lease.share();
                owner.retain().close();
                owner.close();
            }
        }
        System.gc();
        assertThat(buffers.stats().leaks()).isZero();
        Checked.requireAllBack(buffers);
    }
}
