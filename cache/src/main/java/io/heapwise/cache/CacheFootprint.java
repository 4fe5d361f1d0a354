package io.heapwise.cache;

/**
 * The bytes that a cache holds, by its own accounting.
 *
 * @param entries how many entries there are
 * @param engineBytes the cache's own tables and locks, computed from their lengths
 * @param entryBytes the keys and values: the accounted sum in a cache bounded by bytes, else an estimate from a sample
 *     of the entries
 * @param calibration true bytes per accounted byte, 0.5 to 3, as the growth of the live set shows it; 1 while it shows
 *     nothing, and in a cache that is not bounded by bytes
 * @since 0.1.0
 */
public record CacheFootprint(long entries, long engineBytes, long entryBytes, double calibration) {
    /**
     * Engine and entries together, as accounted.
     *
     * @return bytes
     */
    public long totalBytes() {
        return engineBytes + entryBytes;
    }

    /**
     * What the cache takes in truth, as far as it is known: the total, calibrated. This is what is kept within
     * {@code maximumHeapShare}.
     *
     * @return bytes
     */
    public long calibratedBytes() {
        return Math.round(totalBytes() * calibration);
    }
}
