package io.heapwise.buffers.internal;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The thread that looks after idle memory. Invariant: there is none unless something is to do, or was seconds ago. */
final class BufferThreads {
    /** Shared by all allocators. They keep no JVM alive. */
    static final Executor SHARED =
            new ThreadPoolExecutor(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(null, task, "heapwise-buffers", 0, false);
                thread.setContextClassLoader(null); // else the first to come would keep its application from unloading
                thread.setDaemon(true);
                return thread;
            });

    private BufferThreads() {}
}
