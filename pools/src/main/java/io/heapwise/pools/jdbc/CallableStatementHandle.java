package io.heapwise.pools.jdbc;

import java.sql.CallableStatement;

/** A call of a procedure on loan. Invariant: as {@link StatementHandle}. */
@DelegatesTo(CallableStatement.class)
abstract class CallableStatementHandle extends PreparedStatementHandle implements CallableStatement {
    CallableStatementHandle(ConnectionHandle connection) {
        super(connection);
    }

    @Override
    abstract CallableStatement raw();
}
