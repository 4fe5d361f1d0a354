package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.LeakTracker.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryBudgetTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final long MIB = 1 << 20;

    private final List<MemoryBudget> budgets = new ArrayList<>();

    private MemoryBudget of(long capacityBytes) {
        return with(MemoryBudget.builder("things", capacityBytes));
    }

    private MemoryBudget with(MemoryBudgetBuilder builder) {
        MemoryBudget budget = builder.build();
        budgets.add(budget);
        return budget;
    }

    @AfterEach
    void nothingIsLeft() {
        for (MemoryBudget budget : budgets) {
            until(() -> budget.stats().reservedBytes() == 0 && budget.stats().waiting() == 0);
            budget.checkIntegrity();
            budget.close();
        }
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }

    private static FutureTask<Reservation> reserving(MemoryBudget budget, long bytes) {
        FutureTask<Reservation> task = new FutureTask<>(() -> budget.reserve(bytes, LONG));
        Thread thread = new Thread(task, "reserving");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    // ---- reserving -------------------------------------------------------------------------------------------------

    @Test
    void reservesAsMuchAsItHas() throws Exception {
        MemoryBudget budget = of(10);
        try (Reservation six = budget.reserve(6);
                Reservation four = budget.reserve(4)) {
            assertThat(six.bytes() + four.bytes()).isEqualTo(10);
            assertThat(budget.tryReserve(1)).isNull();
            assertThat(budget.stats().reservedBytes()).isEqualTo(10);
            assertThat(budget.stats().reservations()).isEqualTo(2);
        }
        budget.reserve(10).close();
        assertThat(budget.stats().granted()).isEqualTo(3);
    }

    @Test
    void closingTwiceGivesBackOnce() throws Exception {
        MemoryBudget budget = of(10);
        Reservation first = budget.reserve(6);
        first.close();
        Reservation second = budget.reserve(6);
        first.close();
        assertThat(first.bytes()).isZero();
        assertThat(budget.stats().reservedBytes()).isEqualTo(6);
        second.close();
    }

    @Test
    void whatCanNeverBeHadIsRefusedAtOnce() {
        MemoryBudget budget = of(10);
        MemoryBudget child = budget.child("part", 20);
        assertThatThrownBy(() -> budget.reserve(11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "bytes=11 (expected <= 10, the capacity of things): it would wait for ever; use less at a time,"
                                + " or allow more");
        assertThatThrownBy(() -> child.tryReserve(11)).hasMessageContaining("the capacity of things");
        assertThatThrownBy(() -> child.reserveAsync(21, LONG)).hasMessageContaining("the capacity of part");
        assertThatThrownBy(() -> budget.reserve(-1)).hasMessageContaining("bytes=-1 (expected >= 0)");
        assertThatThrownBy(() -> budget.reserve(1, Duration.ofNanos(-1)))
                .hasMessageContaining("timeout=PT-0.000000001S");
        assertThatThrownBy(() -> of(0)).hasMessageContaining("capacityBytes=0 (expected >= 1)");
        assertThatThrownBy(() -> MemoryBudget.builder("x", 1).maximumWaiters(-1))
                .hasMessageContaining("maximumWaiters=-1");
    }

    @Test
    void aReservationShrinksAndGrowsWithoutWaiting() throws Exception {
        MemoryBudget budget = of(10);
        Reservation one = budget.reserve(8);
        one.shrinkTo(3);
        assertThat(budget.stats().reservedBytes()).isEqualTo(3);
        assertThat(one.tryGrow(7)).isTrue();
        assertThat(one.tryGrow(1)).isFalse();
        assertThat(one.bytes()).isEqualTo(10);
        assertThat(budget.stats().reservations()).isOne();
        assertThatThrownBy(() -> one.shrinkTo(11)).hasMessageContaining("bytes=11 (expected 0 to 10)");
        one.close();
        assertThatThrownBy(() -> one.tryGrow(1)).isInstanceOf(IllegalStateException.class);
        assertThat(budget.stats().reservedBytes()).isZero();
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    @Test
    void aSmallRequestDoesNotPassALargeOneThatWaits() throws Exception {
        MemoryBudget budget = of(10);
        Reservation all = budget.reserve(10);
        FutureTask<Reservation> large = reserving(budget, 8);
        until(() -> budget.stats().waiting() == 1);
        FutureTask<Reservation> small = reserving(budget, 1);
        until(() -> budget.stats().waiting() == 2);

        all.shrinkTo(8);
        assertThat(budget.stats().waiting())
                .as("two bytes are free, and the first wants eight")
                .isEqualTo(2);
        assertThat(budget.tryReserve(1)).isNull();
        assertThat(all.tryGrow(1)).isFalse();

        all.close();
        large.get().close();
        small.get().close();
    }

    @Test
    void whoLeavesLetsThoseBehindGoAhead() throws Exception {
        MemoryBudget budget = of(10);
        Reservation some = budget.reserve(8);
        CompletableFuture<Reservation> large = budget.reserveAsync(8, LONG);
        CompletableFuture<Reservation> small = budget.reserveAsync(2, LONG);
        assertThat(budget.stats().waiting()).isEqualTo(2);
        large.cancel(false);
        small.get().close();
        some.close();
    }

    @Test
    void whoseTimeIsOverIsToldTheNumbers() throws Exception {
        MemoryBudget budget = of(10);
        Reservation all = budget.reserve(9);
        assertThatThrownBy(() -> budget.reserve(2, Duration.ofMillis(20)))
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageMatching(
                        "bytes=2 of things \\(expected <= 1 now\\): reserved=9 by 1, limit=10 of 10, waiting=0,"
                                + " ahead of it=0, waited \\d+ ms: use less at a time, allow more, or wait longer");
        assertThatThrownBy(() -> budget.reserveAsync(2, Duration.ofMillis(1)).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(MemoryBudgetException.class);
        assertThat(budget.stats().timedOut()).isEqualTo(2);
        assertThatThrownBy(() -> budget.child("part", 5).reserve(2, Duration.ZERO))
                .hasMessageContaining("bytes=2 of part (expected <= 1 now, in things): reserved=9 by 1");
        all.close();
    }

    @Test
    void whoHasNoTimeHoldsNobodyBackAndIsToldAtOnce() throws Exception {
        MemoryBudget budget = with(MemoryBudget.builder("things", 10).maximumWaiters(1));
        Reservation all = budget.reserve(10);
        CompletableFuture<Reservation> waiting = budget.reserveAsync(1, LONG);
        assertThatThrownBy(() -> budget.reserve(1, Duration.ZERO))
                .as("not since too many wait: it would not")
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("waiting=1, ahead of it=1, waited 0 ms");
        assertThat(budget.reserveAsync(1, Duration.ZERO)).isCompletedExceptionally();
        assertThat(budget.stats().timedOut()).isEqualTo(2);
        assertThat(budget.stats().refused()).isZero();
        assertThat(budget.stats().waiting()).isOne();
        all.close();
        waiting.get().close();
        budget.reserve(10, Duration.ZERO).close();
        budget.reserveAsync(10, Duration.ZERO).get().close();
    }

    @Test
    void deadlinesFollowTheTickerThatIsGiven() throws Exception {
        ManualTicker ticker = new ManualTicker();
        MemoryBudget budget = with(MemoryBudget.builder("things", 10).ticker(ticker));
        Reservation all = budget.reserve(10);
        CompletableFuture<Reservation> early = budget.reserveAsync(1, Duration.ofSeconds(1));
        CompletableFuture<Reservation> late = budget.reserveAsync(1, Duration.ofSeconds(2));
        ticker.advance(Duration.ofSeconds(1).minusNanos(1));
        assertThat(early).isNotDone();
        ticker.advance(Duration.ofNanos(1));
        assertThat(early).isCompletedExceptionally();
        assertThat(late).isNotDone();
        all.close();
        late.get().close();
        until(() -> ticker.pendingTasks() == 0); // called off just after the outcome is told
    }

    @Test
    void tooManyWaitersAreRefused() throws Exception {
        MemoryBudget budget = with(MemoryBudget.builder("things", 10).maximumWaiters(1));
        Reservation all = budget.reserve(10);
        CompletableFuture<Reservation> first = budget.reserveAsync(1, LONG);
        assertThatThrownBy(() -> budget.reserve(1, LONG))
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("allow more than 1 waiters");
        assertThat(budget.reserveAsync(1, LONG)).isCompletedExceptionally();
        assertThat(budget.stats().refused()).isEqualTo(2);
        all.close();
        first.get().close();
    }

    @Test
    void anInterruptedThreadGetsNothing() throws Exception {
        MemoryBudget budget = of(10);
        Reservation all = budget.reserve(10);
        CountDownLatch ended = new CountDownLatch(1);
        Thread waiting = new Thread(() -> {
            try {
                budget.reserve(1, LONG).close();
            } catch (InterruptedException e) {
                ended.countDown();
            }
        });
        waiting.start();
        until(() -> budget.stats().waiting() == 1);
        waiting.interrupt();
        ended.await();
        assertThat(budget.stats().waiting()).isZero();
        all.close();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> budget.reserve(1)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void closingFailsThoseWhoWaitAndLeavesWhatIsReserved() throws Exception {
        MemoryBudget budget = of(10);
        MemoryBudget child = budget.child("part", 5);
        Reservation all = budget.reserve(10);
        FutureTask<Reservation> waiting = reserving(child, 1);
        until(() -> child.stats().waiting() == 1);
        CompletableFuture<Reservation> other = budget.reserveAsync(1, LONG);
        child.close();
        assertThatThrownBy(waiting::get).hasMessageContaining("budget part is closed");
        assertThat(other).isNotDone();
        budget.close();
        assertThatThrownBy(other::get).hasMessageContaining("budget things is closed");
        assertThatThrownBy(() -> child.reserve(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> budget.reserve(1)).isInstanceOf(IllegalStateException.class);
        all.close();
    }

    @Test
    void thousandsWithRandomDeadlinesLeaveNothingBehind() {
        MemoryBudget budget = of(100);
        Random random = new Random(42);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        AtomicLong served = new AtomicLong();
        AtomicLong most = new AtomicLong();
        for (int i = 0; i < 5_000; i++) {
            MemoryBudget asked = i % 3 == 0 ? budget.child("part", 40) : budget;
            CompletableFuture<Reservation> one =
                    asked.reserveAsync(random.nextInt(41), Duration.ofNanos(random.nextInt(20_000_000)));
            if (i % 7 == 0) {
                one.cancel(false);
            }
            all.add(one.handle((reservation, failure) -> {
                if (reservation != null) {
                    most.accumulateAndGet(budget.stats().reservedBytes(), Math::max);
                    served.incrementAndGet();
                    reservation.close();
                }
                return null;
            }));
        }
        all.forEach(CompletableFuture::join);
        assertThat(served).hasPositiveValue();
        assertThat(most.get()).isLessThanOrEqualTo(100);
    }

    // ---- children --------------------------------------------------------------------------------------------------

    @Test
    void aFullChildHoldsBackOnlyItself() throws Exception {
        MemoryBudget budget = of(10);
        MemoryBudget left = budget.child("left", 3);
        MemoryBudget right = budget.child("right", 10);
        Reservation three = left.reserve(3);
        CompletableFuture<Reservation> waiting = left.reserveAsync(1, LONG);
        right.reserve(7).close();
        assertThat(left.tryReserve(0)).as("in turn, though it needs nothing").isNull();
        assertThat(waiting).isNotDone();
        three.close();
        waiting.get().close();
        assertThat(left.stats().granted()).isEqualTo(2);
    }

    @Test
    void whatAChildReservesIsReservedOfItsParents() throws Exception {
        MemoryBudget budget = of(10);
        MemoryBudget part = budget.child("part", 10).child("part of the part", 10);
        Reservation all = part.reserve(10);
        assertThat(budget.tryReserve(1)).isNull();
        assertThat(budget.stats().reservedBytes()).isEqualTo(10);
        assertThat(budget.stats().reservations()).isZero();
        all.close();
        assertThat(part.stats().reservedBytes()).isZero();
    }

    @Test
    void whoNeedNotWaitIsNotRefusedSinceOthersWaitForAnotherChild() throws Exception {
        MemoryBudget budget = with(MemoryBudget.builder("things", 10).maximumWaiters(1));
        MemoryBudget left = budget.child("left", 3);
        Reservation three = left.reserve(3);
        CompletableFuture<Reservation> waiting = left.reserveAsync(1, LONG);
        budget.child("right", 10).reserve(7).close();
        assertThat(left.reserveAsync(1, LONG)).isCompletedExceptionally();
        three.close();
        waiting.get().close();
    }

    // ---- pressure --------------------------------------------------------------------------------------------------

    @Test
    void itIsTightenedWhileTheHeapIsAndWidenedAgain() throws Exception {
        ManualTicker ticker = new ManualTicker();
        ScriptedSource script = new ScriptedSource(100 * MIB);
        try (MemoryPressure pressure = script.pressure(ticker)) {
            MemoryBudget budget = with(
                    MemoryBudget.builder("things", 1_000).pressure(pressure).ticker(ticker));
            Reservation some = budget.reserve(100);
            assertThat(budget.stats().limitBytes()).isEqualTo(1_000);

            script.fullCollection(90 * MIB);
            assertThat(pressure.level()).isEqualTo(PressureLevel.HIGH);
            assertThat(budget.stats().limitBytes()).isEqualTo(500);
            script.fullCollection(90 * MIB);
            assertThat(budget.stats().limitBytes()).as("one step a second").isEqualTo(500);
            ticker.advance(Duration.ofSeconds(1));
            script.fullCollection(90 * MIB);
            assertThat(budget.stats().limitBytes()).isEqualTo(250);
            assertThat(budget.tryReserve(200)).isNull();
            CompletableFuture<Reservation> waiting = budget.reserveAsync(200, LONG);

            ticker.advance(Duration.ofSeconds(1));
            script.fullCollection(10 * MIB);
            assertThat(pressure.level()).isEqualTo(PressureLevel.NORMAL);
            assertThat(budget.stats().limitBytes()).isEqualTo(350);
            waiting.get().close();

            ticker.advance(Duration.ofSeconds(30));
            assertThat(budget.stats().limitBytes())
                    .as("no evidence for thirty seconds")
                    .isEqualTo(650);
            some.close();
        }
    }

    @Test
    void whenNothingIsReservedTheFirstGoesAheadWhateverThePressure() throws Exception {
        ManualTicker ticker = new ManualTicker();
        ScriptedSource script = new ScriptedSource(100 * MIB);
        try (MemoryPressure pressure = script.pressure(ticker)) {
            MemoryBudget budget = with(
                    MemoryBudget.builder("things", 1_000).pressure(pressure).ticker(ticker));
            script.level(PressureLevel.CRITICAL);
            assertThat(pressure.level()).isEqualTo(PressureLevel.CRITICAL);
            try (Reservation all = budget.reserve(1_000)) {
                assertThat(budget.stats().limitBytes()).isEqualTo(100);
                assertThat(all.bytes()).isEqualTo(1_000);
                assertThat(budget.tryReserve(1)).isNull();
            }
        }
    }

    @Test
    void aClosedBudgetListensNoMore() {
        ScriptedSource script = new ScriptedSource(100 * MIB);
        try (MemoryPressure pressure = script.pressure(new ManualTicker())) {
            MemoryBudget budget = with(MemoryBudget.builder("things", 1_000).pressure(pressure));
            budget.close();
            script.fullCollection(99 * MIB);
            assertThat(budget.stats().limitBytes()).isEqualTo(1_000);
        }
    }

    // ---- leaks -----------------------------------------------------------------------------------------------------

    @Test
    void aDroppedReservationIsGivenBackAndReported() throws Exception {
        LeakTracker tracker = LeakTracker.named("reservation", Mode.FULL);
        MemoryBudget watched = with(MemoryBudget.builder("things", 10).leakTracker(tracker));
        MemoryBudget sampled = of(10);
        drop(watched);
        drop(sampled);
        CompletableFuture<Reservation> waiting = sampled.reserveAsync(10, LONG);
        while (watched.stats().reservedBytes() > 0 || !waiting.isDone()) {
            System.gc();
            Thread.yield();
        }
        assertThat(watched.stats().dropped()).isOne();
        assertThat(tracker.leaks()).isOne();
        assertThat(sampled.stats().dropped()).isOne();
        waiting.get().close();
        tracker.checkIntegrity();
    }

    private static void drop(MemoryBudget budget) throws InterruptedException {
        assertThat(budget.reserve(10).bytes()).isEqualTo(10);
    }

    @Test
    void aGrownReservationThatIsDroppedIsGivenBackWhole() throws Exception {
        MemoryBudget budget = of(10);
        growAndDrop(budget);
        while (budget.stats().reservedBytes() > 0) {
            System.gc();
            Thread.yield();
        }
        assertThat(budget.stats().dropped()).isOne();
    }

    private static void growAndDrop(MemoryBudget budget) throws InterruptedException {
        Reservation one = budget.reserve(3);
        assertThat(one.tryGrow(4)).isTrue();
    }

    // ---- throttle --------------------------------------------------------------------------------------------------

    @Test
    void aThrottleRunsNoMoreThanThereIsRoomFor() throws Exception {
        MemoryBudget budget = of(30);
        MemoryThrottle throttle = MemoryThrottle.of(budget, 10, LONG);
        AtomicLong running = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<CompletableFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            all.add(throttle.submit(
                    () -> {
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        Thread.yield();
                        running.decrementAndGet();
                        return number;
                    },
                    Runnable::run));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(all.get(i).get(50, TimeUnit.SECONDS)).isEqualTo(i);
        }
        assertThat(most.get()).isBetween(1L, 3L);
        assertThat(throttle.call(() -> budget.stats().reservedBytes())).isEqualTo(10);
    }

    @Test
    void aTaskThatThrowsGivesItsBytesBack() throws Exception {
        MemoryBudget budget = of(10);
        MemoryThrottle throttle = MemoryThrottle.of(budget, 10, LONG);
        Exception failure = new Exception("no");
        assertThatThrownBy(() -> throttle.call(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThatThrownBy(() -> throttle.submit(
                                () -> {
                                    throw failure;
                                },
                                Runnable::run)
                        .join())
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
        CompletableFuture<String> refused = throttle.submit(() -> "", task -> {
            throw new RejectedExecutionException("full");
        });
        assertThatThrownBy(refused::join).hasRootCauseMessage("full");
    }

    @Test
    void aTaskThatHasRunIsNotHandedBackWhateverItThrew() throws Exception {
        MemoryBudget budget = of(10);
        MemoryThrottle throttle = MemoryThrottle.of(budget, 10, LONG);
        List<Runnable> late = new CopyOnWriteArrayList<>();
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        RuntimeException thrown = new RejectedExecutionException("by the task");
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.complete(failure));
        try {
            throttle.executor(Runnable::run, late::add).execute(() -> {
                throw thrown;
            });
            assertThat(uncaught.get()).isSameAs(thrown);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        until(() -> budget.stats().reservedBytes() == 0);
        assertThat(late).isEmpty();
    }

    @Test
    void anExecutorThatFailsInItsOwnWayHandsTheTaskBack() throws Exception {
        MemoryBudget budget = of(10);
        CompletableFuture<Runnable> late = new CompletableFuture<>();
        Runnable task = () -> {};
        MemoryThrottle.of(budget, 10, LONG)
                .executor(
                        refused -> {
                            throw new IllegalStateException("broken");
                        },
                        late::complete)
                .execute(task);
        assertThat(late.get()).isSameAs(task);
    }

    @Test
    void aThrottledExecutorHandsBackWhatHadNoRoomInTime() throws Exception {
        MemoryBudget budget = with(MemoryBudget.builder("things", 10).maximumWaiters(1));
        MemoryThrottle throttle = MemoryThrottle.of(budget, 10, Duration.ofMillis(20));
        CompletableFuture<Runnable> late = new CompletableFuture<>();
        CountDownLatch ran = new CountDownLatch(1);
        var executor = throttle.executor(Runnable::run, late::complete);
        Reservation all = budget.reserve(10);
        Runnable task = () -> {};
        executor.execute(task);
        assertThat(late.get()).isSameAs(task);
        all.close();
        executor.execute(ran::countDown);
        ran.await();
        budget.close();
        assertThatThrownBy(() -> executor.execute(task)).isInstanceOf(RejectedExecutionException.class);
    }
}
