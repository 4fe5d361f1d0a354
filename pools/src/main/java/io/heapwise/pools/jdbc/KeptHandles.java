package io.heapwise.pools.jdbc;

import io.heapwise.pools.internal.ShortLock;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has handed out that must be closed with it. Invariant: what is added is taken out once, by who closes it; nothing
 * is added any more once all have been taken. Thread-safe; the driver is not called under the lock.
 */
final class KeptHandles {
    private final ShortLock lock = new ShortLock();
    private @Nullable KeptHandle first;
    private boolean isClosed;

    /** Adds a handle; false if the connection has been closed meanwhile. */
    boolean add(KeptHandle handle) {
        lock.lock();
        try {
            if (isClosed) {
                return false;
            }
            KeptHandle second = first;
            handle.next = second;
            if (second != null) {
                second.previous = handle;
            }
            first = handle;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a handle out: true for one caller. */
    boolean remove(KeptHandle handle) {
        lock.lock();
        try {
            if (handle.isEnded() || isClosed) {
                return false;
            }
            handle.end();
            KeptHandle before = handle.previous;
            KeptHandle after = handle.next;
            if (before == null) {
                first = after;
            } else {
                before.next = after;
            }
            if (after != null) {
                after.previous = before;
            }
            handle.previous = null; // else a handle somebody keeps would keep others
            handle.next = null;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all there are; the driver's own are then to be {@linkplain #close closed}. Returns the first, if there is one. */
    @Nullable KeptHandle endAll() {
        lock.lock();
        try {
            isClosed = true;
            for (KeptHandle handle = first; handle != null; handle = handle.next) {
                handle.end();
            }
            KeptHandle all = first;
            first = null;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Closes what {@link #endAll} has returned, the last first; all of it, also if some fail, of which it throws the first. */
    static void close(@Nullable KeptHandle first) throws SQLException {
        SQLException failure = null;
        KeptHandle handle = first;
        while (handle != null) {
            try {
                handle.closeRaw();
            } catch (SQLException e) {
                failure = failure == null ? e : failure;
            }
            KeptHandle after = handle.next;
            handle.previous = null; // else a handle somebody keeps would keep others
            handle.next = null;
            handle = after;
        }
        if (failure != null) {
            throw failure;
        }
    }
}
