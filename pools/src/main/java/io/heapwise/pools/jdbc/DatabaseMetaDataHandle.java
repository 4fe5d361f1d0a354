package io.heapwise.pools.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** What the driver knows of the database. Invariant: ends with its connection, which closes what rows it has handed out. */
@DelegatesTo(DatabaseMetaData.class)
abstract class DatabaseMetaDataHandle extends Handle implements DatabaseMetaData {
    private final ConnectionHandle connection;

    DatabaseMetaDataHandle(ConnectionHandle connection) {
        this.connection = connection;
    }

    @Override
    final ConnectionHandle connection() {
        return connection;
    }

    @Override
    abstract DatabaseMetaData raw();

    @Override
    final boolean isEnded() {
        return connection.isEnded();
    }

    @Override
    public final Connection getConnection() throws SQLException {
        requireOpen();
        return connection;
    }
}
