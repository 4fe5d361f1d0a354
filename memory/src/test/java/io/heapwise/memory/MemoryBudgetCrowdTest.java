package io.heapwise.memory;

import static io.heapwise.memory.Threads.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands wait for one budget, each for as long as it likes: every one of them is served, late or gone. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryBudgetCrowdTest {
    private static final int CAPACITY = 100;

    private final ManualTicker ticker = new ManualTicker();
    private final MemoryBudget budget = MemoryBudget.builder("crowded", CAPACITY)
            .ticker(ticker)
            .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF))
            .build();
    private final MemoryBudget part = budget.child("part", 40);

    @AfterEach
    void nothingIsLeft() {
        assertThat(budget.stats().reservedBytes()).isZero();
        assertThat(budget.stats().waiting() + part.stats().waiting()).isZero();
        assertThat(budget.stats().reservations() + part.stats().reservations()).isZero();
        until(() -> ticker.pendingTasks() == 0); // called off just after the outcome is told
        budget.checkIntegrity();
        part.checkIntegrity();
    }

    /** What one asking thread saw. */
    private record Count(long asked, long granted, long late, long cancelled) {
        Count plus(Count other) {
            return new Count(
                    asked + other.asked, granted + other.granted, late + other.late, cancelled + other.cancelled);
        }
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void noneIsLostOfThousandsThatWaitWithoutAThread(Threads threads) throws Exception {
        int askers = 4;
        int each = 2_000;
        AtomicLong most = new AtomicLong();
        AtomicLong asking = new AtomicLong(askers);
        ConcurrentLinkedQueue<Reservation> taken = new ConcurrentLinkedQueue<>();
        List<FutureTask<Count>> running = new ArrayList<>();
        Reservation all = budget.tryReserve(CAPACITY); // so that a crowd gathers
        for (int a = 0; a < askers; a++) {
            Random random = new Random(a);
            running.add(threads.start(() -> {
                try {
                    return ask(each, random, most, taken);
                } finally {
                    asking.decrementAndGet();
                }
            }));
        }
        until(() -> budget.stats().waiting() + part.stats().waiting() > each || asking.get() == 0);
        all.close();
        Random random = new Random(99);
        while (!running.stream().allMatch(FutureTask::isDone)) {
            ticker.advance(Duration.ofNanos(random.nextInt(2_000_000)));
            Reservation next = taken.poll();
            if (next != null) {
                next.close();
            }
        }
        Count sum = new Count(0, 0, 0, 0);
        for (FutureTask<Count> one : running) {
            sum = sum.plus(one.get());
        }
        for (Reservation next = taken.poll(); next != null; next = taken.poll()) {
            next.close();
        }
        assertThat(sum.asked).isEqualTo((long) askers * each);
        assertThat(sum.granted + sum.late + sum.cancelled).isEqualTo(sum.asked);
        assertThat(sum.granted).isPositive();
        assertThat(sum.late).isPositive();
        assertThat(budget.stats().timedOut() + part.stats().timedOut()).isEqualTo(sum.late);
        assertThat(budget.stats().refused() + part.stats().refused()).isZero();
        assertThat(most).hasValueLessThanOrEqualTo(CAPACITY);
    }

    /** Asks without waiting, cancels some, and then waits until every request has an outcome. */
    private Count ask(int times, Random random, AtomicLong most, ConcurrentLinkedQueue<Reservation> taken) {
        Deque<CompletableFuture<Reservation>> open = new ArrayDeque<>();
        long cancelled = 0;
        for (int i = 0; i < times; i++) {
            MemoryBudget asked = random.nextInt(3) == 0 ? part : budget;
            open.add(asked.reserveAsync(random.nextInt(41), Duration.ofNanos(1 + random.nextInt(40_000_000))));
            if (random.nextInt(8) == 0 && open.removeLast().cancel(false)) {
                cancelled++;
            }
        }
        Count count = new Count(times, 0, 0, times - open.size());
        assertThat(cancelled).isEqualTo(times - open.size());
        for (CompletableFuture<Reservation> one : open) {
            Reservation reservation = one.exceptionally(late -> null).join();
            if (reservation == null) {
                count = count.plus(new Count(0, 0, 1, 0));
            } else {
                most.accumulateAndGet(budget.stats().reservedBytes(), Math::max);
                taken.add(reservation);
                count = count.plus(new Count(0, 1, 0, 0));
            }
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    void noneIsLostOfManyThreadsThatWaitAreInterruptedOrLate(Threads threads) throws Exception {
        boolean isVirtual = threads == Threads.VIRTUAL && Runtime.version().feature() >= 21;
        int askers = isVirtual ? 2_000 : 100;
        AtomicLong most = new AtomicLong();
        AtomicLong ended = new AtomicLong();
        List<Thread> running = new ArrayList<>();
        List<FutureTask<Count>> counts = new ArrayList<>();
        for (int a = 0; a < askers; a++) {
            Random random = new Random(a);
            FutureTask<Count> count = new FutureTask<>(() -> {
                try {
                    return reserveInTurn(random, most);
                } finally {
                    ended.incrementAndGet();
                }
            });
            counts.add(count);
            running.add(threads.newThread(count));
        }
        Reservation all = budget.tryReserve(CAPACITY);
        running.forEach(Thread::start);
        until(() -> budget.stats().waiting() + part.stats().waiting() > askers / 2);
        Random random = new Random(99);
        for (Thread thread : running) {
            if (random.nextInt(10) == 0) {
                thread.interrupt();
            }
        }
        all.close();
        while (ended.get() < askers) {
            ticker.advance(Duration.ofNanos(random.nextInt(100_000)));
            Thread.yield();
        }
        Count sum = new Count(0, 0, 0, 0);
        for (FutureTask<Count> one : counts) {
            sum = sum.plus(one.get());
        }
        assertThat(sum.granted + sum.late + sum.cancelled).isEqualTo(sum.asked).isEqualTo(askers * 5L);
        assertThat(sum.granted).isPositive();
        assertThat(sum.cancelled).isPositive();
        assertThat(budget.stats().timedOut() + part.stats().timedOut()).isEqualTo(sum.late);
        assertThat(most).hasValueLessThanOrEqualTo(CAPACITY);
    }

    /** Reserves five times with a thread that waits. */
    private Count reserveInTurn(Random random, AtomicLong most) {
        Count count = new Count(5, 0, 0, 0);
        for (int i = 0; i < 5; i++) {
            MemoryBudget asked = random.nextInt(3) == 0 ? part : budget;
            try (Reservation reservation =
                    asked.reserve(random.nextInt(41), Duration.ofNanos(random.nextInt(10_000_000)))) {
                assertThat(reservation.bytes())
                        .isLessThanOrEqualTo(budget.stats().reservedBytes());
                most.accumulateAndGet(budget.stats().reservedBytes(), Math::max);
                Thread.yield();
                count = count.plus(new Count(0, 1, 0, 0));
            } catch (MemoryBudgetException late) {
                count = count.plus(new Count(0, 0, 1, 0));
            } catch (InterruptedException gone) {
                count = count.plus(new Count(0, 0, 0, 1));
            }
        }
        return count;
    }
}
