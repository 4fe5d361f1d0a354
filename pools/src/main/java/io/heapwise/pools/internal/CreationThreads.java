package io.heapwise.pools.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads that make objects. Invariant: there are none unless something is being made, or was seconds ago. */
public final class CreationThreads {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Shared by all pools; each pool limits how many it uses. They keep no JVM alive. */
    public static final Executor SHARED =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(null, task, "heapwise-pool-creation-" + NUMBER.incrementAndGet(), 0, false);
                thread.setContextClassLoader(
                        null); // else the first to create would keep its application from unloading
                thread.setDaemon(true);
                return thread;
            });

    private CreationThreads() {}
}
