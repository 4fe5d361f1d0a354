package io.heapwise.pools.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** Does something to a connection that nobody has on loan. */
@FunctionalInterface
public interface ConnectionAction {
    /**
     * Does it.
     *
     * @param connection the driver's own; stays the pool's
     * @throws SQLException when it fails; the connection is then closed and replaced
     */
    void run(Connection connection) throws SQLException;
}
