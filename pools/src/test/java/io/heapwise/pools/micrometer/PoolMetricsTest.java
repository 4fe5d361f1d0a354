package io.heapwise.pools.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {
    @Test
    void eachFigureIsAMeter() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Pool<Object> pool =
                Pool.<Object>builder(Object::new).maximumSize(3).build()) {
            new PoolMetrics(pool, "things").bindTo(registry);
            try (Lease<Object> lease = pool.acquire()) {
                assertThat(lease.get()).isNotNull();
                pool.acquire().invalidate();

                assertThat(figures(registry))
                        .containsExactlyInAnyOrderEntriesOf(Map.of(
                                "size.maximum", 3.0,
                                "idle", 0.0,
                                "leased", 1.0,
                                "waiting", 0.0,
                                "creating", 0.0,
                                "created", 2.0,
                                "destroyed", 1.0,
                                "creation.failures", 0.0,
                                "hook.failures", 0.0,
                                "dropped", 0.0));
            }
        }
    }

    private static Map<String, Double> figures(SimpleMeterRegistry registry) {
        Map<String, Double> figures = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            assertThat(meter.getId().getTag("pool")).isEqualTo("things");
            figures.put(
                    meter.getId().getName().replace("heapwise.pool.", ""),
                    meter.measure().iterator().next().getValue());
        }
        return figures;
    }
}
