package io.heapwise.cache.internal.weak;

import io.heapwise.cache.WeakCache;
import java.util.ArrayList;
import java.util.List;

/** Does what a collection does, when a stress test wants it; in this package since nobody else may. */
public final class Collecting {
    private final Link link;
    private final LinkStore store;

    /** Of the value that a cache of one entry holds now. */
    public Collecting(WeakCache<?, ?> cache) {
        store = ((WeakStoreCache<?, ?>) cache).store;
        List<Link> links = new ArrayList<>();
        store.forEach(links::add);
        link = links.get(0);
    }

    /** Clears the reference to the value and puts it into the queue. */
    public void collect() {
        link.enqueue();
    }

    /** What is in the queue goes out now. */
    public void takeOut() {
        store.takeOutCollected();
    }

    /** Throws unless the invariants hold. */
    public static void check(WeakCache<?, ?> cache) {
        ((WeakStoreCache<?, ?>) cache).checkIntegrity();
    }
}
