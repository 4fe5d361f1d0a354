package io.heapwise.pools.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Books;
import io.heapwise.pools.jdbc.StubDriver.Child;
import io.heapwise.pools.jdbc.StubDriver.Stub;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method of each interface of JDBC that is wrapped, over a driver that notes what it is asked. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandlesTest {
    /** What a handle answers itself, or which has more to do than to pass the call on. */
    private static final Set<String> OWN =
            Set.of("close", "isClosed", "getConnection", "getStatement", "unwrap", "isWrapperFor", "abort");

    private final StubDriver driver = new StubDriver();
    private final ConnectionPool pool = ConnectionPool.builder(driver, "jdbc:stub:")
            .maximumSize(1)
            .executor(Runnable::run)
            .build();

    @AfterEach
    void thePoolIsWhole() throws Exception {
        Books.closeAndCheck(pool.core());
        assertThat(driver.open()).isZero();
    }

    private static List<Method> methodsOf(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    static Stream<Class<?>> interfaces() {
        return Stream.of(
                Connection.class,
                Statement.class,
                PreparedStatement.class,
                CallableStatement.class,
                ResultSet.class,
                DatabaseMetaData.class,
                java.sql.Array.class);
    }

    private Object handle(Class<?> type) throws SQLException {
        Connection connection = pool.getConnection();
        if (type == Connection.class) {
            return connection;
        }
        if (type == Statement.class) {
            return connection.createStatement();
        }
        if (type == PreparedStatement.class) {
            return connection.prepareStatement("select");
        }
        if (type == CallableStatement.class) {
            return connection.prepareCall("call");
        }
        if (type == ResultSet.class) {
            return connection.createStatement().executeQuery("select");
        }
        return type == DatabaseMetaData.class ? connection.getMetaData() : connection.createArrayOf("int", null);
    }

    private static @Nullable Object @Nullable [] arguments(Method method) {
        Class<?>[] types = method.getParameterTypes();
        @Nullable Object[] arguments = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            Class<?> type = types[i];
            if (type.isPrimitive()) {
                arguments[i] = Array.get(Array.newInstance(type, 1), 0);
            } else if (type == Class.class) {
                arguments[i] = String.class;
            } else if (type == Executor.class) {
                arguments[i] = (Executor) Runnable::run;
            } else if (type == Properties.class) {
                arguments[i] = new Properties();
            } else if (type == Map.class) {
                arguments[i] = Map.of();
            } else if (type == String.class) {
                arguments[i] = "text " + i;
            }
        }
        return arguments;
    }

    private static @Nullable Object call(Object target, Method method) throws Throwable {
        try {
            return method.invoke(target, arguments(method));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** What the driver's own behind a handle was asked last. */
    private String lastCall(Object handle) {
        Object raw = ((Handle) handle).raw();
        List<String> calls = raw instanceof Connection
                ? driver.stubs.get(driver.stubs.size() - 1).calls
                : ((Child) Proxy.getInvocationHandler(raw)).calls;
        return calls.get(calls.size() - 1);
    }

    /** With which no method of the interface can be one that a later JDBC gave a default, and that the driver never hears of. */
    @ParameterizedTest
    @MethodSource("interfaces")
    void everyMethodReachesTheDriversOwn(Class<?> type) throws Throwable {
        Object handle = handle(type);
        for (Method method : methodsOf(type)) {
            if (OWN.contains(method.getName()) || isLaterThan17(handle, method)) {
                continue;
            }
            Object result = call(handle, method);
            assertThat(lastCall(handle)).as(method.toString()).startsWith(method.getName());
            if (List.of(StubDriver.kinds()).contains(method.getReturnType())) {
                assertThat(result).as(method.toString()).isInstanceOf(Handle.class);
            }
        }
        ((Handle) handle).connection().close();
    }

    /** What the JDK that runs this has beyond the release that is compiled for: it has a default, which calls what there is. */
    private static boolean isLaterThan17(Object handle, Method method) throws NoSuchMethodException {
        return Runtime.version().feature() > 17
                && method.isDefault()
                && handle.getClass()
                        .getMethod(method.getName(), method.getParameterTypes())
                        .getDeclaringClass()
                        .isInterface();
    }

    @ParameterizedTest
    @MethodSource("interfaces")
    void noMethodReachesTheDriverOnceTheConnectionIsClosed(Class<?> type) throws Throwable {
        Object handle = handle(type);
        ((Handle) handle).connection().close();
        Stub stub = driver.stubs.get(0);
        try (Connection next = pool.getConnection()) {
            int before = stub.calls.size();
            for (Method method : methodsOf(type)) {
                if (method.getExceptionTypes().length > 0
                        && !isLaterThan17(handle, method)
                        && !Set.of("close", "isClosed", "isValid", "abort").contains(method.getName())) {
                    assertThatThrownBy(() -> call(handle, method))
                            .as(method.toString())
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo("08003"))
                            .hasMessageContaining("is closed (expected an open one)");
                }
            }
            assertThat(stub.calls)
                    .as("what who has the connection now would notice")
                    .hasSize(before);
            assertThat(next.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("interfaces")
    void closingWhatIsClosedAlreadyDoesNothing(Class<?> type) throws Throwable {
        Object handle = handle(type);
        ((Handle) handle).connection().close();
        try (Connection next = pool.getConnection()) {
            for (Method method : methodsOf(type)) {
                if (Set.of("close", "abort").contains(method.getName())) {
                    assertThat(call(handle, method)).isNull();
                } else if (method.getName().equals("isClosed")) {
                    assertThat(call(handle, method)).isEqualTo(true);
                } else if (method.getName().equals("isValid")) {
                    assertThat(call(handle, method)).isEqualTo(false);
                }
            }
            assertThat(next.isClosed()).isFalse();
            assertThat(pool.stats().leased()).isOne();
        }
        assertThat(pool.stats().destroyed()).isZero();
    }

    /** All the driver throws comes by one place, whatever method throws it. */
    @ParameterizedTest
    @MethodSource("interfaces")
    void afterAFatalErrorOfAnyMethodTheConnectionIsReplaced(Class<?> type) throws Throwable {
        for (Method method : methodsOf(type)) {
            if (OWN.contains(method.getName()) || method.getExceptionTypes().length == 0) {
                continue;
            }
            Object handle = handle(type);
            if (isLaterThan17(handle, method)) {
                ((Handle) handle).connection().close();
                continue;
            }
            long before = pool.stats().destroyed();
            SQLException gone = method.getExceptionTypes()[0] == SQLClientInfoException.class
                    ? new SQLClientInfoException("gone", "08006", Map.of())
                    : new SQLException("gone", "08006");
            driver.fail((type == Connection.class ? "" : type.getSimpleName() + ".") + method.getName(), gone);
            assertThatThrownBy(() -> call(handle, method)).as(method.toString()).isSameAs(gone);
            ((Handle) handle).connection().close();
            assertThat(pool.stats().destroyed()).as(method.toString()).isEqualTo(before + 1);
        }
    }

    @Test
    void everyWayBackLeadsToTheConnectionThatWasLent() throws Exception {
        driver.columns.set(ResultSet.class);
        try (Connection connection = pool.getConnection()) {
            CallableStatement statement = connection.prepareCall("call");
            ResultSet rows = statement.executeQuery();
            List<ResultSet> others = new ArrayList<>(List.of(
                    connection.getMetaData().getTables(null, null, null, null),
                    rows.getArray(1).getResultSet(),
                    (ResultSet) rows.getObject(1),
                    (ResultSet) statement.getObject("cursor"),
                    rows.getObject(1, ResultSet.class),
                    statement.getGeneratedKeys()));

            assertThat(rows.getStatement().getConnection()).isSameAs(connection);
            assertThat(connection.getMetaData().getConnection()).isSameAs(connection);
            for (ResultSet other : others) {
                assertThat(other).isInstanceOf(Handle.class);
                Statement of = other.getStatement();
                assertThat(of == null ? connection : of.getConnection()).isSameAs(connection);
            }
        }
    }

    @Test
    void anArrayInAColumnLeadsNoFurtherThanItsHandle() throws Exception {
        driver.columns.set(java.sql.Array.class);
        try (Connection connection = pool.getConnection();
                ResultSet rows = connection.createStatement().executeQuery("select")) {
            Object array = rows.getObject(1);
            assertThat(array).isInstanceOf(ArrayHandle.class);
            connection.prepareStatement("insert").setObject(1, array);
            String call = driver.stubs.get(0).children.stream()
                    .filter(child -> child.type == PreparedStatement.class)
                    .map(child -> child.calls.get(0))
                    .findFirst()
                    .orElseThrow();
            assertThat(call).as("the driver gets its own").isEqualTo("setObject(1, a stub's Array)");
        }
    }

    @Test
    void unwrappingGivesWhatIsAskedFor() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Stub stub = driver.stubs.get(0);
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
            assertThat(connection.isWrapperFor(stub.raw.getClass())).isTrue();
            assertThat((Object) connection.unwrap(stub.raw.getClass())).isSameAs(stub.raw);
            assertThat(connection.isWrapperFor(Runnable.class)).isFalse();
        }
    }

    @Test
    void aStatementIsClosedOnce() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            statement.close();
            statement.close();
            assertThat(statement.isClosed()).isTrue();
            assertThatThrownBy(() -> statement.execute("select")).hasMessageContaining("is closed");
        }
        assertThat(driver.stubs.get(0).children)
                .singleElement()
                .satisfies(child -> assertThat(child.closings).hasValue(1));
    }

    @Test
    void whatIsClosedInAnyOrderIsClosedOnce() throws Exception {
        try (Connection connection = pool.getConnection()) {
            List<Statement> statements = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                statements.add(connection.createStatement());
            }
            statements.get(2).close();
            statements.get(4).close();
            statements.get(0).close();
        }
        assertThat(driver.stubs.get(0).children)
                .hasSize(5)
                .allSatisfy(child -> assertThat(child.closings).hasValue(1));
    }

    @Test
    void aStatementThatTheDriverClosesWithItsRowsIsForgotten() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            statement.closeOnCompletion();
            ResultSet rows = statement.executeQuery("select");
            driver.stubs.get(0).children.get(0).isClosed = true; // as the driver does when it closes the rows
            rows.close();
            assertThat(((Handle) statement).isEnded()).isTrue();
        }
    }

    @Test
    void rowsEndWithTheirStatement() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("select");
            statement.close();
            assertThat(rows.isClosed()).isTrue();
            assertThatThrownBy(rows::next).hasMessageContaining("is closed");
        }
    }

    @Test
    void anAbortedConnectionIsReplacedAndItsStatementsAreNotWaitedFor() throws Exception {
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        connection.abort(Runnable::run);
        assertThat(connection.isClosed()).isTrue();
        assertThat(driver.changes(driver.stubs.get(0)))
                .endsWith("abort()", "setNetworkTimeout(10000)", "abort()", "close")
                .doesNotContain("Statement.close");
        assertThatThrownBy(() -> statement.execute("select")).hasMessageContaining("is closed");
        pool.getConnection().close();
        assertThat(driver.stubs).hasSize(2);
    }

    @Test
    void aConnectionThatIsFoundInvalidIsReplaced() throws Exception {
        Connection connection = pool.getConnection();
        driver.isValid = stub -> false;
        assertThat(connection.isValid(1)).isFalse();
        connection.close();
        assertThat(pool.stats().destroyed()).isOne();
    }

    @Test
    void whatIsPrintedSaysWhetherItIsClosed() throws Exception {
        Connection connection = pool.getConnection();
        assertThat(connection).hasToString("ConnectionProxy[stub 0]");
        connection.close();
        assertThat(connection).hasToString("ConnectionProxy[closed]");
    }
}
