package io.heapwise.pools;

import io.heapwise.memory.Subscription;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.ManagedPool;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** Shows pools to JMX. */
public final class PoolManagement {
    private PoolManagement() {}

    /**
     * Shows a pool to JMX. A pool that is dropped is not kept alive by that; its bean then shows zeros.
     *
     * @param pool what to show
     * @param name under which, as {@code io.heapwise:type=Pool,name=parsers}
     * @return to be closed when it is to be shown no more
     * @throws IllegalArgumentException when the name is malformed, or taken
     */
    public static Subscription register(PoolControl pool, String name) {
        Arguments.require("pool", pool);
        Arguments.require("name", name);
        try {
            ObjectName objectName = new ObjectName(name);
            ManagementFactory.getPlatformMBeanServer().registerMBean(new ManagedPool(pool), objectName);
            return () -> unregister(objectName);
        } catch (JMException e) {
            throw new IllegalArgumentException(
                    "name=" + name
                            + " (expected a JMX object name that is free): as io.heapwise:type=Pool,name=parsers",
                    e);
        }
    }

    private static void unregister(ObjectName name) {
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
        } catch (JMException alreadyGone) {
            // Somebody else did it, which is as good.
        }
    }
}
