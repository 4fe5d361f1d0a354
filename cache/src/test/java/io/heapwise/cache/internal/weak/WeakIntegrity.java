package io.heapwise.cache.internal.weak;

import io.heapwise.cache.Interner;
import io.heapwise.cache.WeakCache;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tests' way to the inside of weak caches. */
public final class WeakIntegrity {
    private WeakIntegrity() {}

    /** Throws an IllegalStateException that names the broken law; only while no other thread uses the cache. */
    public static void check(WeakCache<?, ?> cache) {
        ((WeakStoreCache<?, ?>) cache).checkIntegrity();
    }

    public static void check(Interner<?> interner) {
        ((WeakInterner<?>) interner).store.checkIntegrity();
    }

    /** Does to the value of a key what a collection does: clears the link and puts it into the queue. */
    public static void collect(WeakCache<?, ?> cache, Object key) {
        LinkStore store = store(cache);
        List<Link> links = new ArrayList<>();
        store.forEach(link -> {
            Object own = link.key();
            if (own != null && (own == key || store.equality.areEqual(key, own))) {
                links.add(link);
            }
        });
        links.forEach(Link::enqueue);
    }

    /** What has been told as collected goes out now, on this thread. */
    public static void takeOutCollected(WeakCache<?, ?> cache) {
        store(cache).takeOutCollected();
    }

    /** How many locks the cache has now. */
    public static int stripes(WeakCache<?, ?> cache) {
        Set<Object> stripes = new HashSet<>();
        LinkStore store = store(cache);
        for (int place = 0; place < 1 << LinkStore.MAX_DEPTH; place++) {
            stripes.add(store.stripeFor(place << (32 - LinkStore.MAX_DEPTH)));
        }
        return stripes.size();
    }

    /** Whether two keys are in the same stripe now. */
    public static boolean shareAStripe(WeakCache<?, ?> cache, Object one, Object other) {
        LinkStore store = store(cache);
        return store.stripeFor(store.hash(one)) == store.stripeFor(store.hash(other));
    }

    public static String threadName() {
        return Sweeper.THREAD;
    }

    public static boolean isThreadAlive() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(Sweeper.THREAD));
    }

    private static LinkStore store(WeakCache<?, ?> cache) {
        return ((WeakStoreCache<?, ?>) cache).store;
    }
}
