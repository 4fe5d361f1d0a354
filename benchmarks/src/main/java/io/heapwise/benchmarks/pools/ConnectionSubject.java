package io.heapwise.benchmarks.pools;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A pool of connections as a contestant. To use a connection is to ask a question; of the stub, nothing. */
final class ConnectionSubject implements Subject {
    private final DataSource pool;
    private final boolean isReal;
    private final Payload used = new Payload();

    ConnectionSubject(String contestant, String url, int size) throws SQLException {
        this.pool = DataSources.of(contestant, url, size);
        this.isReal = !url.isEmpty();
    }

    @Override
    public Payload apply() {
        throw new UnsupportedOperationException("no pool of connections has it");
    }

    @Override
    public Object borrow() throws SQLException {
        return pool.getConnection();
    }

    @Override
    public Payload use(Object borrowed) {
        if (isReal) {
            try (Statement statement = ((Connection) borrowed).createStatement();
                    ResultSet rows = statement.executeQuery("SELECT 1")) {
                if (!rows.next()) {
                    throw new IllegalStateException("rows=0 (expected 1)");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        return used;
    }

    @Override
    public void giveBack(Object borrowed) throws SQLException {
        ((Connection) borrowed).close();
    }

    @Override
    public void close() {
        try {
            ((AutoCloseable) pool).close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
