package io.heapwise.cache;

/**
 * Which entry leaves when a cache is full.
 *
 * @since 0.1.0
 */
public enum EvictionPolicy {
    /**
     * The least recently used of those that a sweep over the tables has shown: nearly the order of an exact LRU, at four
     * bytes an entry and without a list. Entries used between the same two insertions count as used at once.
     */
    LRU
}
