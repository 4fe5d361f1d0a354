package io.heapwise.cache;

/**
 * What has become of all values that were put into a {@link WeakCache}. The numbers are read one after the other: once nobody
 * writes, {@code inserted == entries + replaced + removed + collected}.
 *
 * @param entries entries there are; some of their values may have been collected a moment ago
 * @param inserted values that were put or loaded
 * @param replaced values in whose place another was put
 * @param removed values that were removed or invalidated, or that left when the cache was closed
 * @param collected values that left since they, or their weakly held keys, were collected
 * @param actions actions that wait for a value to be collected, also of values that have been replaced or removed
 * @since 0.1.0
 */
public record WeakCacheStats(long entries, long inserted, long replaced, long removed, long collected, long actions) {}
