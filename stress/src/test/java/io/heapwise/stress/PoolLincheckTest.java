package io.heapwise.stress;

import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.junit.jupiter.api.Test;

/**
 * Borrowing and giving back take effect at one moment each, and giving back again has none. A pool of one: of several places
 * a borrower looks at one after the other, so that it may miss one that becomes idle behind it.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public final class PoolLincheckTest {
    private static final int MOST_THREADS = 8;

    private final Pool<Pools.Thing> pool = Pools.full(1);

    /** Each thread's own; a lease once had is kept, to be closed again. */
    private final List<Lease<Pools.Thing>> leases = new ArrayList<>(Collections.nCopies(MOST_THREADS, null));

    @Operation
    public boolean borrow(@Param(name = "thread") int thread) {
        Lease<Pools.Thing> lease = pool.tryAcquire();
        if (lease != null) {
            leases.set(thread, lease);
        }
        return lease != null;
    }

    @Operation
    public void giveBack(@Param(name = "thread") int thread) {
        if (leases.get(thread) != null) {
            leases.get(thread).close();
        }
    }

    /** What it is held to: at most one has it, and only that one's giving back counts. */
    public static final class OneThing {
        private static final int NOBODY = -1;
        private int holder = NOBODY;

        public boolean borrow(int thread) {
            if (holder != NOBODY) {
                return false;
            }
            holder = thread;
            return true;
        }

        public void giveBack(int thread) {
            if (holder == thread) {
                holder = NOBODY;
            }
        }
    }

    @Test
    void exploredSchedulesAreLinearizable() {
        new ModelCheckingOptions()
                .iterations(15)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(4)
                .sequentialSpecification(OneThing.class)
                .check(getClass());
    }

    @Test
    void schedulesOfTheMachineAreLinearizable() {
        new StressOptions()
                .iterations(15)
                .invocationsPerIteration(1_000)
                .threads(3)
                .actorsPerThread(4)
                .sequentialSpecification(OneThing.class)
                .check(getClass());
    }
}
