package io.heapwise.cache;

/**
 * The bytes that a cache holds, by its own accounting.
 *
 * @param entries how many entries there are
 * @param engineBytes the cache's own tables and locks, computed from their lengths
 * @param entryBytes the keys and values: the accounted sum in a cache bounded by bytes, else an estimate from a sample
 *     of the entries
 * @since 0.1.0
 */
public record CacheFootprint(long entries, long engineBytes, long entryBytes) {
    /**
     * Engine and entries together.
     *
     * @return bytes
     */
    public long totalBytes() {
        return engineBytes + entryBytes;
    }
}
