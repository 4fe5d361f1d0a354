package io.heapwise.cache.internal.sizing;

/**
 * Tells whether the JDK stores a string in one byte per character. Invariant: the answer is exact up to {@link #EXACT_CHARS}
 * characters, and never false for a Latin-1 string.
 *
 * <p>No method of String tells its coder, but the coder is a function of the content: every constructor compresses what it can,
 * and {@code String.equals} relies on that. Longer strings are read at head, tail, and one scattered place in each of many equal
 * parts in between: scattered, because a fixed stride would fall in step with fixed-width text. Allocates nothing.
 */
final class Latin1 {
    static final int EXACT_CHARS = 1024;

    private static final int EDGE_CHARS = 256;
    private static final int PARTS = EXACT_CHARS - 2 * EDGE_CHARS;
    private static final int BLOCK_CHARS = 64;
    private static final int SCATTER = 0x9E3779B9; // 2^32 over the golden ratio: Knuth, TAOCP 3, 6.4

    private Latin1() {}

    static boolean holds(String text) {
        int length = text.length();
        if (length <= EXACT_CHARS) {
            return holds(text, 0, length);
        }
        return holds(text, 0, EDGE_CHARS)
                && holds(text, length - EDGE_CHARS, length)
                && holdsInSamples(text, EDGE_CHARS, length - EDGE_CHARS);
    }

    private static boolean holds(String text, int from, int to) {
        int at = from;
        while (at < to) {
            int stop = Math.min(at + BLOCK_CHARS, to);
            int seen = 0; // one test a block, not one a character
            while (at < stop) {
                seen |= text.charAt(at++);
            }
            if (seen > 0xFF) {
                return false;
            }
        }
        return true;
    }

    private static boolean holdsInSamples(String text, int from, int to) {
        long span = (long) to - from;
        int seen = 0;
        for (int part = 0; part < PARTS; part++) {
            int start = from + (int) (span * part / PARTS);
            int width = from + (int) (span * (part + 1) / PARTS) - start;
            int within = (int) ((Integer.toUnsignedLong(part * SCATTER) * width) >>> 32);
            seen |= text.charAt(start + within);
        }
        return seen <= 0xFF;
    }
}
