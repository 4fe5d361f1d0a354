package io.heapwise.stress;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryBudget;
import io.heapwise.memory.Reservation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** Bytes that are given back reach who waits, once, and with them what was done before. */
public final class BudgetHandOver {
    private static final Duration LONG = Duration.ofSeconds(10);

    private BudgetHandOver() {}

    private static MemoryBudget ofOne() {
        return MemoryBudget.builder("one", 1)
                .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF))
                .build();
    }

    private static Reservation reserved(MemoryBudget budget) {
        try {
            return budget.reserve(1, LONG);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /** 1 if so much is reserved and nobody waits, within what another thread may still take; else 0. */
    private static int settles(MemoryBudget budget, long reservedBytes) {
        long sinceNanos = System.nanoTime();
        while (System.nanoTime() - sinceNanos < LONG.toNanos()) {
            if (budget.stats().reservedBytes() == reservedBytes
                    && budget.stats().waiting() == 0) {
                return 1;
            }
            LockSupport.parkNanos(100_000);
        }
        return 0;
    }

    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "got its turn, and sees what was done before")
    @Outcome(expect = Expect.FORBIDDEN, desc = "not woken in time, or sees not all")
    @State
    public static class CloseAgainstReserve {
        private final MemoryBudget budget = ofOne();
        private final Reservation held = reserved(budget);
        private int done;

        @Actor
        public void close() {
            done = 1;
            held.close();
        }

        @Actor
        public void reserve(I_Result r) {
            try (Reservation got = reserved(budget)) {
                r.r1 = got.bytes() == 1 ? done : -1;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "given back once; the next one's stays")
    @Outcome(expect = Expect.FORBIDDEN, desc = "given back twice, or not at all")
    @State
    public static class CloseAgainstClose {
        private final MemoryBudget budget = ofOne();
        private final Reservation held = reserved(budget);

        @Actor
        public void close() {
            held.close();
        }

        @Actor
        public void closeAndReserve(II_Result r) {
            held.close();
            r.r1 = budget.tryReserve(1) == null ? 0 : 1;
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = settles(budget, r.r1);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "cancelled or granted, and no byte is lost")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a byte is lost, or somebody waits on")
    @State
    public static class CancelAgainstGrant {
        private final MemoryBudget budget = ofOne();
        private final Reservation held = reserved(budget);
        private final CompletableFuture<Reservation> waiting = budget.reserveAsync(1, LONG);

        @Actor
        public void close() {
            held.close();
        }

        @Actor
        public void cancel() {
            waiting.cancel(false);
        }

        @Arbiter
        public void count(II_Result r) {
            r.r1 = waiting.isCancelled() ? 0 : 1;
            r.r2 = settles(budget, r.r1);
        }
    }

    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the one behind goes ahead, whoever leaves first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the one behind is left waiting")
    @State
    public static class CancelAgainstShrink {
        private final MemoryBudget budget = MemoryBudget.builder("three", 3)
                .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF))
                .build();
        private final Reservation held = budget.tryReserve(3);
        private final CompletableFuture<Reservation> large = budget.reserveAsync(3, LONG);
        private final CompletableFuture<Reservation> small = budget.reserveAsync(1, LONG);

        @Actor
        public void shrink() {
            held.shrinkTo(2);
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = large.cancel(false) ? 1 : 0;
        }

        @Arbiter
        public void count(II_Result r) {
            r.r2 = settles(budget, 3) == 1 && small.join().bytes() == 1 ? 1 : 0;
        }
    }
}
