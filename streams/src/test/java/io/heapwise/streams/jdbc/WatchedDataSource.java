package io.heapwise.streams.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Counts what is open, keeps the text of statements, and fails when it is told to. */
final class WatchedDataSource implements DataSource {
    final Set<Object> open = ConcurrentHashMap.newKeySet();
    final AtomicInteger opened = new AtomicInteger();
    final List<String> statements = new ArrayList<>();
    private final AtomicInteger calls = new AtomicInteger();
    private final JdbcConnections database;

    /** The name of the method that fails, each time but the first, and each so many times from then on. */
    volatile String failing = "";

    volatile int failsEach = 1;

    WatchedDataSource(JdbcConnections database) {
        this.database = database;
    }

    @Override
    public Connection getConnection() throws SQLException {
        failIf("getConnection");
        opened.incrementAndGet();
        return watched(Connection.class, database.open());
    }

    private void failIf(String method) throws SQLException {
        if (method.equals(failing) && calls.incrementAndGet() % failsEach == 0) {
            throw new SQLTransientException(method + " fails");
        }
    }

    private <T> T watched(Class<T> type, T target) {
        open.add(target);
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    boolean isClose = method.getName().equals("close");
                    if (isClose) {
                        open.remove(target); // one that fails to close is closed all the same
                    } else {
                        failIf(method.getName());
                    }
                    if (method.getName().equals("prepareStatement")) {
                        statements.add((String) arguments[0]);
                    }
                    Object result;
                    try {
                        result = method.invoke(target, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                    if (isClose) {
                        failIf("close");
                    }
                    if (result instanceof PreparedStatement statement) {
                        return watched(PreparedStatement.class, statement);
                    }
                    return result instanceof ResultSet rows ? watched(ResultSet.class, rows) : result;
                }));
    }

    @Override
    public Connection getConnection(String user, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Logger getParentLogger() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
