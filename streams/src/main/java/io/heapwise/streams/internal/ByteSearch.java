package io.heapwise.streams.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds bytes in arrays, eight at a time.
 *
 * <p>A word is compared with the pattern of the wanted byte by an exclusive or, which leaves a zero byte where they are equal; {@code (x - 0x01..)
 * & ~x & 0x80..} then has its lowest bit in the first zero byte. Bits above that may be false (the subtraction borrows), so only the lowest
 * counts: words are read in little-endian order, in which the lowest is the first. Where every hit counts, {@link #zeroBytes} is exact. (Mycroft's
 * test; Warren, Hacker's Delight, section 6-1.)
 */
public final class ByteSearch {
    /** How far behind the byte it finds an unbounded search may read. An array to be searched so has as many bytes to spare. */
    public static final int OVERREAD_BYTES = 8;

    static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long LOWS = 0x7f7f7f7f7f7f7f7fL;
    private static final long LF = '\n' * ONES;
    private static final long CR = '\r' * ONES;

    private ByteSearch() {}

    /** The eight bytes from an index on, the first of them lowest. */
    public static long wordAt(byte[] bytes, int index) {
        return (long) WORD.get(bytes, index);
    }

    /** A word that has the byte eight times. */
    public static long pattern(byte wanted) {
        return (wanted & 0xff) * ONES;
    }

    /** The high bit of each zero byte, and no other bit. */
    public static long zeroBytes(long word) {
        return ~(((word & LOWS) + LOWS) | word | LOWS);
    }

    private static long firstZeroByte(long word) {
        return (word - ONES) & ~word & HIGHS;
    }

    private static int byteOf(long hits) {
        return Long.numberOfTrailingZeros(hits) >>> 3;
    }

    /**
     * The next line feed, which must be there: nothing else ends the search.
     *
     * @param bytes searched, with {@link #OVERREAD_BYTES} behind the line feed
     * @param from where to begin
     * @return its index
     */
    public static int lineFeed(byte[] bytes, int from) {
        // No more than this: lines are short, and whoever looks at four words before he decides has looked at three too
        // many.
        int at = from;
        while (true) {
            long hits = firstZeroByte(wordAt(bytes, at) ^ LF);
            if (hits != 0) {
                return at + byteOf(hits);
            }
            at += 8;
        }
    }

    /** The next line feed or carriage return; as {@link #lineFeed}. */
    public static int lineBreak(byte[] bytes, int from) {
        int at = from;
        while (true) {
            long word = wordAt(bytes, at);
            // Each of the two is right up to its own first hit, so the lower of both is.
            long hits = firstZeroByte(word ^ LF) | firstZeroByte(word ^ CR);
            if (hits != 0) {
                return at + byteOf(hits);
            }
            at += 8;
        }
    }

    /**
     * How many line feeds there are.
     *
     * @param bytes searched
     * @param from the first
     * @param to behind the last
     * @return how many
     */
    public static int countLineFeeds(byte[] bytes, int from, int to) {
        int count = 0;
        int at = from;
        for (; at <= to - 8; at += 8) {
            count += Long.bitCount(zeroBytes(wordAt(bytes, at) ^ LF));
        }
        for (; at < to; at++) {
            if (bytes[at] == '\n') {
                count++;
            }
        }
        return count;
    }

    /**
     * The first byte of a value.
     *
     * @param bytes searched, nothing behind {@code to} is read
     * @param from where to begin
     * @param to where to end, exclusive
     * @param wanted the byte
     * @return its index, or -1
     */
    public static int indexOf(byte[] bytes, int from, int to, byte wanted) {
        long pattern = pattern(wanted);
        int at = from;
        for (; at <= to - 8; at += 8) {
            long hits = firstZeroByte(wordAt(bytes, at) ^ pattern);
            if (hits != 0) {
                return at + byteOf(hits);
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    /**
     * The first byte of a value that has another at some distance behind: the ends of a text, which occur together less often than
     * any one byte of it (W. Mula, "SIMD-friendly algorithms for substring searching", generic SIMD).
     *
     * @param bytes searched, with {@link #OVERREAD_BYTES} behind the last byte of the last pair
     * @param from where to begin
     * @param to where to end, exclusive, with the first of the two
     * @param first the byte
     * @param second the other
     * @param gap how far behind, 0 or more
     * @return the index of the first, or -1
     */
    public static int indexOfPair(byte[] bytes, int from, int to, byte first, byte second, int gap) {
        long firsts = pattern(first);
        long seconds = pattern(second);
        for (int at = from; at < to; at += 8) {
            // Above a byte that is right, one that is not may seem so: it is looked at once more.
            long hits = firstZeroByte(wordAt(bytes, at) ^ firsts) & firstZeroByte(wordAt(bytes, at + gap) ^ seconds);
            while (hits != 0) {
                int found = at + byteOf(hits);
                if (found >= to) {
                    return -1;
                }
                if (bytes[found] == first && bytes[found + gap] == second) {
                    return found;
                }
                hits &= hits - 1;
            }
        }
        return -1;
    }

    /** Whether all bytes are ASCII. */
    public static boolean isAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at <= to - 8; at += 8) {
            if ((wordAt(bytes, at) & HIGHS) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }
}
