package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.Borrowers.Running;
import io.heapwise.pools.Made.Thing;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Leases that two threads close at about the same time, ten million of them. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DoubleCloseTest {
    private static final int LEASES = 10_000_000;
    private static final int EACH = 32;
    private static final int ROUNDS = LEASES / (2 * EACH);

    private final Pool<Thing> pool =
            Pool.builder(new Made()).maximumSize(2 * EACH).build();
    private final CyclicBarrier bothHaveBorrowed = new CyclicBarrier(2);

    /** Of each round the leases of both; of two rounds, since one thread may be a round ahead. */
    private final Lease<?>[][] leases = new Lease<?>[2][2 * EACH];

    /**
     * Each borrows half of the objects, then both close all leases. Whoever is done borrows again while the other still closes, so
     * that leases closed late are of objects on loan to another: to give back such a one would lend an object twice.
     */
    @Test
    void eachIsGivenBackOnce() throws Exception {
        Running<Void> other = Borrowers.PLATFORM.call(() -> {
            borrowAndCloseAll(EACH);
            return null;
        });
        borrowAndCloseAll(0);
        other.result().get();

        assertThat(pool.stats().idle()).isEqualTo((int) pool.stats().created());
        Books.closeAndCheck(pool);
    }

    private void borrowAndCloseAll(int from) throws InterruptedException, BrokenBarrierException {
        for (int round = 0; round < ROUNDS; round++) {
            Lease<?>[] all = leases[round & 1];
            for (int i = from; i < from + EACH; i++) {
                Lease<Thing> lease = pool.acquire();
                all[i] = lease;
                if (lease.get().users.incrementAndGet() != 1) {
                    throw new AssertionError(lease + " has two borrowers");
                }
            }
            for (int i = from; i < from + EACH; i++) {
                ((Thing) all[i].get()).users.decrementAndGet();
            }
            bothHaveBorrowed.await();
            for (Lease<?> lease : all) {
                lease.close();
            }
        }
    }
}
