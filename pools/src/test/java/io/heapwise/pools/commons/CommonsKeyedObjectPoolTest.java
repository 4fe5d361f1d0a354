package io.heapwise.pools.commons;

import java.util.HashMap;
import java.util.Map;
import org.apache.commons.pool2.AbstractTestKeyedObjectPool;
import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.KeyedObjectPool;
import org.apache.commons.pool2.KeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;

/** The contract that commons-pool2 publishes for pools with keys, over ours. */
class CommonsKeyedObjectPoolTest extends AbstractTestKeyedObjectPool {
    /** Makes "a0", "a1" and so on for the key "a". */
    private static final class Numbered extends BaseKeyedPooledObjectFactory<Object, Object> {
        private final Map<Object, Integer> made = new HashMap<>();

        @Override
        public Object create(Object key) {
            return key + Integer.toString(made.merge(key, 1, Integer::sum) - 1);
        }

        @Override
        public PooledObject<Object> wrap(Object object) {
            return new DefaultPooledObject<>(object);
        }
    }

    @Override
    protected <E extends Exception> KeyedObjectPool<Object, Object> makeEmptyPool(int minimumCapacity) {
        return CommonsPools.keyedObjectPool(new Numbered(), builder -> builder.maximumSize(minimumCapacity));
    }

    @Override
    protected <E extends Exception> KeyedObjectPool<Object, Object> makeEmptyPool(
            KeyedPooledObjectFactory<Object, Object> factory) {
        return CommonsPools.keyedObjectPool(factory, CommonsObjectPoolTest.SETTINGS);
    }

    @Override
    protected Object makeKey(int n) {
        return Character.toString((char) ('a' + n));
    }

    @Override
    protected Object getNthObject(Object key, int n) {
        return key + Integer.toString(n);
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
