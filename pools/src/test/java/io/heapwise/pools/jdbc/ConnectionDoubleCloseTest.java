package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.Books;
import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HikariCP 7.1.0: two threads that close the same connection hand it to two owners. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionDoubleCloseTest {
    private static final int ROUNDS = 10_000;

    private final StubDriver driver = new StubDriver();
    private final ConnectionPool pool =
            ConnectionPool.builder(driver, "jdbc:stub:").maximumSize(2).build();
    private final CyclicBarrier bothHaveBorrowed = new CyclicBarrier(2);

    /** The connections of both; of two rounds, since one thread may be a round ahead. */
    private final Connection[][] lent = new Connection[2][2];

    private final Map<Object, Thread> owners = new ConcurrentHashMap<>();

    /**
     * Each borrows one, then both close both, and whoever is done borrows again while the other still closes: a second return would
     * be of a connection that somebody has already.
     */
    @Test
    void noConnectionEverHasTwoOwners() throws Exception {
        Running<Void> other = Borrowers.PLATFORM.call(() -> {
            borrowAndCloseBoth(1);
            return null;
        });
        borrowAndCloseBoth(0);
        other.result().get();

        assertThat(pool.stats().idle()).isEqualTo((int) pool.stats().created());
        assertThat(driver.open()).isEqualTo(pool.stats().created()).isLessThanOrEqualTo(2);
        Books.closeAndCheck(pool.core());
        assertThat(driver.open()).isZero();
        assertThat(driver.stubs).allSatisfy(stub -> {
            assertThat(stub.closings).hasValue(1);
            assertThat(stub.children)
                    .allSatisfy(child -> assertThat(child.closings).hasValue(1));
        });
    }

    private void borrowAndCloseBoth(int own) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Connection[] both = lent[round & 1];
            Connection connection = pool.getConnection();
            Object raw = ((ConnectionHandle) connection).raw();
            if (owners.putIfAbsent(raw, Thread.currentThread()) != null) {
                throw new AssertionError(raw + " has two owners");
            }
            if (round % 1_000 == 0) {
                Statement leftOpen = connection.createStatement();
                assertThat(leftOpen.isClosed()).isFalse();
            }
            both[own] = connection;
            owners.remove(raw);
            bothHaveBorrowed.await();
            both[0].close();
            both[1].close();
        }
    }
}
