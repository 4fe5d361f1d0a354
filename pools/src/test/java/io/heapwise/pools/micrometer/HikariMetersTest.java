package io.heapwise.pools.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.heapwise.memory.ManualTicker;
import io.heapwise.pools.jdbc.ConnectionMetrics;
import io.heapwise.pools.jdbc.ConnectionPool;
import io.heapwise.pools.jdbc.ConnectionPoolBuilder;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

class HikariMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ManualTicker ticker = new ManualTicker();

    private static JdbcDataSource h2() {
        JdbcDataSource source = new JdbcDataSource();
        source.setURL("jdbc:h2:mem:meters");
        return source;
    }

    private ConnectionPoolBuilder builder() {
        return ConnectionPool.builder(h2())
                .maximumSize(3)
                .minimumIdle(1)
                .acquireTimeout(Duration.ZERO)
                .executor(Runnable::run)
                .ticker(ticker);
    }

    private static Set<Meter.Id> ids(SimpleMeterRegistry registry) {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("hikaricp."))
                .collect(Collectors.toSet());
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void theNamesTagsAndTypesAreHikaris() throws Exception {
        SimpleMeterRegistry theirs = new SimpleMeterRegistry();
        HikariConfig config = new HikariConfig();
        config.setPoolName("orders");
        config.setDataSource(h2());
        config.setMetricRegistry(theirs);
        try (HikariDataSource hikari = new HikariDataSource(config);
                ConnectionPool ours =
                        builder().metrics(new HikariMeters(registry, "orders")).build()) {
            hikari.getConnection().close();
            ours.getConnection().close();
            assertThat(ids(registry)).isEqualTo(ids(theirs));
            assertThat(types(registry)).isEqualTo(types(theirs));
        }
    }

    private static Set<String> types(SimpleMeterRegistry registry) {
        return ids(registry).stream()
                .map(id -> id.getName() + " " + id.getType())
                .collect(Collectors.toSet());
    }

    @Test
    void eachHasItsFigure() throws Exception {
        try (ConnectionPool pool =
                builder().metrics(new HikariMeters(registry, "orders")).build()) {
            Connection first = pool.getConnection();
            Connection second = pool.getConnection();
            Connection third = pool.getConnection();
            assertThatThrownBy(pool::getConnection).isInstanceOf(SQLTransientConnectionException.class);
            ticker.advance(Duration.ofMillis(250));
            third.close();
            third.close();
            assertThat(gauge("hikaricp.connections")).isEqualTo(3);
            assertThat(gauge("hikaricp.connections.active")).isEqualTo(2);
            assertThat(gauge("hikaricp.connections.idle")).isEqualTo(1);
            assertThat(gauge("hikaricp.connections.pending")).isZero();
            assertThat(gauge("hikaricp.connections.max")).isEqualTo(3);
            assertThat(gauge("hikaricp.connections.min")).isEqualTo(1);
            assertThat(registry.get("hikaricp.connections.timeout").counter().count())
                    .isOne();
            assertThat(registry.get("hikaricp.connections.acquire").timer().count())
                    .isEqualTo(3);
            assertThat(registry.get("hikaricp.connections.creation").timer().count())
                    .isEqualTo(3);
            assertThat(registry.get("hikaricp.connections.usage").timer().count())
                    .isOne();
            assertThat(registry.get("hikaricp.connections.usage").timer().totalTime(TimeUnit.MILLISECONDS))
                    .isEqualTo(250);
            first.close();
            second.close();
        }
    }

    @Test
    void metricsThatThrowCostNoConnection() throws Exception {
        ConnectionMetrics broken = new ConnectionMetrics() {
            @Override
            public void acquired(long waitNanos) {
                throw new IllegalStateException("acquired");
            }

            @Override
            public void used(long useNanos) {
                throw new AssertionError("used");
            }

            @Override
            public void opened(long openNanos) {
                throw new IllegalStateException("opened");
            }
        };
        try (ConnectionPool pool = builder().metrics(broken).build()) {
            pool.getConnection().close();
            assertThat(pool.stats().leased()).isZero();
            assertThat(pool.stats().created())
                    .as("one, and one that is kept ready")
                    .isEqualTo(2);
        }
    }
}
