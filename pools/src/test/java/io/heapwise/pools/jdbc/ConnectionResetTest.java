package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Books;
import io.heapwise.pools.jdbc.StubDriver.Stub;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a connection that comes back, by a driver that notes what it is asked. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionResetTest {
    private final StubDriver driver = new StubDriver();
    private final List<ConnectionPool> pools = new ArrayList<>();

    private ConnectionPool pool(UnaryOperator<ConnectionPoolBuilder> settings) {
        ConnectionPool pool = settings.apply(ConnectionPool.builder(driver, "jdbc:stub:")
                        .maximumSize(1)
                        .executor(Runnable::run))
                .build();
        pools.add(pool);
        return pool;
    }

    private ConnectionPool pool() {
        return pool(builder -> builder);
    }

    @AfterEach
    void everyConnectionIsClosedOnce() throws Exception {
        for (ConnectionPool pool : pools) {
            Books.closeAndCheck(pool.core());
        }
        assertThat(driver.stubs).allSatisfy(stub -> assertThat(stub.closings).hasValue(1));
    }

    /** Lends a connection, and returns what the driver was asked to change when it came back. */
    private List<String> onReturn(ConnectionPool pool, ConnectionAction use) throws SQLException {
        Connection connection = pool.getConnection();
        Stub stub = driver.stubs.get(driver.stubs.size() - 1);
        use.run(connection);
        int before = driver.changes(stub).size();
        connection.close();
        List<String> all = driver.changes(stub);
        return all.subList(before, all.size());
    }

    @Test
    void aConnectionThatWasNotUsedIsAskedNothing() throws Exception {
        assertThat(onReturn(pool(), connection -> {})).isEmpty();
    }

    @Test
    void allIsRestoredInOrderAfterTheWorkWasRolledBack() throws Exception {
        List<String> changes = onReturn(pool(), connection -> {
            connection.setTypeMap(Map.of("point", String.class));
            connection.setClientInfo("ApplicationName", "mine");
            connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
            connection.setNetworkTimeout(Runnable::run, 100);
            connection.setSchema("other");
            connection.setCatalog("second");
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
        });

        assertThat(changes)
                .containsExactly(
                        "Statement.close",
                        "rollback",
                        "setAutoCommit(true)",
                        "setReadOnly(false)",
                        "setTransactionIsolation(" + Connection.TRANSACTION_READ_COMMITTED + ")",
                        "setCatalog(main)",
                        "setSchema(public)",
                        "setNetworkTimeout(0)",
                        "setHoldability(" + ResultSet.HOLD_CURSORS_OVER_COMMIT + ")",
                        "setClientInfo(ApplicationName, stub)",
                        "setTypeMap({})",
                        "clearWarnings");
        assertThat(driver.stubs.get(0).properties).isEqualTo(driver.defaults);
    }

    @Test
    void onlyWhatWasChangedIsRestored() throws Exception {
        assertThat(onReturn(pool(), connection -> connection.setSchema("other")))
                .containsExactly("setSchema(public)", "clearWarnings");
    }

    @Test
    void whatTheBorrowerHasSetBackIsLeftAlone() throws Exception {
        assertThat(onReturn(pool(), connection -> {
                    connection.setAutoCommit(false);
                    connection.setReadOnly(true);
                    connection.setReadOnly(false);
                    connection.commit();
                    connection.setAutoCommit(true);
                }))
                .containsExactly("clearWarnings");
    }

    @Test
    void theNextBorrowerChangesAfresh() throws Exception {
        ConnectionPool pool = pool();
        onReturn(pool, connection -> connection.setSchema("other"));
        assertThat(onReturn(pool, connection -> connection.getSchema())).containsExactly("clearWarnings");
        assertThat(driver.stubs).hasSize(1);
    }

    /** Agroal 3.2.1 switches auto-commit on without rolling back, which commits. */
    @Test
    void workThatIsNotCommittedIsRolledBackBeforeAutoCommitIsSwitchedOn() throws Exception {
        List<String> changes = onReturn(pool(), connection -> {
            connection.setAutoCommit(false);
            connection.prepareStatement("insert").executeUpdate();
        });
        assertThat(changes).containsSubsequence("rollback", "setAutoCommit(true)");
    }

    @Test
    void workThatIsCommittedNeedsNoRollback() throws Exception {
        driver.defaults.put("AutoCommit", false);
        assertThat(onReturn(pool(), connection -> {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("insert");
                    }
                    connection.commit();
                }))
                .isEmpty();
    }

    @Test
    void workAfterACommitIsRolledBack() throws Exception {
        driver.defaults.put("AutoCommit", false);
        assertThat(onReturn(pool(), connection -> {
                    PreparedStatement statement = connection.prepareStatement("insert");
                    statement.execute();
                    connection.commit();
                    statement.execute();
                }))
                .contains("rollback");
    }

    @Test
    void aCommitThatFailedIsRolledBack() throws Exception {
        driver.defaults.put("AutoCommit", false);
        driver.fail("commit", new SQLException("conflict", "40001"));
        assertThat(onReturn(pool(), connection -> {
                    connection.createStatement().close();
                    assertThatThrownBy(connection::commit).hasMessage("conflict");
                }))
                .contains("rollback");
        assertThat(pools.get(0).stats().idle()).isOne();
    }

    /** Else the rollback of the next borrower would bring back what the last had set. */
    @Test
    void whatIsRestoredWithoutAutoCommitIsCommitted() throws Exception {
        driver.defaults.put("AutoCommit", false);
        assertThat(onReturn(pool(), connection -> connection.setSchema("other")))
                .containsExactly("rollback", "setSchema(public)", "commit", "clearWarnings");
    }

    @Test
    void aChangeThatFailedIsRestoredToo() throws Exception {
        driver.fail("setReadOnly", new SQLException("no"));
        assertThat(onReturn(
                        pool(),
                        connection -> assertThatThrownBy(() -> connection.setReadOnly(true))
                                .hasMessage("no")))
                .contains("setReadOnly(false)");
    }

    @Test
    void clientInfoThatWasReplacedComesBack() throws Exception {
        ConnectionPool pool = pool();
        onReturn(pool, connection -> {
            Properties others = new Properties();
            others.setProperty("ClientUser", "me");
            connection.setClientInfo(others);
        });
        assertThat(driver.stubs.get(0).clientInfo)
                .containsEntry("ApplicationName", "stub")
                .doesNotContainKey("ClientUser");
    }

    @Test
    void statementsAndRowsThatAreOpenAreClosedTheLastFirst() throws Exception {
        assertThat(onReturn(pool(), connection -> {
                    connection.prepareStatement("select").executeQuery();
                    connection.createStatement().close();
                    connection.getMetaData().getTables(null, null, null, null);
                    connection.prepareCall("call");
                }))
                .startsWith("CallableStatement.close", "ResultSet.close", "PreparedStatement.close")
                .doesNotContain("Statement.close");
    }

    @Test
    void onReturnRunsLastAndOnTheDriversOwn() throws Exception {
        List<Connection> seen = new ArrayList<>();
        assertThat(onReturn(
                        pool(builder -> builder.onReturn(connection -> {
                            seen.add(connection);
                            connection.nativeSQL("discard all");
                        })),
                        connection -> connection.setSchema("other")))
                .containsExactly("setSchema(public)", "clearWarnings", "nativeSQL(discard all)");
        assertThat(seen).containsExactly(driver.stubs.get(0).raw);
    }

    @Test
    void onCreateComesBeforeItIsObservedWhatToRestore() throws Exception {
        ConnectionPool pool = pool(builder -> builder.onCreate(connection -> connection.setSchema("mine")));
        assertThat(onReturn(pool, connection -> connection.setSchema("other"))).contains("setSchema(mine)");
    }

    /** What it was before is not known, so nobody can bring it back. */
    @Test
    void aConnectionWithAChangeThatTheDriverCouldNotTellIsReplaced() throws Exception {
        driver.fail("getSchema", new SQLFeatureNotSupportedException());
        ConnectionPool pool = pool();
        onReturn(pool, connection -> {});
        assertThat(pool.stats().destroyed()).isZero();
        onReturn(pool, connection -> connection.setSchema("other"));
        assertThat(pool.stats().destroyed()).isOne();
        assertThat(driver.open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Statement.close",
                "rollback",
                "setAutoCommit",
                "setReadOnly",
                "setTransactionIsolation",
                "setCatalog",
                "setSchema",
                "setNetworkTimeout",
                "setHoldability",
                "setClientInfo",
                "setTypeMap",
                "clearWarnings",
                "nativeSQL"
            })
    void aConnectionThatCanNotBeResetIsReplaced(String call) throws Exception {
        for (Throwable failure :
                List.of(new SQLException("broken"), new IllegalStateException("driver"), new LinkageError("class"))) {
            ConnectionPool pool = pool(builder -> builder.onReturn(connection -> connection.nativeSQL("discard all")));
            Connection connection = pool.getConnection();
            connection.setTypeMap(Map.of());
            connection.setClientInfo("ApplicationName", "mine");
            connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
            connection.setNetworkTimeout(Runnable::run, 100);
            connection.setSchema("other");
            connection.setCatalog("second");
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            connection.createStatement();
            driver.fail(call, failure);
            connection.close();

            assertThat(pool.stats().destroyed()).as(call + " " + failure).isOne();
            assertThat(pool.stats().hookFailures()).isOne();
            assertThat(driver.open()).isZero();
            try (Connection next = pool.getConnection()) {
                assertThat(next.getSchema()).isEqualTo("public");
            }
            pool.close();
        }
    }

    @Test
    void workIsRolledBackBeforeTheConnectionOfAClosedPoolIsClosed() throws Exception {
        ConnectionPool pool = pool();
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        statement.execute("insert");
        pool.close();
        connection.close();

        assertThat(driver.changes(driver.stubs.get(0))).endsWith("rollback", "close");
        assertThatThrownBy(() -> statement.execute("insert")).hasMessageContaining("is closed");
    }
}
