package io.heapwise.streams.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Makes an item of a row.
 *
 * @param <T> the items
 * @since 0.1.0
 */
@FunctionalInterface
public interface JdbcRow<T> {
    /**
     * Makes an item of the row that the result set stands on.
     *
     * @param row to read columns of; not to be moved, closed or kept
     * @return the item, not null
     * @throws SQLException when a column cannot be read
     */
    T map(ResultSet row) throws SQLException;
}
