package io.heapwise.streams.internal;

/**
 * Numbers written in ASCII digits, read where they stand. Each kind has a question and an answer, the latter for what has passed the former: a
 * failure is told by those who know the line.
 */
public final class AsciiNumbers {
    /** Powers of ten that a double holds exactly, up to the fifteen digits that it always tells apart. */
    private static final double[] EXACT_TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    private AsciiNumbers() {}

    /** A character as a byte; refuses what is no ASCII. */
    public static byte ascii(char character) {
        if (character >= 0x80) {
            throw new IllegalArgumentException("character=U+" + Integer.toHexString(character)
                    + " (expected an ASCII character): find others as strings");
        }
        return (byte) character;
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private static int signAt(byte[] bytes, int from, int to) {
        return from < to && (bytes[from] == '-' || bytes[from] == '+') ? 1 : 0;
    }

    /** Whether the bytes are an optional sign and digits, within the range of a long. */
    public static boolean isLong(byte[] bytes, int from, int to) {
        return isDecimal(bytes, from, to, 0) && ByteSearch.indexOf(bytes, from, to, (byte) '.') < 0;
    }

    /** The number, of bytes that {@link #isLong}. */
    public static long toLong(byte[] bytes, int from, int to) {
        int at = from + signAt(bytes, from, to);
        long negative = 0; // the negative range reaches further by one
        for (; at < to; at++) {
            negative = 10 * negative - (bytes[at] - '0');
        }
        return bytes[from] == '-' ? negative : -negative;
    }

    /** Whether the bytes are an optional sign, digits, and optionally a point and up to {@code scale} digits, within the range of a long. */
    public static boolean isDecimal(byte[] bytes, int from, int to, int scale) {
        int at = from + signAt(bytes, from, to);
        int digits = 0;
        int places = -1;
        long negative = 0;
        for (; at < to; at++) {
            byte next = bytes[at];
            if (next == '.' && places < 0) {
                places = 0;
                continue;
            }
            if (!isDigit(next)) {
                return false;
            }
            digits++;
            if (places >= 0 && ++places > scale) {
                return false;
            }
            if (isOverflow(negative, next - '0')) {
                return false;
            }
            negative = 10 * negative - (next - '0');
        }
        if (digits == 0) {
            return false;
        }
        for (int place = Math.max(places, 0); place < scale; place++) {
            if (isOverflow(negative, 0)) {
                return false;
            }
            negative = 10 * negative;
        }
        return bytes[from] == '-' || negative != Long.MIN_VALUE;
    }

    private static boolean isOverflow(long negative, int digit) {
        return negative < Long.MIN_VALUE / 10 || (negative == Long.MIN_VALUE / 10 && digit > -(Long.MIN_VALUE % 10));
    }

    /** The number times ten to the power of {@code scale}, of bytes that {@link #isDecimal}. */
    public static long toDecimal(byte[] bytes, int from, int to, int scale) {
        int at = from + signAt(bytes, from, to);
        int places = -1;
        long negative = 0;
        for (; at < to; at++) {
            if (bytes[at] == '.') {
                places = 0;
            } else {
                negative = 10 * negative - (bytes[at] - '0');
                places += places >= 0 ? 1 : 0;
            }
        }
        for (int place = Math.max(places, 0); place < scale; place++) {
            negative = 10 * negative;
        }
        return bytes[from] == '-' ? negative : -negative;
    }

    /**
     * A decimal of at most 15 digits as the double next to it, or NaN for anything else. Digits and power of ten are both exact as doubles then, so that
     * the one division rounds once, as it must (Clinger, How to read floating point numbers accurately, 1990, section 4).
     */
    public static double plainDouble(byte[] bytes, int from, int to) {
        int at = from + signAt(bytes, from, to);
        int digits = 0;
        int places = -1;
        long value = 0;
        for (; at < to; at++) {
            byte next = bytes[at];
            if (next == '.' && places < 0) {
                places = 0;
            } else if (isDigit(next) && digits < 15) {
                digits++;
                places += places >= 0 ? 1 : 0;
                value = 10 * value + (next - '0');
            } else {
                return Double.NaN;
            }
        }
        if (digits == 0) {
            return Double.NaN;
        }
        double size = value / EXACT_TENS[Math.max(places, 0)];
        return bytes[from] == '-' ? -size : size;
    }
}
