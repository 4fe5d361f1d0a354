package io.heapwise.pools.jdbc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What must be closed with its connection. Invariant: ends once, and who ends it closes the driver's own. */
abstract class KeptHandle extends Handle {
    private static final VarHandle IS_ENDED;

    static {
        try {
            IS_ENDED = MethodHandles.lookup().findVarHandle(KeptHandle.class, "isEnded", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ConnectionHandle connection;

    /** The one kept before, see {@link KeepingHandle}. */
    @Nullable KeptHandle next;

    @SuppressWarnings("unused") // through IS_ENDED
    private boolean isEnded;

    KeptHandle(ConnectionHandle connection) {
        this.connection = connection;
    }

    @Override
    final ConnectionHandle connection() {
        return connection;
    }

    /** Opaque: a thread that learned in any way that another has closed sees it, and a loop sees it soon. */
    @Override
    final boolean isEnded() {
        return (boolean) IS_ENDED.getOpaque(this);
    }

    final void end() {
        IS_ENDED.setOpaque(this, true);
    }

    /** Ends this: true for one caller, who must {@linkplain #closeRaw close}. */
    final boolean endOnce() {
        return !isEnded() && IS_ENDED.compareAndSet(this, false, true);
    }

    /** Closes the driver's own. */
    abstract void closeRaw() throws SQLException;
}
