package io.heapwise.benchmarks.cache;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The article's {@code MemoryAwareCache}, ported line for line with one lock around it. It keeps what the article does:
 * a scan over all entries for each eviction, times in milliseconds (the first of equal times goes), a size estimate
 * that nothing reads, and heap used over heap committed, garbage included, as the measure of pressure.
 *
 * <p>The article assigns to a constant when it measures again, which throws in JavaScript; here the variable is one.
 * JavaScript's {@code Map} keeps insertion order, so this is a {@link LinkedHashMap}.
 */
final class NaiveCache<K, V> {
    private final Map<K, Item<V>> entries = new LinkedHashMap<>();
    private final long maxSize;
    private final double maxMemoryPercentage;
    private long hits;
    private long misses;
    private long evictions;

    NaiveCache(long maxSize, double maxMemoryPercentage) {
        this.maxSize = maxSize;
        this.maxMemoryPercentage = maxMemoryPercentage;
    }

    synchronized V get(K key) {
        Item<V> item = entries.get(key);
        if (item != null) {
            hits++;
            item.lastAccessed = System.currentTimeMillis();
            return item.value;
        }
        misses++;
        return null;
    }

    synchronized void set(K key, V value) {
        checkMemoryUsage();
        if (entries.size() >= maxSize) {
            evictLru();
        }
        entries.put(
                key,
                new Item<>(
                        value, System.currentTimeMillis(), String.valueOf(value).length() * 2));
    }

    synchronized void clear() {
        entries.clear();
    }

    synchronized int size() {
        return entries.size();
    }

    @Override
    public synchronized String toString() {
        return "NaiveCache[size=" + entries.size() + ", hits=" + hits + ", misses=" + misses + ", evictions="
                + evictions + "]";
    }

    private void checkMemoryUsage() {
        double usagePercentage = usagePercentage();
        while (usagePercentage > maxMemoryPercentage && !entries.isEmpty()) {
            evictLru();
            usagePercentage = usagePercentage();
        }
    }

    private static double usagePercentage() {
        Runtime runtime = Runtime.getRuntime();
        double committed = runtime.totalMemory();
        return (committed - runtime.freeMemory()) / committed * 100;
    }

    private void evictLru() {
        K oldestKey = null;
        long oldestAccess = Long.MAX_VALUE;
        for (Map.Entry<K, Item<V>> entry : entries.entrySet()) {
            if (entry.getValue().lastAccessed < oldestAccess) {
                oldestAccess = entry.getValue().lastAccessed;
                oldestKey = entry.getKey();
            }
        }
        if (oldestKey != null) {
            entries.remove(oldestKey);
            evictions++;
        }
    }

    private static final class Item<V> {
        final V value;

        @SuppressWarnings("unused") // The article stores it and never reads it; it costs memory here as there.
        final int sizeBytes;

        long lastAccessed;

        Item(V value, long lastAccessed, int sizeBytes) {
            this.value = value;
            this.lastAccessed = lastAccessed;
            this.sizeBytes = sizeBytes;
        }
    }
}
