package io.heapwise.pools.jdbc;

import io.heapwise.pools.internal.SlotLease;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A connection on loan: a new one for each loan, so that one kept for too long is of no loan any more. Invariant: the connection goes
 * back once, by the one that ends this handle, with all closed that was handed out.
 */
@DelegatesTo(Connection.class)
abstract class ConnectionHandle extends KeepingHandle implements Connection {
    private final SlotLease<PhysicalConnection> lease;
    private final PhysicalConnection physical;

    ConnectionHandle(SlotLease<PhysicalConnection> lease, PhysicalConnection physical) {
        this.lease = lease;
        this.physical = physical;
    }

    @Override
    final ConnectionHandle connection() {
        return this;
    }

    @Override
    abstract Connection raw();

    final void use() {
        physical.use();
    }

    /** Something of its borrower's could not be closed. */
    final void notClosed(SQLException failure) {
        physical.notClosed(failure);
    }

    final void observe(SQLException failure) {
        physical.observe(failure);
    }

    // ---- handing out -----------------------------------------------------------------------------------------------

    final @Nullable Statement wrapped(@Nullable Statement statement) throws SQLException {
        return statement == null ? null : keep(new StatementProxy(this, statement));
    }

    final @Nullable PreparedStatement wrapped(@Nullable PreparedStatement statement) throws SQLException {
        return statement == null ? null : keep(new PreparedStatementProxy(this, statement));
    }

    final @Nullable CallableStatement wrapped(@Nullable CallableStatement statement) throws SQLException {
        return statement == null ? null : keep(new CallableStatementProxy(this, statement));
    }

    final @Nullable DatabaseMetaData wrapped(@Nullable DatabaseMetaData metaData) {
        return metaData == null ? null : new DatabaseMetaDataProxy(this, metaData);
    }

    // ---- ending ----------------------------------------------------------------------------------------------------

    /**
     * Gives the connection back, once. Throws nothing: a connection that can't be reset is replaced, which is no concern of its
     * borrower's.
     */
    @Override
    public final void close() {
        Object kept = endLoan();
        if (isLate(kept)) {
            return;
        }
        physical.returned();
        if (kept != null) {
            physical.toClose(endAll(kept));
        }
        if (physical.isBroken()) {
            lease.destroyOnce();
        } else {
            lease.giveBackOnce();
        }
    }

    /** Gives the connection up. Statements are not closed: that would wait for the very call that is to be aborted. */
    @Override
    public final void abort(Executor executor) throws SQLException {
        Object kept = endLoan();
        if (isLate(kept)) {
            return;
        }
        physical.returned();
        var unused = endAll(kept);
        physical.breakUp();
        try {
            raw().abort(executor);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            lease.destroyOnce();
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
    public final boolean isValid(int timeoutSeconds) throws SQLException {
        if (isEnded()) {
            return false;
        }
        try {
            boolean isValid = raw().isValid(timeoutSeconds);
            if (!isValid) {
                physical.breakUp();
            }
            return isValid;
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            used();
        }
    }

    // ---- transactions ----------------------------------------------------------------------------------------------

    /*
     * The mark goes before the call: what another thread does after the commit marks again, since it does so after its call.
     */

    @Override
    public final void commit() throws SQLException {
        requireOpen();
        physical.unuse();
        try {
            raw().commit();
        } catch (SQLException e) {
            used();
            throw failed(e);
        }
    }

    @Override
    public final void rollback() throws SQLException {
        requireOpen();
        physical.unuse();
        try {
            raw().rollback();
        } catch (SQLException e) {
            used();
            throw failed(e);
        }
    }

    // ---- properties that are restored ------------------------------------------------------------------------------

    private interface Change<X extends SQLException> {
        void make() throws X;
    }

    private <X extends SQLException> void change(Change<X> change) throws SQLException, X {
        requireOpen();
        try {
            change.make();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            used();
        }
    }

    @Override
    public final void setAutoCommit(boolean isOn) throws SQLException {
        change(() -> physical.setAutoCommit(isOn));
    }

    @Override
    public final void setReadOnly(boolean isReadOnly) throws SQLException {
        change(() -> physical.setReadOnly(isReadOnly));
    }

    @Override
    public final void setTransactionIsolation(int level) throws SQLException {
        change(() -> physical.setTransactionIsolation(level));
    }

    @Override
    public final void setCatalog(@Nullable String catalog) throws SQLException {
        change(() -> physical.setCatalog(catalog));
    }

    @Override
    public final void setSchema(@Nullable String schema) throws SQLException {
        change(() -> physical.setSchema(schema));
    }

    @Override
    public final void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        change(() -> physical.setNetworkTimeout(executor, milliseconds));
    }

    @Override
    public final void setHoldability(int holdability) throws SQLException {
        change(() -> physical.setHoldability(holdability));
    }

    @Override
    public final void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        change(() -> physical.setTypeMap(map));
    }

    @Override
    public final void setClientInfo(String name, @Nullable String value) throws SQLClientInfoException {
        requireOpenForClientInfo();
        try {
            physical.setClientInfo(name, value);
        } catch (SQLClientInfoException e) {
            throw failed(e);
        } finally {
            used();
        }
    }

    @Override
    public final void setClientInfo(Properties properties) throws SQLClientInfoException {
        requireOpenForClientInfo();
        try {
            physical.setClientInfo(properties);
        } catch (SQLClientInfoException e) {
            throw failed(e);
        } finally {
            used();
        }
    }

    /** These two may throw nothing else. */
    private void requireOpenForClientInfo() throws SQLClientInfoException {
        if (isEnded()) {
            SQLException ended = ended();
            throw new SQLClientInfoException(ended.getMessage(), ended.getSQLState(), Map.of(), ended);
        }
    }
}
