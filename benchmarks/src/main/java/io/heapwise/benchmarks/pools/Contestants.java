package io.heapwise.benchmarks.pools;

import com.zaxxer.hikari.util.ConcurrentBag;
import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/**
 * The one place where contestants are configured. Invariant: each holds all its objects before the first call, checks none
 * of them, and waits for up to ten seconds.
 */
final class Contestants {
    private static final long TIMEOUT_SECONDS = 10;

    private Contestants() {}

    /** A pool of objects by its name; or of connections, by its name, {@code @} and the URL of a database, which the stub has not. */
    static Subject of(String contestant, int size) throws Exception {
        int at = contestant.indexOf('@');
        if (at >= 0) {
            return new ConnectionSubject(contestant.substring(0, at), contestant.substring(at + 1), size);
        }
        return switch (contestant) {
            case "heapwise" -> new Heapwise(size);
            case "stormpot" -> new Stormpot(size, TIMEOUT_SECONDS);
            case "hikari" -> new Hikari(size);
            case "commonsPool2" -> new CommonsPool2(size);
            case "naive" -> new Naive(size);
            default ->
                throw new IllegalArgumentException("contestant=" + contestant
                        + " (expected one of heapwise, stormpot, hikari, commonsPool2, naive):"
                        + " name the benchmark method after its contestant");
        };
    }

    private static final class Heapwise implements Subject {
        private final Pool<Payload> pool;

        Heapwise(int size) throws InterruptedException {
            pool = Pool.builder(Payload::new)
                    .maximumSize(size)
                    .acquireTimeout(Duration.ofSeconds(TIMEOUT_SECONDS))
                    .build();
            List<Lease<Payload>> leases = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                leases.add(pool.acquire());
            }
            leases.forEach(Lease::close);
        }

        @Override
        public Payload apply() throws InterruptedException {
            return pool.<Payload, RuntimeException>apply(Payload::use);
        }

        @Override
        public Object borrow() throws InterruptedException {
            return pool.acquire();
        }

        @Override
        public Payload use(Object borrowed) {
            return ((Payload) ((Lease<?>) borrowed).get()).use();
        }

        @Override
        public void giveBack(Object borrowed) {
            ((Lease<?>) borrowed).close();
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** HikariCP's bag alone, without its proxies and without the checks of connections. */
    private static final class Hikari implements Subject {
        private static final class Entry extends Payload implements ConcurrentBag.IConcurrentBagEntry {
            private static final AtomicIntegerFieldUpdater<Entry> STATE =
                    AtomicIntegerFieldUpdater.newUpdater(Entry.class, "state");
            private volatile int state;

            @Override
            public boolean compareAndSet(int expected, int next) {
                return STATE.compareAndSet(this, expected, next);
            }

            @Override
            public void setState(int next) {
                state = next;
            }

            @Override
            public int getState() {
                return state;
            }
        }

        private final ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});

        Hikari(int size) {
            for (int i = 0; i < size; i++) {
                bag.add(new Entry());
            }
        }

        @Override
        public Payload apply() throws InterruptedException {
            Entry entry = bag.borrow(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            try {
                return entry.use();
            } finally {
                bag.requite(entry);
            }
        }

        @Override
        public Object borrow() throws InterruptedException {
            return bag.borrow(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }

        @Override
        public Payload use(Object borrowed) {
            return ((Payload) borrowed).use();
        }

        @Override
        public void giveBack(Object borrowed) {
            bag.requite((Entry) borrowed);
        }

        @Override
        public void close() {
            bag.close();
        }
    }

    private static final class CommonsPool2 implements Subject {
        private final GenericObjectPool<Payload> pool;

        CommonsPool2(int size) throws Exception {
            GenericObjectPoolConfig<Payload> config = new GenericObjectPoolConfig<>();
            config.setMaxTotal(size);
            config.setMaxIdle(size);
            config.setMaxWait(Duration.ofSeconds(TIMEOUT_SECONDS));
            config.setJmxEnabled(false);
            pool = new GenericObjectPool<>(
                    new BasePooledObjectFactory<>() {
                        @Override
                        public Payload create() {
                            return new Payload();
                        }

                        @Override
                        public PooledObject<Payload> wrap(Payload payload) {
                            return new DefaultPooledObject<>(payload);
                        }
                    },
                    config);
            pool.addObjects(size);
        }

        @Override
        public Payload apply() throws Exception {
            Payload payload = pool.borrowObject();
            try {
                return payload.use();
            } finally {
                pool.returnObject(payload);
            }
        }

        @Override
        public Object borrow() throws Exception {
            return pool.borrowObject();
        }

        @Override
        public Payload use(Object borrowed) {
            return ((Payload) borrowed).use();
        }

        @Override
        public void giveBack(Object borrowed) {
            pool.returnObject((Payload) borrowed);
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** What one writes without a library: a queue under a lock. Unlike the article's pool, it waits when it is empty. */
    private static final class Naive implements Subject {
        private final Queue<Payload> idle = new ArrayDeque<>();

        Naive(int size) {
            for (int i = 0; i < size; i++) {
                idle.add(new Payload());
            }
        }

        @Override
        public Payload apply() throws InterruptedException {
            Payload payload = take();
            try {
                return payload.use();
            } finally {
                giveBack(payload);
            }
        }

        @Override
        public Object borrow() throws InterruptedException {
            return take();
        }

        private Payload take() throws InterruptedException {
            synchronized (idle) {
                Payload payload = idle.poll();
                while (payload == null) {
                    idle.wait(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
                    payload = idle.poll();
                }
                return payload;
            }
        }

        @Override
        public Payload use(Object borrowed) {
            return ((Payload) borrowed).use();
        }

        @Override
        public void giveBack(Object borrowed) {
            synchronized (idle) {
                idle.add((Payload) borrowed);
                idle.notify();
            }
        }

        @Override
        public void close() {}
    }
}
