package io.heapwise.demo.wordnet;

/**
 * The number of pages that fits, found by hand: for this text, on this heap, by trying. It is what the contestants need
 * that count entries, and the number that nobody has for a text they have not seen.
 */
final class HandSize {

    /** Heap for each page, table, garbage in flight and room to collect included. */
    private static final long HEAP_BYTES_PER_PAGE = 16384;

    private HandSize() {}

    static int pages(long heapBytes) {
        return Math.toIntExact(Math.max(1, heapBytes / HEAP_BYTES_PER_PAGE));
    }
}
