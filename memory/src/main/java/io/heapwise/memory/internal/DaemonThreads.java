package io.heapwise.memory.internal;

import java.util.concurrent.ThreadFactory;

/**
 * Makes the library's own threads. Invariant: a thread made here keeps neither the process alive nor a class loader, nor
 * a value of the thread that happened to need it first.
 *
 * @param name the thread's name
 */
public record DaemonThreads(String name) implements ThreadFactory {
    @Override
    public Thread newThread(Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }
}
