package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Books;
import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that goes and comes back, and one that takes nobody any more. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresOutageTest {
    private static final int MOST_SESSIONS = 10;

    @TempDir
    Path folder;

    private EmbeddedPostgres server;
    private ConnectionPool pool;

    @BeforeEach
    void start() throws IOException {
        server = start(0);
    }

    private EmbeddedPostgres start(int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("max_connections", Integer.toString(MOST_SESSIONS))
                .setServerConfig("superuser_reserved_connections", "0");
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    @AfterEach
    void thePoolIsWhole() throws Exception {
        Books.closeAndCheck(pool.core());
        server.close();
    }

    private static void select(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    @Test
    void afterAnOutageThePoolGoesOnByItself() throws Exception {
        int port = server.getPort();
        pool = ConnectionPool.builder(server.getJdbcUrl("postgres", "postgres"))
                .maximumSize(3)
                .acquireTimeout(Duration.ofMillis(300))
                .validateWhenIdleFor(Duration.ZERO)
                .pauseAfterFailure(Duration.ofMillis(5), Duration.ofMillis(50))
                .build();
        Connection held = pool.getConnection();
        Connection idle = pool.getConnection();
        idle.close();
        server.close();
        assertThatThrownBy(() -> select(held)).isInstanceOf(SQLException.class);
        held.close();
        assertThatThrownBy(pool::getConnection)
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasCauseInstanceOf(SQLException.class)
                .hasStackTraceContaining("refused");
        assertThat(pool.stats().idle() + pool.stats().leased()).isZero();

        server = start(port);
        Borrowers.await(() -> isServed(pool));
        assertThat(pool.stats().creationFailures()).isPositive();
    }

    private static boolean isServed(ConnectionPool pool) {
        try (Connection connection = pool.getConnection()) {
            select(connection);
            return true;
        } catch (SQLException notYet) {
            return false;
        }
    }

    @Test
    void whereTheServerTakesNobodyAnyMoreThePoolWaitsForOneToLeave() throws Exception {
        String url = server.getJdbcUrl("postgres", "postgres");
        pool = ConnectionPool.builder(url)
                .maximumSize(3)
                .pauseAfterFailure(Duration.ofMillis(5), Duration.ofMillis(50))
                .build();
        Deque<Connection> others = new ArrayDeque<>();
        try {
            for (boolean isTaken = true; isTaken; ) {
                try {
                    others.add(DriverManager.getConnection(url));
                } catch (SQLException tooMany) {
                    assertThat(tooMany.getSQLState()).isEqualTo("53300");
                    isTaken = false;
                }
            }
            Running<Boolean> waiting = Borrowers.PLATFORM.call(() -> isServed(pool));
            Borrowers.await(() -> pool.stats().creationFailures() > 1);
            others.remove().close();
            assertThat(waiting.result().get()).isTrue();
        } finally {
            for (Connection other : others) {
                other.close();
            }
        }
    }
}
