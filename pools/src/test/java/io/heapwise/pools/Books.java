package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.pools.internal.ObjectPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The law that every test ends with: what was made is idle, lent or destroyed, and once the pool is closed destroyed. */
public final class Books {
    private Books() {}

    /** Closes a pool from which nothing is on loan any more. */
    public static void closeAndCheck(Pool<?> pool) throws Exception {
        ObjectPool<?> books = (ObjectPool<?>) pool;
        assertThat(pool.stats().leased()).as("all given back: %s", pool.stats()).isZero();
        checkOnceAtRest(books);
        outcome(pool, pool.closeAsync(), Stream.of());
        checkOnceAtRest(books);
        assertThat(pool.stats().destroyed()).isEqualTo(pool.stats().created());
    }

    /** What must come, or, should it not come, all that tells why: the pool place by place, and where these threads are. */
    static <V> V outcome(Pool<?> pool, Future<V> future, Stream<Thread> borrowers) throws Exception {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException tooLate) {
            AssertionError failure =
                    new AssertionError("nothing after 30 s: " + ((ObjectPool<?>) pool).describe(), tooLate);
            Stream.concat(borrowers, Thread.getAllStackTraces().keySet().stream())
                    .forEach(thread -> {
                        Throwable place = new Throwable(thread + " " + thread.getState());
                        place.setStackTrace(thread.getStackTrace());
                        failure.addSuppressed(place);
                    });
            throw failure;
        }
    }

    /** The books are right only when nothing is under way, and the pool's own threads may be at their last step still. */
    private static void checkOnceAtRest(ObjectPool<?> books) {
        long sinceNanos = System.nanoTime();
        while (true) {
            try {
                books.checkIntegrity();
                return;
            } catch (IllegalStateException notYet) {
                if (System.nanoTime() - sinceNanos > TimeUnit.SECONDS.toNanos(10)) {
                    throw notYet;
                }
                Thread.yield();
            }
        }
    }
}
