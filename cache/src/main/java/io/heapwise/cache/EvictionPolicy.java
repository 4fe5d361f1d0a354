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
    LRU,

    /**
     * Keeps what is asked for often, and what was asked for lately, in the proportion that hits most; so it withstands scans
     * and loops, of which recency alone keeps nothing. Newcomers wait in a window, then must have been asked for more often than the
     * one whose place they take; what leaves is remembered for a while. How large the window is, from one fiftieth to four
     * fifths of the cache, is tried out all the time on miniatures of it. Costs about six bytes an entry more, once the
     * cache is full. Takes weights into account: what is heavy must be asked for more often.
     *
     * <p>After TinyLFU (G. Einziger, R. Friedman, B. Manes, ACM ToS 13(4), 2017) and miniature simulation (C. Waldspurger et
     * al., USENIX ATC 2017).
     */
    ADAPTIVE
}
