package io.heapwise.streams.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where connections come from: {@code dataSource::getConnection}, mostly.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface JdbcConnections {
    /**
     * Opens a connection, or takes one of a pool.
     *
     * @return a connection that is closed after one page
     * @throws SQLException when there is none
     */
    Connection open() throws SQLException;
}
