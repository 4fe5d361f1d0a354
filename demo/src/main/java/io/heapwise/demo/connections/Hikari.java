package io.heapwise.demo.connections;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** The pool that most use. */
final class Hikari extends Transfers {

    @Override
    public String name() {
        return "hikari";
    }

    @Override
    public String title() {
        return "HikariCP";
    }

    @Override
    public String setUp(long heapBytes) {
        return "HikariDataSource with maximumPoolSize " + CONNECTIONS + ", and nothing else.";
    }

    @Override
    Connections open(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        HikariDataSource pool = new HikariDataSource(config);
        return new Connections() {
            @Override
            public Connection connect() throws SQLException {
                return pool.getConnection();
            }

            @Override
            public long open() {
                return pool.getHikariPoolMXBean().getTotalConnections();
            }

            @Override
            public void close() {
                pool.close();
            }
        };
    }
}
