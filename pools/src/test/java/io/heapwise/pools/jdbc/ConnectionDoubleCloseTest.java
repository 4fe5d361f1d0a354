package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.Books;
import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HikariCP 7.1.0: two threads that close the same connection hand it to two owners. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionDoubleCloseTest {
    private static final int ROUNDS = 10_000;

    private final StubDriver driver = new StubDriver();
    private final ConnectionPool pool = ConnectionPool.builder(driver, "jdbc:stub:")
            .maximumSize(1)
            .acquireTimeout(Duration.ZERO)
            .executor(Runnable::run)
            .build();

    private final AtomicInteger arrived = new AtomicInteger();

    /** Who got the connection, by round and thread. */
    private final AtomicReferenceArray<Connection> got = new AtomicReferenceArray<>(2 * ROUNDS);

    private volatile boolean isOver;

    @AfterEach
    void thereWasOneConnectionAllTheTime() throws Exception {
        Books.closeAndCheck(pool.core());
        assertThat(driver.stubs)
                .singleElement()
                .satisfies(stub -> assertThat(stub.closings).hasValue(1))
                .satisfies(stub -> assertThat(stub.children)
                        .allSatisfy(child -> assertThat(child.closings).hasValue(1)));
    }

    /**
     * Both close the same connection at the same moment, and whoever has done so borrows: a second return would come while
     * the other has it already, and then both have it.
     */
    @Test
    void noConnectionEverHasTwoOwners() throws Exception {
        Connection first = pool.getConnection();
        Running<Void> other = Borrowers.PLATFORM.call(() -> closeAndBorrow(first, 1));
        try {
            closeAndBorrow(first, 0);
            other.result().get();
        } finally {
            isOver = true;
        }
    }

    private @Nullable Void closeAndBorrow(Connection first, int self) throws SQLException {
        try {
            Connection shared = first;
            for (int round = 0; round < ROUNDS; round++) {
                meet(4 * round + 2);
                shared.close();
                got.set(2 * round + self, borrow());
                meet(4 * round + 4);
                Connection own = got.get(2 * round + self);
                Connection others = got.get(2 * round + 1 - self);
                assertThat(own == null || others == null)
                        .as("round %s: two owners of one connection", round)
                        .isTrue();
                shared = own == null ? others : own;
                assertThat(shared)
                        .as("round %s: whoever gave it back got it", round)
                        .isNotNull();
            }
            shared.close();
            return null;
        } finally {
            isOver = true;
        }
    }

    private @Nullable Connection borrow() throws SQLException {
        try {
            Connection connection = pool.getConnection();
            connection.createStatement();
            return connection;
        } catch (SQLTransientConnectionException theOtherHasIt) {
            return null;
        }
    }

    /** Without sleeping, since who is woken comes microseconds late. */
    private void meet(int count) {
        arrived.incrementAndGet();
        while (arrived.get() < count && !isOver) {
            Thread.onSpinWait();
        }
    }
}
