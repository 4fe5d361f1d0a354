package io.heapwise.pools.jdbc;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Wrapper;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a borrower is given in place of something of the driver's. Invariant: once it has ended, no call that begins reaches the
 * driver; what it hands out that leads to the connection is a handle itself.
 *
 * <p>As thread-safe as what is behind it. A call that has begun while another thread ends the handle may still reach the driver.
 */
abstract class Handle {
    /** The connection it belongs to. */
    abstract ConnectionHandle connection();

    /** The driver's own. */
    abstract Object raw();

    /** Whether it is of no use any more, as far as this thread can know. */
    abstract boolean isEnded();

    // ---- what proxies call -----------------------------------------------------------------------------------------

    void requireOpen() throws SQLException {
        if (isEnded()) {
            throw ended();
        }
    }

    final SQLException ended() {
        return new SQLException(
                "handle=" + getClass().getSimpleName().replace("Proxy", "")
                        + " is closed (expected an open one): use it before it or its connection is closed, or ask for"
                        + " another",
                SqlStates.CONNECTION_DOES_NOT_EXIST);
    }

    /** Whatever the driver throws comes by here. Returns it. */
    final <X extends SQLException> X failed(X failure) {
        connection().observe(failure);
        return failure;
    }

    /** Something was done that may have begun a transaction. */
    final void used() {
        connection().use();
    }

    final @Nullable Array wrapped(@Nullable Array array) {
        return array == null ? null : new ArrayProxy(connection(), array);
    }

    /** A result set that is of no statement the borrower has. */
    @Nullable ResultSet wrapped(@Nullable ResultSet results) throws SQLException {
        return results == null ? null : connection().keep(new ResultSetProxy(connection(), null, results));
    }

    final @Nullable Object wrapped(@Nullable Object value) throws SQLException {
        if (value instanceof ResultSet results) { // a cursor
            return connection().keep(new ResultSetProxy(connection(), null, results));
        }
        return value instanceof Array array ? wrapped(array) : value;
    }

    /** Who asks for a class of the driver's own gets that. */
    final <T> @Nullable T wrapped(@Nullable T value, Class<T> type) throws SQLException {
        Object handle = wrapped((Object) value);
        return type.isInstance(handle) ? type.cast(handle) : value;
    }

    /** The driver's own array, which it knows how to send. */
    static @Nullable Array unwrapped(@Nullable Array array) {
        return array instanceof ArrayHandle handle ? handle.raw() : array;
    }

    static @Nullable Object unwrapped(@Nullable Object value) {
        return value instanceof Handle handle ? handle.raw() : value;
    }

    static @Nullable Object @Nullable [] unwrapped(@Nullable Object @Nullable [] values) {
        if (values == null || Arrays.stream(values).noneMatch(value -> value instanceof Handle)) {
            return values;
        }
        return Arrays.stream(values).map(Handle::unwrapped).toArray();
    }

    // ---- java.sql.Wrapper ------------------------------------------------------------------------------------------

    public final <T> T unwrap(Class<T> type) throws SQLException {
        requireOpen();
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        Object raw = raw();
        if (type.isInstance(raw)) {
            return type.cast(raw);
        }
        try {
            return ((Wrapper) raw).unwrap(type);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        requireOpen();
        try {
            return type.isInstance(this) || type.isInstance(raw()) || ((Wrapper) raw()).isWrapperFor(type);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + (isEnded() ? "closed" : raw()) + "]";
    }
}
