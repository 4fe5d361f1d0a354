package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.Cache;

/** The tests' way to the invariants of a cache. */
public final class CacheIntegrity {
    private CacheIntegrity() {}

    /** Throws an IllegalStateException that names the broken law. Only while no other thread uses the cache. */
    public static void check(Cache<?, ?> cache) {
        manual(cache).checkIntegrity();
        manual(cache).checkNobodyWaits();
    }

    /** The same, whoever uses the cache meanwhile; all that writes is held up. */
    public static void checkWhileInUse(Cache<?, ?> cache) {
        manual(cache).checkIntegrity();
    }

    /** How many stripes the cache has now. */
    public static int stripes(Cache<?, ?> cache) {
        return manual(cache).engine.store.directory().size();
    }

    /** How many computations stand in the lists of the stripes. */
    public static int flights(Cache<?, ?> cache) {
        int[] count = {0};
        manual(cache).engine.store.directory().walkAll(stripe -> count[0] += stripe.flights.size());
        return count[0];
    }

    /** Whether two keys are in the same stripe now. */
    public static boolean shareAStripe(Cache<?, ?> cache, Object one, Object other) {
        Directory directory = manual(cache).engine.store.directory();
        return directory.stripeFor(Table.spread(one.hashCode())) == directory.stripeFor(Table.spread(other.hashCode()));
    }

    /** The root of everything that grows with the cache: stripes, locks, tables, keys and values. */
    public static Object tables(Cache<?, ?> cache) {
        return manual(cache).engine.store.directory();
    }

    private static ManualCache<?, ?> manual(Cache<?, ?> cache) {
        return (ManualCache<?, ?>) cache;
    }
}
