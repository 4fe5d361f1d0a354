package io.heapwise.pools.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, and observes how they are. Invariant: what it opened is returned or closed; what it returns has no transaction
 * under way. Thread-safe.
 */
final class ConnectionFactory implements Callable<PhysicalConnection> {
    private final ConnectionSource source;
    private final Supplier<Credentials> credentials;
    private final ConnectionRules rules;

    /** What was last observed: mostly the next is alike, and then they share it. */
    private volatile @Nullable ObservedSession last;

    ConnectionFactory(ConnectionSource source, Supplier<Credentials> credentials, ConnectionRules rules) {
        this.source = source;
        this.credentials = credentials;
        this.rules = rules;
    }

    @Override
    public PhysicalConnection call() throws SQLException {
        Meter meter = rules.meter();
        long sinceNanos = meter == null ? 0 : meter.now();
        int generation = rules.failOver() == null ? 0 : rules.failOver().generation();
        PhysicalConnection opened = open(generation);
        if (meter != null) {
            meter.opened(sinceNanos);
        }
        return opened;
    }

    private PhysicalConnection open(int generation) throws SQLException {
        Connection raw = source.open(credentials.get());
        if (raw == null) {
            throw new SQLException(
                    "connection=null (expected one): let the data source return it or throw", SqlStates.CANNOT_CONNECT);
        }
        try {
            return new PhysicalConnection(raw, readied(raw), generation, rules);
        } catch (Throwable failure) {
            try {
                raw.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    private ObservedSession readied(Connection raw) throws SQLException {
        if (rules.onCreate() != null) {
            rules.onCreate().run(raw);
            if (!raw.getAutoCommit()) {
                raw.commit();
            }
        }
        ObservedSession observed = ObservedSession.of(raw, rules.fatal());
        if (!observed.autoCommit()) {
            raw.rollback(); // drivers ask the server by statements, which begin a transaction
        }
        ObservedSession known = last;
        if (known != null && known.equals(observed)) {
            return known;
        }
        last = observed;
        return observed;
    }
}
