package io.heapwise.demo.naive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * The article's {@code ConnectionPool}, carried over method by method, its mistakes included. Invariant: none beyond the
 * article's own. Thread-safe, by one lock around everything, which is the only thing added.
 *
 * <p>What stands for what:
 *
 * <ul>
 *   <li>A {@code Promise} is a {@link CompletableFuture}, and {@code createNewConnection} a callable. It runs under the lock,
 *       as in the article it runs on the one thread there is.
 *   <li>{@code emit} calls who listened when it began, one after the other; a listener that throws ends it, and those
 *       after it are not called, as in Node.js.
 * </ul>
 *
 * <p>One thing cannot be carried over as it stands. The article calls {@code once} and {@code emit} on itself and is no
 * {@code EventEmitter}, so that the first {@code release} ends in a {@code TypeError}, and so does an {@code acquire} beyond
 * the tenth. Here it is one, since that is what the article plainly meant: this is the class at its best.
 */
public final class ArticlePool<T> {

    private final Callable<? extends T> createNewConnection;
    private final int maxSize;
    private final Deque<T> pool = new ArrayDeque<>();
    private final Set<T> inUse = new LinkedHashSet<>();
    private final List<Listener> listeners = new ArrayList<>();

    private interface Listener {
        void released() throws Exception;
    }

    /** With the article's default: 10 connections. */
    public ArticlePool(Callable<? extends T> createNewConnection) {
        this(createNewConnection, 10);
    }

    public ArticlePool(Callable<? extends T> createNewConnection, int maxSize) {
        this.createNewConnection = createNewConnection;
        this.maxSize = maxSize;
    }

    /** A connection now, or once one is released: there is no limit to the wait. What the creator throws is thrown here. */
    public synchronized CompletableFuture<T> acquire() throws Exception {
        if (!pool.isEmpty()) {
            T connection = pool.removeLast();
            inUse.add(connection);
            return CompletableFuture.completedFuture(connection);
        }
        if (inUse.size() < maxSize) {
            T connection = createNewConnection.call();
            inUse.add(connection);
            return CompletableFuture.completedFuture(connection);
        }
        CompletableFuture<T> promise = new CompletableFuture<>();
        listeners.add(() -> {
            var unused = acquire().thenAccept(promise::complete);
        });
        return promise;
    }

    /** Takes any object, as often as it is given, and wakes all who wait, most of them in vain. */
    public synchronized void release(T connection) throws Exception {
        inUse.remove(connection);
        pool.addLast(connection);
        for (Listener listener : List.copyOf(listeners)) {
            listeners.remove(listener);
            listener.released();
        }
    }
}
