package io.heapwise.demo.naive;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The article's {@code MemoryAwareCache}, carried over method by method, its mistakes included. Invariant: none beyond
 * the article's own. Thread-safe, by one lock around everything, which is the only thing added.
 *
 * <p>What stands for what:
 *
 * <ul>
 *   <li>A {@code Map} of JavaScript is a {@link LinkedHashMap}: both walk their entries in the order of insertion, and
 *       that decides between entries used in the same millisecond.
 *   <li>{@code Date.now()} is {@link System#currentTimeMillis()}, at the same grain and with the same jumps.
 *   <li>{@code process.memoryUsage()} is {@link Runtime}: heapUsed is total minus free, heapTotal is total.
 *   <li>{@code JSON.stringify} is {@link Json#stringify}. As in the article, its result is kept and never used.
 *   <li>{@code if (oldestKey)} is false for the empty string too, so an empty key is never evicted.
 * </ul>
 *
 * <p>One thing cannot be carried over as it stands. The article declares {@code const usagePercentage} and assigns to it
 * inside the loop, so the first pressure ends in a {@code TypeError}: the entry found first is evicted, the caller's
 * {@code set} throws, and nothing is stored. Java refuses to compile an assignment to a constant. Here the variable is
 * assignable, since that is what the article plainly meant: this is the class at its best.
 */
public final class ArticleCache<V> {

    private final Map<String, Item<V>> cache = new LinkedHashMap<>();
    private final int maxSize;
    private final double maxMemoryPercentage;
    private long hits;
    private long misses;
    private long evictions;

    /** With the article's defaults: 100 entries, 70 %. */
    public ArticleCache() {
        this(100, 70);
    }

    public ArticleCache(int maxSize, double maxMemoryPercentage) {
        this.maxSize = maxSize;
        this.maxMemoryPercentage = maxMemoryPercentage;
    }

    /** The value, or null for a miss; the two cannot be told apart where a null was stored. */
    public synchronized @Nullable V get(String key) {
        Item<V> item = cache.get(key);
        if (item != null) {
            hits++;
            item.lastAccessed = System.currentTimeMillis();
            return item.value;
        }
        misses++;
        return null;
    }

    /** Stores the value. A full cache evicts an entry first, even where the key is there already. */
    public synchronized void set(String key, @Nullable V value) {
        checkMemoryUsage();
        if (cache.size() >= maxSize) {
            evictLru();
        }
        cache.put(key, new Item<>(value, System.currentTimeMillis(), estimateSize(value)));
    }

    /** How many entries there are. Read without the lock, so that a watcher never waits behind an eviction. */
    @SuppressWarnings("GuardedBy")
    public int size() {
        return cache.size();
    }

    public synchronized Stats getStats() {
        return new Stats(hits, misses, evictions, cache.size(), heapUsed(), heapTotal());
    }

    private static long estimateSize(@Nullable Object value) {
        return Json.stringify(value).length() * 2L;
    }

    private void checkMemoryUsage() {
        double usagePercentage = (double) heapUsed() / heapTotal() * 100;
        if (usagePercentage > maxMemoryPercentage) {
            while (usagePercentage > maxMemoryPercentage && !cache.isEmpty()) {
                evictLru();
                usagePercentage = (double) heapUsed() / heapTotal() * 100;
            }
        }
    }

    private void evictLru() {
        if (cache.isEmpty()) {
            return;
        }
        String oldestKey = null;
        double oldestAccess = Double.POSITIVE_INFINITY;
        for (Map.Entry<String, Item<V>> entry : cache.entrySet()) {
            if (entry.getValue().lastAccessed < oldestAccess) {
                oldestAccess = entry.getValue().lastAccessed;
                oldestKey = entry.getKey();
            }
        }
        if (oldestKey != null && !oldestKey.isEmpty()) {
            cache.remove(oldestKey);
            evictions++;
        }
    }

    private static long heapUsed() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static long heapTotal() {
        return Runtime.getRuntime().totalMemory();
    }

    /** What the article's {@code getStats()} gives. */
    public record Stats(long hits, long misses, long evictions, int size, long heapUsed, long heapTotal) {}

    private static final class Item<V> {
        final @Nullable V value;
        long lastAccessed;

        @SuppressWarnings({"unused", "UnusedVariable", "FieldCanBeLocal"})
        final long size;

        Item(@Nullable V value, long lastAccessed, long size) {
            this.value = value;
            this.lastAccessed = lastAccessed;
            this.size = size;
        }
    }
}
