package io.heapwise.stress;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.jdbc.ConnectionPool;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** The one place where the stress tests get connections from: of a pool of one, over a driver that counts what is closed. */
public final class Connections implements DataSource {
    final AtomicInteger returns = new AtomicInteger();
    final AtomicInteger statementsOpened = new AtomicInteger();
    final AtomicInteger statementsClosed = new AtomicInteger();
    final ConnectionPool pool = ConnectionPool.builder(this)
            .maximumSize(1)
            .acquireTimeout(Duration.ZERO)
            .executor(Runnable::run)
            .ticker(new ManualTicker())
            .ignorePressure()
            .leakTracker(LeakTracker.named("none", LeakTracker.Mode.OFF))
            .onReturn(connection -> returns.incrementAndGet())
            .build();

    /** One of the pool. */
    Connection borrowed() {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw new AssertionError("one is idle", e);
        }
    }

    static Statement statementOf(Connection connection) {
        try {
            return connection.createStatement();
        } catch (SQLException e) {
            throw new AssertionError("it is open", e);
        }
    }

    static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new AssertionError("closing throws nothing", e);
        }
    }

    /** How many have the connection at a time, which must be one. */
    int owners() {
        Connection owner = borrowed();
        try (Connection second = pool.getConnection()) {
            return second == null ? 0 : 2;
        } catch (SQLException refused) {
            return 1;
        } finally {
            close(owner);
        }
    }

    // ---- the driver ------------------------------------------------------------------------------------------------

    @Override
    public Connection getConnection() {
        return (Connection) Proxy.newProxyInstance(
                Connections.class.getClassLoader(), new Class<?>[] {Connection.class}, (self, method, arguments) -> {
                    if (method.getName().equals("createStatement")) {
                        statementsOpened.incrementAndGet();
                        return statement();
                    }
                    return nothing(method);
                });
    }

    private Statement statement() {
        return (Statement) Proxy.newProxyInstance(
                Connections.class.getClassLoader(), new Class<?>[] {Statement.class}, (self, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        statementsClosed.incrementAndGet();
                    }
                    return nothing(method);
                });
    }

    private static Object nothing(Method method) {
        Class<?> type = method.getReturnType();
        if (type == boolean.class) {
            return method.getName().equals("getAutoCommit");
        }
        return type == int.class ? 0 : null;
    }

    @Override
    public Connection getConnection(String user, String password) {
        return getConnection();
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return type.cast(this);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
