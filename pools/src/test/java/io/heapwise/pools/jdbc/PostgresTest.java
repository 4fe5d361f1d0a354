package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Books;
import io.heapwise.pools.Borrowers;
import io.heapwise.pools.Borrowers.Running;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** The pool on a real server, which ends sessions, refuses, and takes its time. */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PostgresTest {
    private static EmbeddedPostgres server;
    private static String url;

    private ConnectionPool pool;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.builder().start();
        url = server.getJdbcUrl("postgres", "postgres") + "&ApplicationName=pool";
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @AfterEach
    void thePoolIsWholeAndTheServerHasNoSessionLeft() throws Exception {
        Books.closeAndCheck(pool.core());
        Borrowers.await(() -> sessions() == 0);
    }

    private ConnectionPool pool(UnaryOperator<ConnectionPoolBuilder> settings) {
        pool = settings.apply(ConnectionPool.builder(url).maximumSize(2)).build();
        return pool;
    }

    /** By a connection of the server's own, as its administrator would. */
    private static void administer(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int sessions() {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pool'")) {
            rows.next();
            return rows.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String asked(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static int pid(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    // ---- given back as it was --------------------------------------------------------------------------------------

    @Test
    void whatWasChangedIsAsItWas() throws Exception {
        pool(builder -> builder.maximumSize(1));
        int pid;
        try (Connection connection = pool.getConnection()) {
            pid = pid(connection);
            execute(connection, "CREATE SCHEMA IF NOT EXISTS other");
            connection.setSchema("other");
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setNetworkTimeout(Runnable::run, 5_000);
            connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            connection.setClientInfo("ApplicationName", "mine");
            connection.setAutoCommit(false);
            assertThat(asked(connection, "SHOW application_name")).isEqualTo("mine");
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(pid(connection)).as("the same connection").isEqualTo(pid);
            assertThat(connection.getSchema()).isEqualTo("public");
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(connection.getNetworkTimeout()).isZero();
            assertThat(connection.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
            assertThat(asked(connection, "SHOW application_name")).isEqualTo("pool");
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    @Test
    void workThatIsNotCommittedIsGoneAndItsLocksAreFree() throws Exception {
        pool(builder -> builder);
        try (Connection connection = pool.getConnection()) {
            execute(connection, "DROP TABLE IF EXISTS account");
            execute(connection, "CREATE TABLE account (id INT PRIMARY KEY, amount INT)");
            execute(connection, "INSERT INTO account VALUES (1, 100)");
        }
        try (Connection other = pool.getConnection()) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                execute(connection, "UPDATE account SET amount = 0 WHERE id = 1");
            }
            execute(other, "SET lock_timeout = 1000");
            execute(other, "UPDATE account SET amount = amount + 1 WHERE id = 1");
            assertThat(asked(other, "SELECT amount FROM account")).isEqualTo("101");
        }
    }

    /** After an error PostgreSQL refuses all but a rollback. */
    @Test
    void aTransactionThatFailedIsOverForTheNextBorrower() throws Exception {
        pool(builder -> builder.maximumSize(1));
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> execute(connection, "SELECT 1 / 0")).hasMessageContaining("division by zero");
            assertThatThrownBy(() -> execute(connection, "SELECT 1")).hasMessageContaining("aborted");
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(pool.stats().created()).isOne();
    }

    @Test
    void cursorsAndStatementsLeftOpenAreClosed() throws Exception {
        pool(builder -> builder.maximumSize(1));
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            PreparedStatement rows = connection.prepareStatement("SELECT generate_series(1, 1000)");
            rows.setFetchSize(10);
            assertThat(rows.executeQuery().next()).isTrue();
            assertThat(asked(connection, "SELECT count(*) FROM pg_cursors WHERE name <> ''"))
                    .isEqualTo("1");
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SELECT count(*) FROM pg_cursors WHERE name <> ''"))
                    .isEqualTo("0");
        }
    }

    @Test
    void whatJdbcCannotSeeStaysUnlessOnReturnUndoesIt() throws Exception {
        pool(builder -> builder.maximumSize(1));
        try (Connection connection = pool.getConnection()) {
            execute(connection, "SET search_path TO pg_catalog");
            execute(connection, "CREATE TEMPORARY TABLE leftover (id INT)");
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SHOW search_path")).isEqualTo("pg_catalog");
            assertThat(asked(connection, "SELECT count(*) FROM leftover")).isEqualTo("0");
        }
        pool.close();
        pool(builder -> builder.maximumSize(1).onReturn(connection -> execute(connection, "DISCARD ALL")));
        try (Connection connection = pool.getConnection()) {
            execute(connection, "SET search_path TO pg_catalog");
            execute(connection, "CREATE TEMPORARY TABLE leftover (id INT)");
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SHOW search_path")).isEqualTo("\"$user\", public");
            assertThatThrownBy(() -> asked(connection, "SELECT count(*) FROM leftover"))
                    .hasMessageContaining("does not exist");
        }
        assertThat(pool.stats().created()).isOne();
    }

    /** DISCARD ALL is refused inside a transaction, so the connection is replaced. */
    @Test
    void aTransactionBegunBySqlCostsTheConnectionWhereOnReturnDiscards() throws Exception {
        pool(builder -> builder.maximumSize(1).onReturn(connection -> execute(connection, "DISCARD ALL")));
        try (Connection connection = pool.getConnection()) {
            execute(connection, "BEGIN");
        }
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SELECT 1")).isEqualTo("1");
        }
        assertThat(pool.stats().created()).isEqualTo(2);
        assertThat(pool.stats().hookFailures()).isOne();
    }

    // ---- sessions that end -----------------------------------------------------------------------------------------

    @Test
    void aSessionThatIsEndedOnLoanIsReplaced() throws Exception {
        pool(builder -> builder.maximumSize(1));
        Connection connection = pool.getConnection();
        administer("SELECT pg_terminate_backend(" + pid(connection) + ")");
        assertThatThrownBy(() -> {
                    while (true) { // until the signal has arrived
                        asked(connection, "SELECT 1");
                    }
                })
                .isInstanceOf(SQLException.class);
        connection.close();
        try (Connection next = pool.getConnection()) {
            assertThat(asked(next, "SELECT 1")).isEqualTo("1");
        }
        assertThat(pool.stats().created()).isEqualTo(2);
        assertThat(pool.stats().hookFailures()).isZero();
    }

    /** As a restart does it. */
    @Test
    void sessionsThatAreEndedWhileIdleAreReplacedUnnoticed() throws Exception {
        pool(builder -> builder.validateWhenIdleFor(Duration.ZERO));
        Connection first = pool.getConnection();
        pool.getConnection().close();
        first.close();
        administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pool'");
        Borrowers.await(() -> sessions() == 0);
        try (Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            assertThat(asked(one, "SELECT 1")).isEqualTo("1");
            assertThat(asked(other, "SELECT 1")).isEqualTo("1");
        }
        assertThat(pool.stats().created()).isEqualTo(4);
    }

    @Test
    void errorsOfTheApplicationsCostNoConnection() throws Exception {
        pool(builder -> builder.maximumSize(1));
        try (Connection connection = pool.getConnection()) {
            execute(connection, "DROP TABLE IF EXISTS one");
            execute(connection, "CREATE TABLE one (id INT PRIMARY KEY)");
            execute(connection, "INSERT INTO one VALUES (1)");
        }
        for (String wrong : List.of(
                "INSERT INTO one VALUES (1)",
                "SELECT nothing",
                "SET statement_timeout = 1; SELECT pg_sleep(1)",
                "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")) {
            try (Connection connection = pool.getConnection()) {
                assertThatThrownBy(() -> execute(connection, wrong)).isInstanceOf(SQLException.class);
                execute(connection, "RESET statement_timeout");
            }
        }
        assertThat(pool.stats().created()).isOne();
    }

    /** A server after a fail-over: the sessions work, and none may write. */
    @Test
    void aServerThatBecameReadOnlyIsLeft() throws Exception {
        AtomicReference<String> mode = new AtomicReference<>("on");
        pool(builder -> builder.onCreate(
                        connection -> execute(connection, "SET default_transaction_read_only = " + mode.get()))
                .refreshWhen(failure -> "25006".equals(failure.getSQLState())));
        Connection held = pool.getConnection();
        try (Connection connection = pool.getConnection()) {
            mode.set("off");
            assertThatThrownBy(() -> execute(connection, "CREATE TABLE IF NOT EXISTS written (id INT)"))
                    .hasMessageContaining("read-only");
        }
        held.close();
        Borrowers.await(() -> pool.stats().destroyed() == 2);
        try (Connection connection = pool.getConnection()) {
            execute(connection, "CREATE TABLE IF NOT EXISTS written (id INT)");
        }
    }

    @Test
    void afterAChangeOfCredentialsARefreshReplacesAll() throws Exception {
        administer("DROP ROLE IF EXISTS first");
        administer("DROP ROLE IF EXISTS second");
        administer("CREATE ROLE first LOGIN");
        administer("CREATE ROLE second LOGIN");
        String anyone = url.replaceAll("user=[^&]*&?", "");
        AtomicReference<Credentials> who = new AtomicReference<>(new Credentials("first", null));
        pool = ConnectionPool.builder(anyone).credentials(who::get).build();
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SELECT current_user")).isEqualTo("first");
        }
        who.set(new Credentials("second", null));
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SELECT current_user")).isEqualTo("first");
        }
        pool.refresh();
        try (Connection connection = pool.getConnection()) {
            assertThat(asked(connection, "SELECT current_user")).isEqualTo("second");
        }
    }

    // ---- that takes its time ---------------------------------------------------------------------------------------

    @Test
    void whatIsUnderWayWhenTheGraceIsOverIsBrokenOff() throws Exception {
        pool(builder -> builder.maximumSize(1));
        Connection connection = pool.getConnection();
        int pid = pid(connection);
        Running<String> sleeping = Borrowers.PLATFORM.call(() -> asked(connection, "SELECT pg_sleep(100)"));
        Borrowers.await(() -> isActive(pid));
        pool.close(Duration.ZERO).get(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> sleeping.result().get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SQLException.class);
        connection.close();
        administer("SELECT pg_terminate_backend(" + pid + ")"); // the server only notices when it answers
    }

    private static boolean isActive(int pid) {
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            return "active".equals(asked(connection, "SELECT state FROM pg_stat_activity WHERE pid = " + pid));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNetworkTimeoutEndsTheWaitAndTheConnection() throws Exception {
        pool(builder ->
                builder.maximumSize(1).onCreate(connection -> connection.setNetworkTimeout(Runnable::run, 200)));
        Connection connection = pool.getConnection();
        assertThatThrownBy(() -> asked(connection, "SELECT pg_sleep(100)")).isInstanceOf(SQLException.class);
        int pid = pid(connection);
        connection.close();
        administer("SELECT pg_terminate_backend(" + pid + ")");
        try (Connection next = pool.getConnection()) {
            assertThat(asked(next, "SELECT 1")).isEqualTo("1");
        }
        assertThat(pool.stats().created()).isEqualTo(2);
    }

    // ---- many ------------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(Borrowers.class)
    void manyShareFewAndAllAreServed(Borrowers borrowers) throws Exception {
        pool(builder -> builder.maximumSize(3));
        List<Running<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int self = i;
            all.add(borrowers.call(() -> {
                try (Connection connection = pool.getConnection()) {
                    return Integer.parseInt(asked(connection, "SELECT " + self));
                }
            }));
        }
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).result().get(60, TimeUnit.SECONDS)).isEqualTo(i);
        }
        assertThat(pool.stats().created()).isLessThanOrEqualTo(3);
        assertThat(pool.stats().idle()).as("as many as the server has sessions").isEqualTo(sessions());
    }
}
