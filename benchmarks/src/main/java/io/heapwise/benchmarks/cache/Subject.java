package io.heapwise.benchmarks.cache;

import java.util.function.Function;

/**
 * A contestant, reduced to what the benchmarks do with it. A fork measures one contestant and so meets one
 * implementation: the compiler binds and inlines these calls as if they were made on the cache itself.
 */
interface Subject<K, V> extends AutoCloseable {

    /** The value, or null. */
    V get(K key);

    void put(K key, V value);

    /** The value, loaded and stored if it was absent, in the way the contestant's documentation advises. */
    V getOrLoad(K key, Function<? super K, ? extends V> loader);

    void clear();

    /** The number of entries once evictions that are due have been done. */
    long settledSize();

    /** The object that a service would hold: where the footprint walker starts. */
    Object root();

    @Override
    default void close() {}
}
