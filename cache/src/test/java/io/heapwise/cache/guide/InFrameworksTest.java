package io.heapwise.cache.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.cache.MemoryAwareCache;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.cache.caffeine.CaffeineCacheManager;

/** What the guide shows to those who use Spring and Micrometer. */
final class InFrameworksTest {
    @Test
    void springAndMicrometerTakeItAsItIs() {
        MeterRegistry meters = new SimpleMeterRegistry();
        // [frameworks]
        MemoryAwareCache<Object, Object> customers = MemoryAwareCache.builder()
                .name("customers")
                .maximumHeapShare(0.1)
                .recordStats()
                .build();

        CaffeineCacheManager manager = new CaffeineCacheManager();
        manager.registerCustomCache("customers", customers); // @Cacheable("customers")
        CaffeineCacheMetrics.monitor(meters, customers, "customers");
        // [/frameworks]
        manager.getCache("customers").put("4711", "a customer");
        assertThat(customers.getIfPresent("4711")).isEqualTo("a customer");
        assertThat(meters.get("cache.gets")
                        .tag("result", "hit")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        customers.close();
    }
}
