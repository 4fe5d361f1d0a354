package io.heapwise.pools.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement on loan. Invariant: the driver's own is closed once, by who closes first or with the connection. */
@DelegatesTo(Statement.class)
abstract class StatementHandle extends KeptHandle implements Statement {
    private volatile boolean isClosedOnCompletion;

    StatementHandle(ConnectionHandle connection) {
        super(connection);
    }

    @Override
    abstract Statement raw();

    @Override
    final void closeRaw() throws SQLException {
        raw().close();
    }

    /** The driver closes the result sets of a statement with it, as JDBC demands; so they end with this handle. */
    @Override
    final @Nullable ResultSet wrapped(@Nullable ResultSet results) {
        return results == null ? null : new ResultSetProxy(connection(), this, results);
    }

    @Override
    public final Connection getConnection() throws SQLException {
        requireOpen();
        return connection();
    }

    @Override
    public final void close() throws SQLException {
        if (endOnce()) {
            try {
                closeRaw();
            } catch (SQLException e) {
                connection().notClosed(e);
                throw failed(e);
            } finally {
                used();
            }
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        try {
            return isEnded() || raw().isClosed();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public final void closeOnCompletion() throws SQLException {
        requireOpen();
        try {
            raw().closeOnCompletion();
            isClosedOnCompletion = true;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** One of its result sets was closed, with which the driver may have closed the statement: nobody else would take it out. */
    final void completed() throws SQLException {
        if (isClosedOnCompletion && raw().isClosed()) {
            close();
        }
    }
}
