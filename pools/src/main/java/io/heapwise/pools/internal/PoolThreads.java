package io.heapwise.pools.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that make objects, and look after idle ones. Invariant: there are none unless something is to do, or was seconds
 * ago.
 */
public final class PoolThreads {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Shared by all pools; each pool limits how many make objects for it. They keep no JVM alive. */
    public static final Executor SHARED =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(null, task, "heapwise-pool-" + NUMBER.incrementAndGet(), 0, false);
                thread.setContextClassLoader(
                        null); // else the first to create would keep its application from unloading
                thread.setDaemon(true);
                return thread;
            });

    private PoolThreads() {}
}
