package io.heapwise.pools.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Rows on loan. Invariant: ends with its statement; one without a statement that the borrower has, as of metadata, is kept by the
 * connection, and ends with that.
 */
@DelegatesTo(ResultSet.class)
abstract class ResultSetHandle extends KeptHandle implements ResultSet {
    private final @Nullable StatementHandle statement;

    ResultSetHandle(ConnectionHandle connection, @Nullable StatementHandle statement) {
        super(connection);
        this.statement = statement;
    }

    @Override
    abstract ResultSet raw();

    @Override
    final void closeRaw() throws SQLException {
        raw().close();
    }

    private boolean isGone() {
        StatementHandle statement = this.statement;
        return isEnded() || (statement != null && statement.isEnded());
    }

    @Override
    final void requireOpen() throws SQLException {
        if (isGone()) {
            throw ended();
        }
    }

    /** Null for one of no statement that the borrower has: the driver's own would lead to its connection. */
    @Override
    public final @Nullable Statement getStatement() throws SQLException {
        requireOpen();
        return statement;
    }

    @Override
    public final void close() throws SQLException {
        StatementHandle statement = this.statement;
        if (isGone() || !endOnce()) {
            return;
        }
        try {
            closeRaw();
            if (statement != null) {
                statement.completed();
            }
        } catch (SQLException e) {
            connection().notClosed(e);
            throw failed(e);
        } finally {
            used();
        }
    }

    @Override
    public final boolean isClosed() throws SQLException {
        try {
            return isGone() || raw().isClosed();
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
