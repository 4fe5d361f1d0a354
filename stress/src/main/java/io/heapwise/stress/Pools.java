package io.heapwise.stress;

import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolStats;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** The one place where the stress tests get their pools from, and look whether the books balance. */
public final class Pools {
    /** Something to lend, with a field that only its borrower may touch: no test writes it in any other way. */
    public static final class Thing {
        int value;
    }

    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private Pools() {}

    /** A pool that holds as many idle objects as it may, made by the caller. */
    public static Pool<Thing> full(int size) {
        Pool<Thing> pool = Pool.builder(Thing::new)
                .maximumSize(size)
                .creationExecutor(Runnable::run)
                .ignorePressure()
                .build();
        List<Lease<Thing>> leases = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            leases.add(borrowed(pool));
        }
        leases.forEach(Lease::close);
        return pool;
    }

    public static Lease<Thing> borrowed(Pool<Thing> pool) {
        try {
            return pool.acquire();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /** The object that would be lent next. */
    public static Thing idleIn(Pool<Thing> pool) {
        try (Lease<Thing> lease = borrowed(pool)) {
            return lease.get();
        }
    }

    /** Uses an object, and returns what the borrower before left in it; -1 if the pool is closed. */
    public static int valueLeftIn(Pool<Thing> pool, int next) {
        try {
            return pool.<Integer, RuntimeException>apply(thing -> {
                int before = thing.value;
                thing.value = next;
                return before;
            });
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        } catch (IllegalStateException closed) {
            return -1;
        }
    }

    /** 1 if the books balance and are as expected, within what the pool's own threads may still take; else 0. */
    public static int settles(Pool<Thing> pool, Predicate<PoolStats> expected) {
        long sinceNanos = System.nanoTime();
        while (System.nanoTime() - sinceNanos < LIMIT_NANOS) {
            PoolStats stats = pool.stats();
            if (stats.created() == stats.idle() + stats.leased() + stats.destroyed()
                    && stats.waiting() == 0
                    && expected.test(stats)) {
                return 1;
            }
            LockSupport.parkNanos(100_000);
        }
        return 0;
    }
}
