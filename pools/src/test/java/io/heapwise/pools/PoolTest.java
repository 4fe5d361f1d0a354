package io.heapwise.pools;

import io.heapwise.pools.Made.Thing;
import org.junit.jupiter.api.Nested;

/** The contract in each mode: who borrows, and where objects are made. */
class PoolTest {
    @Nested
    class PlatformThreads extends PoolContractTest {
        PlatformThreads() {
            super(Borrowers.PLATFORM);
        }

        @Override
        PoolBuilder<Thing> builder() {
            return Pool.builder(made);
        }
    }

    @Nested
    class VirtualThreads extends PoolContractTest {
        VirtualThreads() {
            super(Borrowers.VIRTUAL);
        }

        @Override
        PoolBuilder<Thing> builder() {
            return Pool.builder(made);
        }
    }

    @Nested
    class MadeByTheBorrower extends PoolContractTest {
        MadeByTheBorrower() {
            super(Borrowers.PLATFORM);
        }

        @Override
        PoolBuilder<Thing> builder() {
            return Pool.builder(made).creationExecutor(Runnable::run);
        }
    }
}
