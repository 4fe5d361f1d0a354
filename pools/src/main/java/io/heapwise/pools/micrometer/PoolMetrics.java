package io.heapwise.pools.micrometer;

import io.heapwise.pools.PoolControl;
import io.heapwise.pools.PoolStats;
import io.heapwise.pools.internal.Arguments;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/**
 * What {@link PoolStats} says, for Micrometer: gauges {@code heapwise.pool.size.maximum}, {@code .idle}, {@code .leased}, {@code
 * .waiting}, {@code .creating}, counters {@code .created}, {@code .destroyed}, {@code .creation.failures}, {@code .hook.failures},
 * {@code .dropped}; all with the tag {@code pool}. Registries do not keep the pool alive. Reading one meter costs a look at all places.
 */
public final class PoolMetrics implements MeterBinder {
    private static final String PREFIX = "heapwise.pool.";

    private final PoolControl pool;
    private final String name;

    /**
     * For one pool.
     *
     * @param pool what to measure
     * @param name the tag {@code pool}
     */
    public PoolMetrics(PoolControl pool, String name) {
        this.pool = Arguments.require("pool", pool);
        this.name = Arguments.require("name", name);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "size.maximum", PoolStats::maximumSize, "objects there may be");
        gauge(registry, "idle", PoolStats::idle, "objects nobody uses");
        gauge(registry, "leased", PoolStats::leased, "objects on loan");
        gauge(registry, "waiting", PoolStats::waiting, "callers in the queue");
        gauge(registry, "creating", PoolStats::creating, "objects being made");
        counter(registry, "created", PoolStats::created, "objects made");
        counter(registry, "destroyed", PoolStats::destroyed, "objects destroyed");
        counter(registry, "creation.failures", PoolStats::creationFailures, "attempts to make one that failed");
        counter(registry, "hook.failures", PoolStats::hookFailures, "exceptions of hooks that only the pool has seen");
        counter(registry, "dropped", PoolStats::dropped, "leases dropped without being closed");
    }

    private void gauge(MeterRegistry registry, String meter, ToDoubleFunction<PoolStats> figure, String what) {
        Gauge.builder(PREFIX + meter, pool, known -> figure.applyAsDouble(known.stats()))
                .description(what)
                .tags(Tags.of("pool", name))
                .register(registry);
    }

    private void counter(MeterRegistry registry, String meter, ToDoubleFunction<PoolStats> figure, String what) {
        FunctionCounter.builder(PREFIX + meter, pool, known -> figure.applyAsDouble(known.stats()))
                .description(what)
                .tags(Tags.of("pool", name))
                .register(registry);
    }
}
