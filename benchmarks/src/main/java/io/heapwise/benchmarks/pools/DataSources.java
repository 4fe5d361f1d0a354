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
        return of(contestant, url, url.isEmpty() ? new StubDatabase() : null, size, size);
    }

    /** Of the slow stub; some are always open. */
    static DataSource ofSlow(String contestant, int least, int most) throws SQLException {
        return of(contestant, "", new SlowDatabase(), least, most);
    }

    private static DataSource of(String contestant, String url, StubDatabase stub, int least, int most)
            throws SQLException {
        DataSource pool = switch (contestant) {
            case "heapwise" -> heapwise(url, stub, least, most);
            case "hikariCP" -> hikari(url, stub, least, most);
            case "agroal" -> agroal(url, stub, least, most);
            case "dbcp2" -> dbcp2(url, stub, least, most);
            default ->
                throw new IllegalArgumentException("contestant=" + contestant + " (expected one of " + NAMES
                        + "): name the benchmark method after its contestant");
        };
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < least; i++) {
            all.add(pool.getConnection());
        }
        for (Connection connection : all) {
            connection.close();
        }
        return pool;
    }

    private static DataSource heapwise(String url, StubDatabase stub, int least, int most) {
        ConnectionPoolBuilder builder =
                stub == null ? ConnectionPool.builder(url) : ConnectionPool.builder((DataSource) stub);
        return builder.maximumSize(most)
                .minimumIdle(least)
                .acquireTimeout(TIMEOUT)
                .onCreate(connection -> connection.setAutoCommit(false))
                .leakTracker(LeakTracker.named("none", LeakTracker.Mode.OFF))
                .build();
    }

    private static DataSource hikari(String url, StubDatabase stub, int least, int most) {
        HikariConfig config = new HikariConfig();
        if (stub == null) {
            config.setJdbcUrl(url);
        } else {
            config.setDataSource(stub);
        }
        config.setMaximumPoolSize(most);
        config.setMinimumIdle(least);
        config.setConnectionTimeout(TIMEOUT.toMillis());
        config.setAutoCommit(false);
        return new HikariDataSource(config);
    }

    private static DataSource agroal(String url, StubDatabase stub, int least, int most) throws SQLException {
        return AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .metricsEnabled(false)
                .connectionPoolConfiguration(pool -> pool.initialSize(least)
                        .minSize(least)
                        .maxSize(most)
                        .acquisitionTimeout(TIMEOUT)
                        .connectionFactoryConfiguration(factory -> {
                            factory.autoCommit(false);
                            return stub == null
                                    ? factory.jdbcUrl(url)
                                    : factory.connectionProviderClass(stub.getClass());
                        })));
    }

    private static DataSource dbcp2(String url, StubDatabase stub, int least, int most) {
        BasicDataSource pool = new BasicDataSource();
        if (stub != null) {
            pool.setDriver(stub);
        }
        pool.setUrl(url);
        pool.setMaxTotal(most);
        pool.setMaxIdle(most);
        pool.setMinIdle(least);
        pool.setMaxWait(TIMEOUT);
        pool.setDefaultAutoCommit(false);
        pool.setAutoCommitOnReturn(false);
        pool.setRollbackOnReturn(stub == null); // those of a real database are used
        pool.setTestOnBorrow(false);
        return pool;
    }
}
