package io.heapwise.demo.connections;

import io.heapwise.pools.PoolStats;
import io.heapwise.pools.jdbc.ConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;

/** Ours. */
final class Heapwise extends Transfers {

    @Override
    public String name() {
        return "heapwise";
    }

    @Override
    public String title() {
        return "Heapwise";
    }

    @Override
    public String setUp(long heapBytes) {
        return "ConnectionPool.builder(url).maximumSize(" + CONNECTIONS + "), and nothing else.";
    }

    @Override
    Connections open(String url) {
        ConnectionPool pool =
                ConnectionPool.builder(url).maximumSize(CONNECTIONS).build();
        return new Connections() {
            @Override
            public Connection connect() throws SQLException {
                return pool.getConnection();
            }

            @Override
            public long open() {
                PoolStats stats = pool.stats();
                return (long) stats.idle() + stats.leased();
            }

            @Override
            public void close() {
                pool.close();
            }
        };
    }
}
