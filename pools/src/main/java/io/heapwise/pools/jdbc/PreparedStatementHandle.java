package io.heapwise.pools.jdbc;

import java.sql.PreparedStatement;

/** A prepared statement on loan. Invariant: as {@link StatementHandle}. */
@DelegatesTo(PreparedStatement.class)
abstract class PreparedStatementHandle extends StatementHandle implements PreparedStatement {
    PreparedStatementHandle(ConnectionHandle connection) {
        super(connection);
    }

    @Override
    abstract PreparedStatement raw();
}
