package io.heapwise.pools.internal;

import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One pool for each key. Invariant: a key has at most one pool here, and a pool that is not here any more is closed. Thread-safe.
 *
 * <p>Pools without objects and without anybody who wants one are let go of as new keys come: each new key looks at two old ones, so
 * what is kept for keys of the past goes down as fast as others come. Whoever uses a pool at that moment finds it closed, and asks
 * again. No user code runs under a lock: two who ask for a new key at a time both make a pool, and one of them is closed.
 *
 * @param <P> a pool
 */
public final class Keys<K, P> {
    private static final int LOOKS_A_KEY = 2;

    private final Map<K, P> pools = new ConcurrentHashMap<>();
    private final Function<? super K, ? extends P> make;
    private final Predicate<? super P> isUnused;
    private final BiConsumer<? super K, ? super P> close;
    private final ReentrantLock lock = new ReentrantLock();

    /** Where the next look is; guarded by the lock. */
    private Iterator<Map.Entry<K, P>> cursor = pools.entrySet().iterator();

    private volatile boolean isClosed;

    public Keys(
            Function<? super K, ? extends P> make,
            Predicate<? super P> isUnused,
            BiConsumer<? super K, ? super P> close) {
        this.make = make;
        this.isUnused = isUnused;
        this.close = close;
    }

    /** The pool of a key, made if there is none. Throws when closed. */
    public P of(K key) {
        P known = pools.get(Arguments.require("key", key));
        return known != null ? known : add(key);
    }

    private P add(K key) {
        requireOpen();
        letGoOfUnused();
        P made = make.apply(key);
        P known = pools.putIfAbsent(key, made);
        if (known != null) {
            close.accept(key, made);
            return known;
        }
        if (isClosed && pools.remove(key, made)) {
            close.accept(key, made);
        }
        requireOpen();
        return made;
    }

    private void letGoOfUnused() {
        for (int look = 0; look < LOOKS_A_KEY; look++) {
            Map.Entry<K, P> next = next();
            if (next != null && isUnused.test(next.getValue()) && pools.remove(next.getKey(), next.getValue())) {
                close.accept(next.getKey(), next.getValue());
            }
        }
    }

    private Map.@Nullable Entry<K, P> next() {
        lock.lock();
        try {
            if (!cursor.hasNext()) {
                cursor = pools.entrySet().iterator();
            }
            return cursor.hasNext() ? cursor.next() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Those there are now, as a view. */
    public Map<K, P> pools() {
        return pools;
    }

    public boolean isClosed() {
        return isClosed;
    }

    /** Lets nobody in any more, and closes all pools. */
    public void close() {
        isClosed = true;
        pools.forEach((key, pool) -> {
            if (pools.remove(key, pool)) {
                close.accept(key, pool);
            }
        });
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException(Lending.CLOSED);
        }
    }
}
