package io.heapwise.stress;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryBudget;
import io.heapwise.memory.Reservation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/** Reserving and giving back take effect at one moment each, and giving back again has none. */
@Param(name = "thread", gen = ThreadIdGen.class)
@Param(name = "bytes", gen = IntGen.class, conf = "0:3")
public final class BudgetLincheckTest {
    private static final int MOST_THREADS = 8;
    private static final int CAPACITY = 4;

    private final MemoryBudget budget = MemoryBudget.builder("four", CAPACITY)
            .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF))
            .build();

    /** Each thread's own; one once had is kept, to be closed again. */
    private final List<Reservation> reservations = new ArrayList<>(Collections.nCopies(MOST_THREADS, null));

    private final List<Boolean> isHolding = new ArrayList<>(Collections.nCopies(MOST_THREADS, false));

    @Operation
    public boolean reserve(@Param(name = "thread") int thread, @Param(name = "bytes") int bytes) {
        if (isHolding.get(thread)) {
            return false;
        }
        Reservation reservation = budget.tryReserve(bytes);
        if (reservation != null) {
            reservations.set(thread, reservation);
            isHolding.set(thread, true);
        }
        return reservation != null;
    }

    @Operation
    public void giveBack(@Param(name = "thread") int thread) {
        if (reservations.get(thread) != null) {
            reservations.get(thread).close();
            isHolding.set(thread, false);
        }
    }

    @Operation
    public long reservedBytes() {
        return budget.stats().reservedBytes();
    }

    /** What it is held to: a thread has one reservation at a time. */
    public static final class Bytes {
        private final int[] held = new int[MOST_THREADS];
        private final boolean[] isHolding = new boolean[MOST_THREADS];

        public boolean reserve(int thread, int bytes) {
            if (isHolding[thread] || reservedBytes() + bytes > CAPACITY) {
                return false;
            }
            held[thread] = bytes;
            isHolding[thread] = true;
            return true;
        }

        public void giveBack(int thread) {
            held[thread] = 0;
            isHolding[thread] = false;
        }

        public long reservedBytes() {
            long sum = 0;
            for (int bytes : held) {
                sum += bytes;
            }
            return sum;
        }
    }

    @Test
    void exploredSchedulesAreLinearizable() {
        new ModelCheckingOptions()
                .iterations(15)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(4)
                .sequentialSpecification(Bytes.class)
                .check(getClass());
    }

    @Test
    void schedulesOfTheMachineAreLinearizable() {
        new StressOptions()
                .iterations(15)
                .invocationsPerIteration(1_000)
                .threads(3)
                .actorsPerThread(4)
                .sequentialSpecification(Bytes.class)
                .check(getClass());
    }
}
