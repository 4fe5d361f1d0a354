package io.heapwise.pools.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What must be closed with its connection. Invariant: is in the list of its connection until it ends. */
abstract class KeptHandle extends Handle {
    /** Guarded by the lock of {@link KeptHandles}, as is the next. */
    @Nullable KeptHandle previous;

    @Nullable KeptHandle next;

    private final ConnectionHandle connection;

    KeptHandle(ConnectionHandle connection) {
        this.connection = connection;
    }

    @Override
    final ConnectionHandle connection() {
        return connection;
    }

    /** Closes the driver's own. */
    abstract void closeRaw() throws SQLException;
}
