package io.heapwise.pools.jdbc;

import java.sql.Array;

/** An array of the database's, whose rows lead to the connection. Invariant: ends with its connection. */
@DelegatesTo(Array.class)
abstract class ArrayHandle extends Handle implements Array {
    private final ConnectionHandle connection;

    ArrayHandle(ConnectionHandle connection) {
        this.connection = connection;
    }

    @Override
    final ConnectionHandle connection() {
        return connection;
    }

    @Override
    abstract Array raw();

    @Override
    final boolean isEnded() {
        return connection.isEnded();
    }

    /** As the driver's own, which an array read from a row has always been. */
    @Override
    public final String toString() {
        return raw().toString();
    }
}
