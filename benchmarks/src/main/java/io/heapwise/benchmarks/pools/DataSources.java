package io.heapwise.benchmarks.pools;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.heapwise.memory.LeakTracker;
import io.heapwise.pools.jdbc.ConnectionPool;
import io.heapwise.pools.jdbc.ConnectionPoolBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;

/**
 * The one place where pools of connections are configured. Invariant: equal work for all: auto-commit is off, each holds all its
 * connections before the first call, none is validated that was used just now, nothing is rolled back that was not used, there are
 * no metrics and no search for leaks, and who waits does so for up to ten seconds.
 */
final class DataSources {
    static final List<String> NAMES = List.of("heapwise", "hikariCP", "agroal", "dbcp2");

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private DataSources() {}

    /** Of the stub, or of a real database if there is a URL. */
    static DataSource of(String contestant, String url, int size) throws SQLException {
        DataSource pool = switch (contestant) {
            case "heapwise" -> heapwise(url, size);
            case "hikariCP" -> hikari(url, size);
            case "agroal" -> agroal(url, size);
            case "dbcp2" -> dbcp2(url, size);
            default ->
                throw new IllegalArgumentException("contestant=" + contestant + " (expected one of " + NAMES
                        + "): name the benchmark method after its contestant");
        };
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all) {
            connection.close();
        }
        return pool;
    }

    private static DataSource heapwise(String url, int size) {
        ConnectionPoolBuilder builder =
                url.isEmpty() ? ConnectionPool.builder(new StubDatabase()) : ConnectionPool.builder(url);
        return builder.maximumSize(size)
                .minimumIdle(size)
                .acquireTimeout(TIMEOUT)
                .onCreate(connection -> connection.setAutoCommit(false))
                .leakTracker(LeakTracker.named("none", LeakTracker.Mode.OFF))
                .build();
    }

    private static DataSource hikari(String url, int size) {
        HikariConfig config = new HikariConfig();
        if (url.isEmpty()) {
            config.setDataSource(new StubDatabase());
        } else {
            config.setJdbcUrl(url);
        }
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(size);
        config.setConnectionTimeout(TIMEOUT.toMillis());
        config.setAutoCommit(false);
        return new HikariDataSource(config);
    }

    private static DataSource agroal(String url, int size) throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(false)
                .connectionPoolConfiguration(pool -> pool.initialSize(size)
                        .minSize(size)
                        .maxSize(size)
                        .acquisitionTimeout(TIMEOUT)
                        .connectionFactoryConfiguration(factory -> {
                            factory.autoCommit(false);
                            return url.isEmpty()
                                    ? factory.connectionProviderClass(StubDatabase.class)
                                    : factory.jdbcUrl(url);
                        })));
    }

    private static DataSource dbcp2(String url, int size) {
        BasicDataSource pool = new BasicDataSource();
        if (url.isEmpty()) {
            pool.setDriver(new StubDatabase());
        }
        pool.setUrl(url);
        pool.setMaxTotal(size);
        pool.setMaxIdle(size);
        pool.setMaxWait(TIMEOUT);
        pool.setDefaultAutoCommit(false);
        pool.setAutoCommitOnReturn(false);
        pool.setRollbackOnReturn(!url.isEmpty()); // those of a real database are used
        pool.setTestOnBorrow(false);
        return pool;
    }
}
