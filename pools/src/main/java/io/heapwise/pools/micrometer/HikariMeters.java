package io.heapwise.pools.micrometer;

import io.heapwise.pools.PoolControl;
import io.heapwise.pools.PoolStats;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.jdbc.ConnectionMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * A connection pool's figures under the names that HikariCP gives them, so that dashboards made for that show this one too: gauges {@code
 * hikaricp.connections}, {@code .idle}, {@code .active}, {@code .pending}, {@code .max}, {@code .min}, timers {@code .acquire},
 * {@code .usage}, {@code .creation}, counter {@code .timeout}; all with the tag {@code pool}. For one pool, to be given to its builder;
 * {@link PoolMetrics} may be bound beside it. The registry does not keep the pool alive.
 */
public final class HikariMeters implements ConnectionMetrics {
    private static final String PREFIX = "hikaricp.connections";

    private final MeterRegistry registry;
    private final String name;
    private final Timer acquire;
    private final Timer usage;
    private final Timer creation;
    private final Counter timeout;

    /**
     * For one pool.
     *
     * @param registry where
     * @param name the tag {@code pool}
     */
    public HikariMeters(MeterRegistry registry, String name) {
        this.registry = Arguments.require("registry", registry);
        this.name = Arguments.require("name", name);
        this.acquire = timer("acquire", "how long it took to borrow a connection");
        this.usage = timer("usage", "for how long connections were on loan");
        this.creation = timer("creation", "how long it took to open a connection");
        this.timeout = Counter.builder(PREFIX + ".timeout")
                .description("calls for a connection that waited in vain")
                .tag("pool", name)
                .register(registry);
    }

    private Timer timer(String meter, String what) {
        return Timer.builder(PREFIX + "." + meter)
                .description(what)
                .tag("pool", name)
                .register(registry);
    }

    @Override
    public void begin(PoolControl pool, int minimumIdle) {
        gauge(pool, "", stats -> stats.idle() + stats.leased(), "connections there are");
        gauge(pool, ".idle", PoolStats::idle, "connections nobody uses");
        gauge(pool, ".active", PoolStats::leased, "connections on loan");
        gauge(pool, ".pending", PoolStats::waiting, "callers in the queue");
        gauge(pool, ".max", PoolStats::maximumSize, "connections there may be");
        gauge(pool, ".min", stats -> minimumIdle, "idle connections that are kept ready");
    }

    private void gauge(PoolControl pool, String meter, ToDoubleFunction<PoolStats> figure, String what) {
        Gauge.builder(PREFIX + meter, pool, known -> figure.applyAsDouble(known.stats()))
                .description(what)
                .tag("pool", name)
                .register(registry);
    }

    @Override
    public void acquired(long waitNanos) {
        acquire.record(waitNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void timedOut() {
        timeout.increment();
    }

    @Override
    public void used(long useNanos) {
        usage.record(useNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void opened(long openNanos) {
        creation.record(openNanos, TimeUnit.NANOSECONDS);
    }
}
