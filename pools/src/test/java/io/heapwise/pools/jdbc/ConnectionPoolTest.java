package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.Books;
import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool as a data source: of a real database, and of a driver that does as it is told. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionPoolTest {
    private ConnectionPool pool;

    @AfterEach
    void thePoolIsWhole() throws Exception {
        Books.closeAndCheck(pool.core());
    }

    @Nested
    class OfH2 {
        private static final String URL = "jdbc:h2:mem:pool;DB_CLOSE_DELAY=-1";

        private ConnectionPoolBuilder builder() {
            return ConnectionPool.builder(URL).credentials("sa", "").maximumSize(1);
        }

        /** The database is kept after its last connection, so each test drops it. */
        @AfterEach
        void drop() throws SQLException {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP ALL OBJECTS");
            }
        }

        private void execute(String sql) throws SQLException {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        private int count() throws SQLException {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t")) {
                rows.next();
                return rows.getInt(1);
            }
        }

        @Test
        void workThatIsNotCommittedIsGone() throws Exception {
            pool = builder().build();
            execute("CREATE TABLE t (id INT PRIMARY KEY)");
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
                    insert.setInt(1, 1);
                    assertThat(insert.executeUpdate()).isOne();
                    connection.commit();
                    insert.setInt(1, 2);
                    assertThat(insert.executeUpdate()).isOne();
                }
            }
            assertThat(count()).isOne();
            assertThat(pool.stats().created()).isOne();
        }

        @Test
        void schemaAndIsolationComeBack() throws Exception {
            pool = builder().build();
            execute("CREATE SCHEMA other");
            int isolation;
            try (Connection connection = pool.getConnection()) {
                isolation = connection.getTransactionIsolation();
                connection.setSchema("OTHER");
                connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
                connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
                connection.setAutoCommit(false);
            }
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getSchema()).isEqualTo("PUBLIC");
                assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
                assertThat(connection.getHoldability()).isEqualTo(ResultSet.HOLD_CURSORS_OVER_COMMIT);
                assertThat(connection.getAutoCommit()).isTrue();
            }
            assertThat(pool.stats().created()).isOne();
        }

        @Test
        void withAutoCommitOffSchemaComesBackForGood() throws Exception {
            pool = builder()
                    .onCreate(connection -> connection.setAutoCommit(false))
                    .build();
            execute("CREATE SCHEMA other");
            try (Connection connection = pool.getConnection()) {
                connection.setSchema("OTHER");
            }
            try (Connection connection = pool.getConnection()) {
                connection.rollback();
                assertThat(connection.getSchema()).isEqualTo("PUBLIC");
                assertThat(connection.getAutoCommit()).isFalse();
            }
        }

        @Test
        void whatJdbcCannotSeeIsUndoneByOnReturn() throws Exception {
            pool = builder()
                    .onReturn(connection -> {
                        try (Statement statement = connection.createStatement()) {
                            statement.execute("SET @kept NULL");
                        }
                    })
                    .build();
            execute("SET @kept 1");
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT @kept")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getObject(1)).isNull();
            }
        }

        @Test
        void whatIsKeptOfAnEndedLoanIsOfNoUse() throws Exception {
            pool = builder().build();
            execute("CREATE TABLE t (id INT)");
            Connection connection = pool.getConnection();
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT * FROM t");
            connection.close();
            try (Connection next = pool.getConnection()) {
                assertThat(next.unwrap(JdbcConnection.class)).isNotNull();
                for (AutoCloseable stale : List.of(connection, statement, rows)) {
                    stale.close();
                }
                assertThatThrownBy(() -> connection.createStatement())
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08003"));
                assertThatThrownBy(() -> statement.executeQuery("SELECT 1")).isInstanceOf(SQLException.class);
                assertThatThrownBy(rows::next).isInstanceOf(SQLException.class);
                assertThat(next.isValid(1)).isTrue();
            }
        }

        @Test
        void arraysTravelThereAndBack() throws Exception {
            pool = builder().build();
            execute("CREATE TABLE t (a INT ARRAY)");
            try (Connection connection = pool.getConnection();
                    PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)")) {
                insert.setArray(1, connection.createArrayOf("INTEGER", new Object[] {1, 2, 3}));
                insert.executeUpdate();
                try (ResultSet rows = connection.createStatement().executeQuery("SELECT a FROM t")) {
                    assertThat(rows.next()).isTrue();
                    ResultSet elements = rows.getArray(1).getResultSet();
                    assertThat(elements).isInstanceOf(Handle.class);
                    assertThat(elements.getStatement()).isNull();
                    assertThat((Object[]) rows.getArray(1).getArray()).containsExactly(1, 2, 3);
                    insert.setObject(1, rows.getObject(1));
                    assertThat(insert.executeUpdate()).isOne();
                }
            }
            assertThat(count()).isEqualTo(2);
        }

        @Test
        void aDataSourceIsPooledAndUnwrapped() throws Exception {
            JdbcDataSource source = new JdbcDataSource();
            source.setURL(URL);
            source.setUser("sa");
            pool = ConnectionPool.builder(source).build();
            DataSource asDataSource = pool;
            assertThat(asDataSource.unwrap(JdbcDataSource.class)).isSameAs(source);
            assertThat(asDataSource.unwrap(DataSource.class)).isSameAs(pool);
            assertThat(asDataSource.isWrapperFor(JdbcDataSource.class)).isTrue();
            assertThat(asDataSource.isWrapperFor(Connection.class)).isFalse();
            assertThatThrownBy(() -> asDataSource.unwrap(Connection.class)).isInstanceOf(SQLException.class);
            try (Connection connection = asDataSource.getConnection()) {
                assertThat(connection.isValid(1)).isTrue();
            }
        }
    }

    @Nested
    class OfAStub {
        private final StubDriver driver = new StubDriver();
        private final ManualTicker ticker = new ManualTicker();

        private ConnectionPoolBuilder builder() {
            return ConnectionPool.builder(driver, "jdbc:stub:host?password=secret")
                    .name("orders")
                    .maximumSize(1)
                    .ticker(ticker)
                    .executor(Runnable::run);
        }

        @AfterEach
        void nothingIsLeftOpen() throws Exception {
            Books.closeAndCheck(pool.core());
            assertThat(driver.open()).isZero();
        }

        @Test
        void aTimeoutSaysWhoHasWhat() throws Exception {
            pool = builder().acquireTimeout(Duration.ZERO).build();
            Connection held = pool.getConnection();
            assertThatThrownBy(pool::getConnection)
                    .isInstanceOfSatisfying(
                            SQLTransientConnectionException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("08001"))
                    .hasMessageContaining("connection pool orders: waited 0 ms")
                    .hasMessageContaining("size=1 of 1, idle=0, in use=1");
            held.close();
        }

        @Test
        void aTimeoutSaysWhyNoneCouldBeOpened() throws Exception {
            SQLException refused = new SQLException("refused", "28P01");
            driver.fail("connect", refused);
            pool = builder().acquireTimeout(Duration.ZERO).build();
            assertThatThrownBy(pool::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasCause(refused);
        }

        @Test
        void whoIsInterruptedTakesNothingAndStaysInterrupted() throws Exception {
            pool = builder().build();
            Connection held = pool.getConnection();
            Running<Boolean> waiting = Borrowers.PLATFORM.call(() -> {
                assertThatThrownBy(pool::getConnection)
                        .isInstanceOf(SQLTransientConnectionException.class)
                        .hasCauseInstanceOf(InterruptedException.class);
                return Thread.currentThread().isInterrupted();
            });
            Borrowers.await(() -> pool.stats().waiting() == 1);
            waiting.thread().interrupt();
            assertThat(waiting.result().get()).isTrue();
            held.close();
        }

        @Test
        void oneTooManyIsTurnedAway() throws Exception {
            pool = builder().maximumWaiters(1).build();
            Connection held = pool.getConnection();
            Running<Connection> waiting = Borrowers.PLATFORM.call(pool::getConnection);
            Borrowers.await(() -> pool.stats().waiting() == 1);
            assertThatThrownBy(pool::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("turned away");
            held.close();
            waiting.result().get().close();
        }

        @Test
        void whoWaitsGetsTheConnectionThatIsClosed() throws Exception {
            pool = builder().build();
            Connection held = pool.getConnection();
            Running<Connection> waiting = Borrowers.PLATFORM.call(pool::getConnection);
            Borrowers.await(() -> pool.stats().waiting() == 1);
            held.close();
            Connection got = waiting.result().get();
            assertThat(got).isNotSameAs(held);
            assertThat(((Handle) got).raw()).isSameAs(((Handle) held).raw());
            got.close();
        }

        @Test
        void otherUsersAreRefused() {
            pool = builder().build();
            assertThatThrownBy(() -> pool.getConnection("me", "secret"))
                    .isInstanceOf(SQLFeatureNotSupportedException.class)
                    .hasMessageContaining("build a pool for each user")
                    .hasMessageNotContaining("secret");
        }

        @Test
        void onlyWhatWasIdleForLongIsValidated() throws Exception {
            pool = builder().validateWhenIdleFor(Duration.ofSeconds(1)).build();
            pool.getConnection().close();
            ticker.advance(Duration.ofMillis(500));
            pool.getConnection().close();
            assertThat(driver.stubs.get(0).calls).noneMatch(call -> call.startsWith("isValid"));
            ticker.advance(Duration.ofMillis(1_100));
            pool.getConnection().close();
            assertThat(driver.stubs.get(0).calls).containsOnlyOnce("isValid(5)");
        }

        @Test
        void oneThatIsInvalidOrCannotSayIsReplacedUnnoticed() throws Exception {
            pool = builder()
                    .validateWhenIdleFor(Duration.ZERO)
                    .validationTimeout(Duration.ofMillis(1_001))
                    .build();
            pool.getConnection().close();
            driver.isValid = stub -> stub.number > 0;
            pool.getConnection().close();
            assertThat(driver.stubs).hasSize(2);
            assertThat(driver.stubs.get(0).calls).contains("isValid(2)");
            driver.fail("isValid", new SQLException("dead"));
            pool.getConnection().close();
            assertThat(driver.stubs).hasSize(3);
            assertThat(driver.open()).isOne();
            assertThat(pool.stats().hookFailures()).isZero();
        }

        /** PostgreSQL's driver asks by a statement, which would leave the borrower inside of a transaction. */
        @Test
        void validatingLeavesNoTransactionBehind() throws Exception {
            driver.defaults.put("AutoCommit", false);
            pool = builder().validateWhenIdleFor(Duration.ZERO).build();
            pool.getConnection().close();
            pool.getConnection().close();
            assertThat(driver.stubs.get(0).calls).containsSubsequence("isValid(5)", "rollback");
        }

        @Test
        void eachConnectionAsksForTheCredentialsOfNow() throws Exception {
            Deque<Credentials> rotating =
                    new ArrayDeque<>(List.of(new Credentials("me", "old"), new Credentials("me", "new")));
            pool = builder().maximumSize(2).credentials(rotating::poll).build();
            Connection first = pool.getConnection();
            Connection second = pool.getConnection();
            assertThat(driver.logins.stream().map(login -> login.getProperty("password")))
                    .containsExactly("old", "new");
            first.close();
            second.close();
        }

        @Test
        void noPasswordIsPrinted() {
            pool = builder().credentials("me", "secret").build();
            assertThat(new Credentials("me", "secret")).hasToString("Credentials[user=me]");
            assertThat(pool.toString()).contains("orders").doesNotContain("secret");
            assertThatThrownBy(() -> ConnectionPool.builder("jdbc:nobody:host?password=secret"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("url=jdbc:nobody:..")
                    .hasMessageNotContaining("secret");
        }

        @Test
        void aNewConnectionThatCannotBeObservedIsClosed() throws Exception {
            driver.fail("getAutoCommit", new SQLException("gone", "08006"));
            pool = builder().acquireTimeout(Duration.ZERO).build();
            assertThatThrownBy(pool::getConnection).hasRootCauseMessage("gone");
            assertThat(driver.stubs).hasSize(1);
            assertThat(driver.open()).isZero();
        }

        @Test
        void aClosedPoolSaysSo() throws Exception {
            pool = builder().build();
            Connection held = pool.getConnection();
            pool.close();
            assertThat(pool.isClosed()).isTrue();
            assertThatThrownBy(pool::getConnection)
                    .isInstanceOfSatisfying(
                            SQLNonTransientConnectionException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("08003"));
            assertThat(driver.open()).as("what is lent stays").isOne();
            held.close();
            assertThat(driver.open()).isZero();
        }

        @Test
        void afterTheGraceWhatIsLentIsClosedInItsBorrowersHands() throws Exception {
            pool = builder().build();
            Connection held = pool.getConnection();
            pool.close(Duration.ZERO).get();
            assertThat(driver.open()).isZero();
            held.close();
            assertThat(driver.stubs.get(0).closings).hasValue(1);
        }

        @Test
        void theRestOfADataSourceIsAnsweredOrRefused() throws Exception {
            pool = builder().acquireTimeout(Duration.ofMillis(1_500)).build();
            assertThat(pool.getLoginTimeout()).isEqualTo(2);
            assertThat(pool.getLogWriter()).isNull();
            pool.setLogWriter(null);
            assertThatThrownBy(() -> pool.setLogWriter(new PrintWriter(System.out)))
                    .isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThatThrownBy(() -> pool.setLoginTimeout(1)).isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThatThrownBy(pool::getParentLogger).isInstanceOf(SQLFeatureNotSupportedException.class);
        }

        @Test
        void withoutCredentialsNoneAreSent() throws Exception {
            pool = builder().build();
            pool.getConnection().close();
            assertThat(driver.logins).containsExactly(new Properties());
        }
    }
}
