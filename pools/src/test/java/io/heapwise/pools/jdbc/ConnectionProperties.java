package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.Books;
import io.heapwise.pools.jdbc.StubDriver.Stub;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a borrower does, and wherever the driver fails, the next borrower finds a connection as it was when it was new. */
class ConnectionProperties {
    private enum What {
        AUTO_COMMIT,
        READ_ONLY,
        ISOLATION,
        CATALOG,
        SCHEMA,
        NETWORK_TIMEOUT,
        HOLDABILITY,
        CLIENT_INFO,
        OPEN,
        EXECUTE,
        QUERY,
        CLOSE_STATEMENT,
        COMMIT,
        ROLLBACK,
        RETURN
    }

    /** One thing a borrower does; {@code failing} is the call of the driver that fails next, empty for none. */
    private record Step(What what, int value, String failing) {}

    @Provide
    Arbitrary<List<Step>> programs() {
        Arbitrary<String> failing = Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(12, Arbitraries.just("")),
                net.jqwik.api.Tuple.of(
                        1,
                        Arbitraries.of(
                                "rollback",
                                "commit",
                                "setAutoCommit",
                                "setReadOnly",
                                "setSchema",
                                "setCatalog",
                                "setTransactionIsolation",
                                "setNetworkTimeout",
                                "setHoldability",
                                "setClientInfo",
                                "clearWarnings",
                                "Statement.close",
                                "Statement.execute",
                                "createStatement")));
        return Combinators.combine(
                        Arbitraries.of(What.class), Arbitraries.integers().between(0, 3), failing)
                .as(Step::new)
                .list()
                .ofMaxSize(40);
    }

    private final StubDriver driver = new StubDriver();
    private final List<Statement> statements = new ArrayList<>();

    @Property(tries = 500)
    void theNextFindsItAsItWas(@ForAll("programs") List<Step> program, @ForAll boolean isAutoCommit) throws Exception {
        driver.defaults.put("AutoCommit", isAutoCommit);
        ConnectionPool pool = ConnectionPool.builder(driver, "jdbc:stub:")
                .maximumSize(1)
                .executor(Runnable::run)
                .ignorePressure()
                .build();
        Connection connection = pool.getConnection();
        for (Step step : program) {
            if (!step.failing.isEmpty()) {
                driver.fail(
                        step.failing,
                        step.failing.equals("setClientInfo")
                                ? new SQLClientInfoException("told to", Map.of())
                                : new SQLException("told to"));
            }
            if (step.what == What.RETURN) {
                connection = giveBackAndBorrow(pool, connection, step.value);
            } else {
                try {
                    take(step, connection);
                } catch (SQLException toldTo) {
                    assertThat(toldTo.getMessage()).containsAnyOf("told to", "is closed");
                }
            }
        }
        driver.forget();
        giveBackAndBorrow(pool, connection, 0).close();
        Books.closeAndCheck(pool.core());
        assertThat(driver.stubs).allSatisfy(stub -> assertThat(stub.closings).hasPositiveValue());
        driver.stubs.clear();
        statements.clear();
    }

    private Connection giveBackAndBorrow(ConnectionPool pool, Connection connection, int more) throws SQLException {
        Stub stub = driver.stubs.get(driver.stubs.size() - 1);
        boolean isDirty = isDirty(stub);
        int before = stub.calls.size();
        for (int times = 0; times <= more; times++) {
            connection.close();
        }
        List<String> onReturn = stub.calls.subList(before, stub.calls.size());
        if (isDirty && stub.closings.get() == 0) {
            List<String> changes = onReturn.stream()
                    .filter(call -> !call.matches("(get|is|Statement|ResultSet).*"))
                    .toList();
            assertThat(changes)
                    .as("work is rolled back before anything is reset")
                    .first()
                    .isEqualTo("rollback");
        }
        if (stub.closings.get() == 0) {
            Map<String, Object> now = new HashMap<>(stub.properties);
            assertThat(now).isEqualTo(driver.defaults);
            assertThat(stub.clientInfo).isEqualTo(Map.of("ApplicationName", "stub"));
            assertThat(stub.children)
                    .filteredOn(child -> child.type == Statement.class)
                    .allSatisfy(child -> assertThat(child.closings).hasPositiveValue());
            assertThat(isDirty(stub)).isFalse();
        }
        statements.clear();
        driver.forget();
        return pool.getConnection();
    }

    /** Whether work would be lost by a rollback, after what the driver was asked. */
    private boolean isDirty(Stub stub) {
        boolean isAutoCommit = (boolean) driver.defaults.get("AutoCommit");
        boolean isDirty = false;
        for (String call : stub.calls) {
            if (call.startsWith("setAutoCommit")) {
                isAutoCommit = call.contains("true");
                isDirty = false;
            } else if (call.equals("commit") || call.equals("rollback")) {
                isDirty = false;
            } else if (call.equals("Statement.execute")) {
                isDirty = !isAutoCommit;
            }
        }
        return isDirty && !(boolean) stub.properties.get("AutoCommit"); // a call that failed stands among the others
    }

    private void take(Step step, Connection connection) throws SQLException {
        switch (step.what) {
            case AUTO_COMMIT -> connection.setAutoCommit(step.value % 2 == 0);
            case READ_ONLY -> connection.setReadOnly(step.value % 2 == 0);
            case ISOLATION -> connection.setTransactionIsolation(1 << step.value);
            case CATALOG -> connection.setCatalog(step.value == 0 ? "main" : "catalog" + step.value);
            case SCHEMA -> connection.setSchema(step.value == 0 ? "public" : "schema" + step.value);
            case NETWORK_TIMEOUT -> connection.setNetworkTimeout(Runnable::run, step.value);
            case HOLDABILITY ->
                connection.setHoldability(
                        step.value % 2 == 0 ? ResultSet.HOLD_CURSORS_OVER_COMMIT : ResultSet.CLOSE_CURSORS_AT_COMMIT);
            case CLIENT_INFO ->
                connection.setClientInfo(step.value == 0 ? "ApplicationName" : "Name" + step.value, "x");
            case OPEN -> statements.add(connection.createStatement());
            case COMMIT -> connection.commit();
            case ROLLBACK -> connection.rollback();
            default -> {
                if (!statements.isEmpty()) {
                    Statement statement = statements.get(step.value % statements.size());
                    switch (step.what) {
                        case EXECUTE -> statement.execute("update");
                        case QUERY -> statement.executeQuery("select");
                        default -> statement.close();
                    }
                }
            }
        }
    }
}
