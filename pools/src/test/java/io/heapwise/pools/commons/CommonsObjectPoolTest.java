package io.heapwise.pools.commons;

import io.heapwise.pools.PoolBuilder;
import java.util.function.Consumer;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.ObjectPool;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.TestBaseObjectPool;
import org.apache.commons.pool2.impl.DefaultPooledObject;

/** The contract that commons-pool2 publishes, over our pool. */
class CommonsObjectPoolTest extends TestBaseObjectPool {
    static final Consumer<PoolBuilder<?>> SETTINGS = builder -> builder.maximumSize(16);

    /** Makes "0", "1" and so on. */
    private static final class Numbered extends BasePooledObjectFactory<String> {
        private int made;

        @Override
        public String create() {
            return Integer.toString(made++);
        }

        @Override
        public PooledObject<String> wrap(String object) {
            return new DefaultPooledObject<>(object);
        }
    }

    @Override
    protected <E extends Exception> ObjectPool<String> makeEmptyPool(int minimumCapacity) {
        return CommonsPools.objectPool(new Numbered(), builder -> builder.maximumSize(minimumCapacity));
    }

    @Override
    protected <E extends Exception> ObjectPool<Object> makeEmptyPool(PooledObjectFactory<Object> factory) {
        return CommonsPools.objectPool(factory, SETTINGS);
    }

    @Override
    protected Object getNthObject(int n) {
        return Integer.toString(n);
    }

    @Override
    protected boolean isLifo() {
        return false;
    }

    @Override
    protected boolean isFifo() {
        return false;
    }
}
