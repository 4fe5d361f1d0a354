package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.Subscription;
import io.heapwise.pools.internal.ManagedPool;
import java.lang.management.ManagementFactory;
import javax.management.Attribute;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class PoolMXBeanTest {
    private static final String NAME = "io.heapwise:type=Pool,name=under test";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    @Test
    void aPoolIsShownUntilTheSubscriptionIsClosed() throws Exception {
        ObjectName name = new ObjectName(NAME);
        try (Pool<Object> pool =
                Pool.<Object>builder(Object::new).maximumSize(3).build()) {
            Lease<Object> lease = pool.acquire();
            Subscription shown = PoolManagement.register(pool, NAME);
            assertThat(lease.get()).isNotNull();
            assertThat(server.getAttribute(name, "Leased")).isEqualTo(1);
            assertThat(server.getAttribute(name, "Created")).isEqualTo(1L);
            server.setAttribute(name, new Attribute("MaximumSize", 5));
            assertThat(pool.stats().maximumSize()).isEqualTo(5);
            server.invoke(name, "pause", null, null);
            assertThat(pool.tryAcquire()).isNull();
            server.invoke(name, "resume", null, null);
            server.invoke(name, "refresh", null, null);
            lease.close();
            assertThat(server.getAttribute(name, "Destroyed")).isEqualTo(1L);

            assertThatThrownBy(() -> PoolManagement.register(pool, NAME))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("that is free");
            shown.close();
            shown.close();
            assertThat(server.isRegistered(name)).isFalse();
        }
    }

    @Test
    void everyFigureIsThatOfTheStats() throws Exception {
        try (Pool<Object> pool =
                Pool.<Object>builder(Object::new).maximumSize(3).build()) {
            pool.acquire().invalidate();
            pool.acquire().close();
            PoolMXBean bean = new ManagedPool(pool);
            assertThat(new PoolStats(
                            bean.getMaximumSize(),
                            bean.getIdle(),
                            bean.getLeased(),
                            bean.getWaiting(),
                            bean.getCreating(),
                            bean.getCreated(),
                            bean.getDestroyed(),
                            bean.getCreationFailures(),
                            bean.getHookFailures(),
                            bean.getDropped()))
                    .isEqualTo(pool.stats());
        }
    }
}
