package io.heapwise.pools.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.pools.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.KeyedObjectPool;
import org.apache.commons.pool2.ObjectPool;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.junit.jupiter.api.Test;

/** What the published contract does not ask. */
class CommonsPoolsTest {
    private final List<String> calls = new ArrayList<>();

    private final class Noting extends BasePooledObjectFactory<StringBuilder> {
        @Override
        public StringBuilder create() {
            calls.add("make");
            return new StringBuilder();
        }

        @Override
        public PooledObject<StringBuilder> wrap(StringBuilder object) {
            return new DefaultPooledObject<>(object);
        }

        @Override
        public void activateObject(PooledObject<StringBuilder> pooled) {
            calls.add("activate");
        }

        @Override
        public void passivateObject(PooledObject<StringBuilder> pooled) {
            calls.add("passivate");
        }

        @Override
        public void destroyObject(PooledObject<StringBuilder> pooled) {
            calls.add("destroy");
        }
    }

    private final class OfAnyKey extends BaseKeyedPooledObjectFactory<String, StringBuilder> {
        private final Noting noting = new Noting();

        @Override
        public StringBuilder create(String key) {
            return noting.create();
        }

        @Override
        public PooledObject<StringBuilder> wrap(StringBuilder object) {
            return noting.wrap(object);
        }

        @Override
        public void passivateObject(String key, PooledObject<StringBuilder> pooled) {
            noting.passivateObject(pooled);
        }

        @Override
        public void destroyObject(String key, PooledObject<StringBuilder> pooled) {
            noting.destroyObject(pooled);
        }
    }

    @Test
    void aFactoryGivesAPoolAllItsHooks() throws Exception {
        try (Pool<PooledObject<StringBuilder>> pool = CommonsPools.builder(new Noting())
                .creationExecutor(Runnable::run)
                .build()) {
            pool.accept(pooled -> assertThat(pooled.getObject()).isEmpty());
        }
        assertThat(calls).containsExactly("make", "activate", "passivate", "destroy");
    }

    @Test
    void whoGetsNothingInTimeIsToldSo() throws Exception {
        try (ObjectPool<StringBuilder> pool = CommonsPools.objectPool(
                new Noting(), builder -> builder.maximumSize(1).acquireTimeout(Duration.ofMillis(1)))) {
            StringBuilder borrowed = pool.borrowObject();
            assertThatThrownBy(pool::borrowObject)
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessageContaining("size=1 of 1");
            assertThatThrownBy(pool::addObject).hasMessageStartingWith("objects=1 (expected room for one)");
            pool.returnObject(borrowed);
        }
    }

    @Test
    void whatIsGivenBackTwiceIsRefused() throws Exception {
        try (ObjectPool<StringBuilder> pool = CommonsPools.objectPool(new Noting(), builder -> {})) {
            StringBuilder borrowed = pool.borrowObject();
            pool.returnObject(borrowed);
            assertThatThrownBy(() -> pool.returnObject(borrowed))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected one on loan");
            assertThatThrownBy(() -> pool.invalidateObject(new StringBuilder()))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(pool.getNumIdle()).isEqualTo(1);
        }
    }

    @Test
    void oneObjectMadeTwiceIsLentTwice() throws Exception {
        StringBuilder only = new StringBuilder();
        try (ObjectPool<StringBuilder> pool = CommonsPools.objectPool(
                new BasePooledObjectFactory<>() {
                    @Override
                    public StringBuilder create() {
                        return only;
                    }

                    @Override
                    public PooledObject<StringBuilder> wrap(StringBuilder object) {
                        return new DefaultPooledObject<>(object);
                    }
                },
                builder -> {})) {
            assertThat(pool.borrowObject()).isSameAs(pool.borrowObject());
            assertThat(pool.getNumActive()).isEqualTo(2);
            pool.returnObject(only);
            pool.returnObject(only);
            assertThat(pool.getNumIdle()).isEqualTo(2);
        }
    }

    @Test
    void whatIsOnLoanOutlivesThePoolOfItsKey() throws Exception {
        KeyedObjectPool<String, StringBuilder> pool = CommonsPools.keyedObjectPool(new OfAnyKey(), builder -> {});
        StringBuilder borrowed = pool.borrowObject("a");
        pool.close();
        assertThat(pool.getNumActive()).isEqualTo(1);
        pool.returnObject("a", borrowed);
        assertThat(pool.getNumActive()).isZero();
        assertThat(calls).endsWith("passivate", "destroy");
    }
}
