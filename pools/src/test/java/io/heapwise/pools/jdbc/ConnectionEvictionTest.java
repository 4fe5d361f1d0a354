package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Books;
import io.heapwise.pools.jdbc.StubDriver.Stub;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which errors cost a connection. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectionEvictionTest {
    private final StubDriver driver = new StubDriver();
    private ConnectionPool pool = pool(FatalErrors.standard());

    private ConnectionPool pool(Predicate<SQLException> rule) {
        return ConnectionPool.builder(driver, "jdbc:stub:")
                .maximumSize(2)
                .executor(Runnable::run)
                .evictWhen(rule)
                .build();
    }

    @AfterEach
    void thePoolIsWhole() throws Exception {
        Books.closeAndCheck(pool.core());
        assertThat(driver.open()).isZero();
    }

    /** Whether the connection that had the error is replaced; another one that was lent at the time never is. */
    private boolean isEvictedAfter(SQLException failure) throws SQLException {
        long before = pool.stats().destroyed();
        Connection other = pool.getConnection();
        Stub untouched = stubOf(other);
        Connection connection = pool.getConnection();
        Stub stub = stubOf(connection);
        try (Statement statement = connection.createStatement()) {
            driver.fail("Statement.execute", failure);
            assertThatThrownBy(() -> statement.execute("select")).isSameAs(failure);
        }
        assertThat(stub.closings).as("until it comes back it is its borrower's").hasValue(0);
        connection.close();
        other.close();
        assertThat(untouched.closings).hasValue(0);
        assertThat(pool.stats().destroyed() - before).isEqualTo(stub.closings.get());
        return stub.closings.get() == 1;
    }

    private Stub stubOf(Connection connection) {
        Object raw = ((ConnectionHandle) connection).raw();
        return driver.stubs.stream().filter(stub -> stub.raw == raw).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08S01", "08006", "57P01", "57P02", "57P03", "57P05", "25P03", "01002", "90067"})
    void anErrorThatEndsTheSessionEvictsThatConnection(String state) throws Exception {
        assertThat(isEvictedAfter(new SQLException("gone", state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"23505", "42601", "40001", "57014", "0A000", "HY000", "8", ""})
    void anErrorOfTheApplicationsDoesNot(String state) throws Exception {
        assertThat(isEvictedAfter(new SQLException("no", state))).isFalse();
    }

    @Test
    void whatHasNoStateIsToldByItsClassOrCode() throws Exception {
        assertThat(isEvictedAfter(new SQLNonTransientConnectionException("gone")))
                .isTrue();
        assertThat(isEvictedAfter(new SQLRecoverableException("gone"))).isTrue();
        assertThat(isEvictedAfter(new SQLException("gone", null, 500150))).isTrue();
        assertThat(isEvictedAfter(new SQLException("no", (String) null))).isFalse();
        assertThat(isEvictedAfter(new SQLTimeoutException("slow"))).isFalse();
    }

    @Test
    void whatIsChainedCountsToo() throws Exception {
        BatchUpdateException batch = new BatchUpdateException("batch", "23505", new int[0]);
        batch.setNextException(new SQLIntegrityConstraintViolationException("row", "23505"));
        assertThat(isEvictedAfter(batch)).isFalse();
        batch.setNextException(new SQLException("gone", "08006"));
        assertThat(isEvictedAfter(batch)).isTrue();
        assertThat(isEvictedAfter(new SQLException("wrapped", "HY000", new SQLException("gone", "08006"))))
                .isTrue();
    }

    @Test
    void exceptionsChainedInACircleAreLookedAtOnceMoreOrLess() throws Exception {
        RuntimeException cause = new RuntimeException();
        cause.initCause(new RuntimeException(cause));
        assertThat(isEvictedAfter(new SQLException("odd", "HY000", cause))).isFalse();
    }

    @Test
    void theTableCanBeChanged() throws Exception {
        pool.close();
        pool = pool(FatalErrors.standard().withState("72").withVendorCode(17002).withoutState("08S01"));
        assertThat(isEvictedAfter(new SQLException("x", "72000"))).isTrue();
        assertThat(isEvictedAfter(new SQLException("x", "HY000", 17002))).isTrue();
        assertThat(isEvictedAfter(new SQLException("x", "08S01"))).isFalse();
        assertThat(isEvictedAfter(new SQLException("x", "08006"))).isTrue();
    }

    @Test
    void theRuleMayBeAnyOther() throws Exception {
        pool.close();
        pool = pool(failure -> "read only".equals(failure.getMessage()));
        assertThat(isEvictedAfter(new SQLException("read only", "25006"))).isTrue();
        assertThat(isEvictedAfter(new SQLException("gone", "08006"))).isFalse();
    }

    /** It would only wait for a server that is gone. */
    @Test
    void aBrokenConnectionIsNotRolledBack() throws Exception {
        Connection connection = pool.getConnection();
        connection.setAutoCommit(false);
        Statement statement = connection.createStatement();
        driver.fail("Statement.execute", new SQLException("gone", "08006"));
        assertThatThrownBy(() -> statement.execute("insert")).hasMessage("gone");
        connection.close();
        assertThat(driver.changes(driver.stubs.get(0)))
                .endsWith("Statement.execute", "setNetworkTimeout(10000)", "abort()", "close");
    }

    @Test
    void badEntriesAreRefused() {
        assertThatThrownBy(() -> FatalErrors.standard().withState("080"))
                .hasMessageContaining("state=080 (expected 5 characters");
        assertThatThrownBy(() -> FatalErrors.standard().withVendorCode(0)).hasMessageContaining("vendorCode=0");
    }
}
