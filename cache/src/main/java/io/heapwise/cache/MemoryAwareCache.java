package io.heapwise.cache;

import com.github.benmanes.caffeine.cache.Cache;
import io.heapwise.memory.HeapGovernor;
import java.util.Optional;

/**
 * A Caffeine {@link Cache} that is bounded by the heap: by a share of it that is accounted for, and by pressure.
 *
 * <p>Whatever bound it was built with, it is a member of the JVM's {@link HeapGovernor}: when the live set of the heap
 * gets close to its end, the governor asks the cache to hold less, and gives it room again when that has passed. Garbage
 * is not pressure: a heap that is full of it evicts nothing.
 *
 * <p><b>Threads.</b> Safe for any number of threads, virtual ones too. Reads take no lock, unless writers of the same
 * stripe disturb them several times over, and allocate nothing. A write locks one stripe, which holds some hundred
 * entries. Loaders, weighers and listeners run outside all locks. The one piece of user code that runs under a lock is
 * {@code equals} of a key: it must not call the cache, and gets an {@link IllegalStateException} if it does.
 *
 * <p><b>Loading</b> is single-flight for each key. Meanwhile others can read and write every other key; who wants to
 * write the same key waits, except {@code invalidate} and {@code invalidateAll}: these return at once, and the value
 * being loaded is handed to those who wait for it but not kept. A bulk load claims each of its keys in the same way, loads those that
 * nobody else is loading, and waits for the others; its function must not ask for the keys it was given. A load that never ends holds up
 * those who want the same key, for as long, and nobody else. Loaders that wait for each other's keys get an
 * {@link IllegalStateException} instead of a deadlock.
 *
 * <p><b>Not guaranteed:</b> an exact order of eviction (it is sampled), and the exact bound while several threads write:
 * the cache may exceed it by what their writes under way add.
 *
 * <p><b>Coldest and hottest</b> in {@code policy().eviction()} are ordered by where an entry stands among those of its stripe. In
 * a cache of one stripe, up to some 500 entries, that is the order of last use, but for entries used between the same two
 * insertions, which tie. Over many stripes it is an estimate: of what it tells as the coldest tenth, more than eight in ten
 * belong to the true one. It copies all entries, one stripe's lock at a time, and sorts them.
 *
 * @param <K> keys, with {@code hashCode} and {@code equals} as in any map
 * @param <V> values
 * @since 0.1.0
 */
public interface MemoryAwareCache<K, V> extends Cache<K, V>, AutoCloseable {
    /**
     * Starts to describe a cache. Without any bound it may hold a quarter of the heap.
     *
     * @param <K> keys
     * @param <V> values
     * @return a new builder
     */
    static <K, V> MemoryAwareCacheBuilder<K, V> builder() {
        return new MemoryAwareCacheBuilder<>();
    }

    /**
     * The bytes it holds now, by its accounting, and how far that is from the truth as the live set shows it. Costs a few
     * microseconds: it looks at a sample of at most 256 entries when the cache is not bounded by bytes. Never blocks on
     * writers for longer than one of them takes.
     *
     * @return the footprint, exact only while nobody writes
     */
    CacheFootprint footprint();

    /**
     * What the governor last decided for the caches of this JVM, and why.
     *
     * @return the decision, or empty while there was no reason for any
     */
    Optional<HeapGovernor.Decision> lastDecision();

    /**
     * Leaves the governor. The cache can be used on, with the bound it was built with and the calibration it had
     * last; entries stay. A cache that is dropped without being closed leaves the governor by itself once it is
     * collected. Idempotent.
     */
    @Override
    void close();
}
