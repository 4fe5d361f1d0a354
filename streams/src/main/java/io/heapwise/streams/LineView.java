package io.heapwise.streams;

import io.heapwise.streams.internal.AsciiNumbers;
import io.heapwise.streams.internal.ByteSearch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A line where it was read: a window over the reader's own bytes, moved from line to line. Invariant: it shows a line while that is the
 * current one, and nothing at all once the reading has ended.
 *
 * <p><strong>A view is to be used before the next line is read, and not to be kept.</strong> Kept, it shows another line; {@link Lines#checked()}
 * has that found. What is to stay must be taken out: {@link #text}, {@link #copy}, or a number.
 *
 * <p>Indices are of bytes, from 0 at the line's first. The line break is no part of the line. Bytes are compared with strings as the
 * charset encodes those; a string of ASCII characters alone is compared where it stands, any other is encoded at each call. Nothing else
 * allocates, unless it returns an object.
 *
 * <p>For one thread. Every method throws {@link IllegalStateException} when the reading has ended.
 *
 * @since 0.1.0
 */
public final class LineView {
    private final LineScanner scanner;
    private final LineText text;
    private byte @Nullable [] bytes;
    private int start;
    private int end;
    private boolean isTruncated;
    private @Nullable LineFields fields;

    LineView(LineScanner scanner, LineText text) {
        this.scanner = scanner;
        this.text = text;
    }

    void show(byte[] in, int from, int to, boolean isCut) {
        bytes = in;
        start = from;
        end = to;
        isTruncated = isCut;
    }

    void end() {
        bytes = null;
    }

    byte[] bytes() {
        byte[] shown = bytes;
        if (shown == null) {
            throw new IllegalStateException(
                    "the line has been passed (expected the current line): take out what is to stay, by text() or copy()");
        }
        return shown;
    }

    /** The first byte's index in {@link #bytes}. */
    int start() {
        return start;
    }

    /**
     * How long the line is.
     *
     * @return in bytes, without its line break
     */
    public int length() {
        bytes();
        return end - start;
    }

    /**
     * Whether there is nothing between the line breaks.
     *
     * @return whether its length is 0
     */
    public boolean isEmpty() {
        return length() == 0;
    }

    /**
     * Whether this is the beginning of a line that was too long.
     *
     * @return whether it was cut by {@link LongLinePolicy#TRUNCATE}
     */
    public boolean isTruncated() {
        bytes();
        return isTruncated;
    }

    /**
     * Which line of the input this is.
     *
     * @return its number, from 1 on; lines passed over count. -1 where lines are read in parallel, and nobody knows
     */
    public long lineNumber() {
        bytes();
        return scanner.lineNumber();
    }

    /**
     * Where the line begins.
     *
     * @return the bytes of the (unpacked) input before it
     */
    public long offset() {
        bytes();
        return scanner.offsetOf(start);
    }

    /**
     * A byte of the line.
     *
     * @param index from 0
     * @return the byte; negative from 0x80 on
     * @throws IndexOutOfBoundsException if the line has no such byte
     */
    public byte byteAt(int index) {
        byte[] in = bytes();
        return in[start + Objects.checkIndex(index, end - start)];
    }

    /**
     * The first occurrence of an ASCII character.
     *
     * @param character below 0x80
     * @return its index, or -1
     * @throws IllegalArgumentException if it is no ASCII character
     */
    public int indexOf(char character) {
        return indexOf(character, 0);
    }

    /**
     * The first occurrence of an ASCII character from an index on.
     *
     * @param character below 0x80
     * @param from where to begin, up to the length
     * @return its index, or -1
     * @throws IllegalArgumentException if it is no ASCII character
     * @throws IndexOutOfBoundsException if {@code from} is negative or above the length
     */
    public int indexOf(char character, int from) {
        byte[] in = bytes();
        int at = ByteSearch.indexOf(
                in, start + Objects.checkIndex(from, end - start + 1), end, AsciiNumbers.ascii(character));
        return at < 0 ? -1 : at - start;
    }

    /**
     * The first occurrence of a text.
     *
     * @param wanted what to find; an empty one is found at 0
     * @return the index of its first byte, or -1
     */
    public int indexOf(String wanted) {
        byte[] in = bytes();
        int at = LineText.isAscii(wanted)
                ? LineText.indexOfAscii(in, start, end, wanted)
                : LineText.indexOf(in, start, end, text.encode(wanted));
        return at < 0 ? -1 : at - start;
    }

    /**
     * Whether a text occurs in the line.
     *
     * @param wanted what to find
     * @return whether it is there
     */
    public boolean contains(String wanted) {
        return indexOf(wanted) >= 0;
    }

    /**
     * Whether the line begins with a text.
     *
     * @param wanted what to compare with
     * @return whether it does
     */
    public boolean startsWith(String wanted) {
        byte[] in = bytes();
        return text.isAt(in, start, end, wanted) >= 0;
    }

    /**
     * Whether the line ends with a text.
     *
     * @param wanted what to compare with
     * @return whether it does
     */
    public boolean endsWith(String wanted) {
        byte[] in = bytes();
        if (LineText.isAscii(wanted)) {
            return end - start >= wanted.length() && text.isAt(in, end - wanted.length(), end, wanted) >= 0;
        }
        byte[] encoded = text.encode(wanted);
        return end - start >= encoded.length
                && Arrays.equals(in, end - encoded.length, end, encoded, 0, encoded.length);
    }

    /**
     * Whether the whole line is a text.
     *
     * @param wanted what to compare with
     * @return whether it is
     */
    public boolean equalsTo(String wanted) {
        byte[] in = bytes();
        return text.isAt(in, start, end, wanted) == end;
    }

    boolean isPart(int from, int to, String wanted) {
        byte[] in = bytes();
        check(from, to);
        return text.isAt(in, start + from, start + to, wanted) == start + to;
    }

    /**
     * Whether the whole line is these bytes.
     *
     * @param wanted what to compare with
     * @return whether it is
     */
    public boolean equalsTo(byte[] wanted) {
        return Arrays.equals(bytes(), start, end, wanted, 0, wanted.length);
    }

    /**
     * Orders lines by their bytes, unsigned: in UTF-8 that is the order of code points.
     *
     * @param other what to compare with
     * @return negative, 0 or positive, as the line is before, equal or behind
     */
    public int compareTo(byte[] other) {
        return Arrays.compareUnsigned(bytes(), start, end, other, 0, other.length);
    }

    /**
     * A number made of a part of the line, for tables of one's own: equal bytes give equal numbers. The number of a text may change with a
     * version of this library, and who chooses the bytes can make them collide.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @return all bits of it depend on all bytes
     * @throws IndexOutOfBoundsException if the line has no such part
     */
    public long hash(int from, int to) {
        byte[] in = bytes();
        check(from, to);
        long hash = (long) to - from;
        int at = start + from;
        int last = start + to;
        for (; at <= last - Long.BYTES; at += Long.BYTES) {
            hash = mix(hash ^ ByteSearch.wordAt(in, at));
        }
        long rest = 0;
        for (; at < last; at++) {
            rest = (rest << Byte.SIZE) | (in[at] & 0xff);
        }
        return mix(hash ^ rest);
    }

    /** The finalizer of MurmurHash3 (Appleby), a bijection in which each bit of the input moves half of the output's. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }

    /**
     * The line as a whole number in decimal digits, with a sign or without; nothing else is allowed around it.
     *
     * @return the number
     * @throws NumberFormatException if it is none, or out of range; the message says where
     */
    public long parseLong() {
        return parseLong(0, length());
    }

    /**
     * A part of the line as a whole number; as {@link #parseLong()}.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @return the number
     * @throws NumberFormatException if it is none, or out of range
     * @throws IndexOutOfBoundsException if the line has no such part
     */
    public long parseLong(int from, int to) {
        byte[] in = bytes();
        check(from, to);
        if (!AsciiNumbers.isLong(in, start + from, start + to)) {
            throw noNumber(from, to, "a whole number of 64 bits");
        }
        return AsciiNumbers.toLong(in, start + from, start + to);
    }

    /**
     * A part of the line as a whole number of 32 bits; as {@link #parseLong()}.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @return the number
     * @throws NumberFormatException if it is none, or out of range
     * @throws IndexOutOfBoundsException if the line has no such part
     */
    public int parseInt(int from, int to) {
        byte[] in = bytes();
        check(from, to);
        if (AsciiNumbers.isLong(in, start + from, start + to)) {
            long value = AsciiNumbers.toLong(in, start + from, start + to);
            if (value == (int) value) {
                return (int) value;
            }
        }
        throw noNumber(from, to, "a whole number of 32 bits");
    }

    /**
     * A part of the line as a decimal fraction, in units of its last place: {@code "-12.3"} with scale 2 is -1230. For sums of money and
     * measurements that a binary fraction would round.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @param scale how many places behind the point there are in the result, 0 to 18
     * @return the number times ten to the power of scale
     * @throws NumberFormatException if it is none, has more places than that, or is out of range
     * @throws IndexOutOfBoundsException if the line has no such part
     * @throws IllegalArgumentException if the scale is out of range
     */
    public long parseDecimal(int from, int to, int scale) {
        byte[] in = bytes();
        check(from, to);
        if (scale < 0 || scale > 18) {
            throw new IllegalArgumentException(
                    "scale=" + scale + " (expected 0 to 18): a long has no more places than that");
        }
        if (!AsciiNumbers.isDecimal(in, start + from, start + to, scale)) {
            throw noNumber(from, to, "a decimal fraction of at most " + scale + " places, and of 64 bits");
        }
        return AsciiNumbers.toDecimal(in, start + from, start + to, scale);
    }

    /**
     * A part of the line as a floating-point number, exactly as {@link Double#parseDouble} reads it. Plain decimals of up to 15 digits
     * are read in place; any other makes a string.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @return the number
     * @throws NumberFormatException if it is none
     * @throws IndexOutOfBoundsException if the line has no such part
     */
    public double parseDouble(int from, int to) {
        byte[] in = bytes();
        check(from, to);
        double plain = AsciiNumbers.plainDouble(in, start + from, start + to);
        if (!Double.isNaN(plain)) {
            return plain;
        }
        try {
            return Double.parseDouble(text(from, to));
        } catch (NumberFormatException refused) {
            throw noNumber(from, to, "a floating-point number");
        }
    }

    private NumberFormatException noNumber(int from, int to, String expected) {
        return new NumberFormatException(this + " bytes=" + from + " to " + to + " \""
                + text.excerpt(bytes(), start + from, Math.min(start + to, start + from + 32)) + "\" (expected "
                + expected + ")");
    }

    /**
     * Splits the line at an ASCII character. There is one set of fields for a view: splitting again moves it.
     *
     * @param separator the character between fields, below 0x80
     * @return the fields, to be used before the next line is read; one more than there are separators
     * @throws IllegalArgumentException if it is no ASCII character
     */
    public LineFields fields(char separator) {
        byte[] in = bytes();
        LineFields parts = fields;
        if (parts == null) {
            parts = new LineFields(this);
            fields = parts;
        }
        parts.split(in, start, end, AsciiNumbers.ascii(separator));
        return parts;
    }

    /** Tells one line from the next: derived views compare it. */
    long generation() {
        bytes();
        return scanner.lines();
    }

    /**
     * The line as a string.
     *
     * @return a string of its own
     * @throws java.io.UncheckedIOException if the bytes are no text in the charset, unless those are {@linkplain
     *     Lines#replacingMalformed() replaced}
     */
    public String text() {
        return text.of(bytes(), start, end, this);
    }

    /**
     * A part of the line as a string.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @return a string of its own
     * @throws java.io.UncheckedIOException as {@link #text()}
     * @throws IndexOutOfBoundsException if the line has no such part
     */
    public String text(int from, int to) {
        byte[] in = bytes();
        check(from, to);
        return text.of(in, start + from, start + to, this);
    }

    /**
     * The line's bytes.
     *
     * @return an array of its own
     */
    public byte[] copy() {
        return Arrays.copyOfRange(bytes(), start, end);
    }

    /**
     * Copies a part of the line.
     *
     * @param from the first byte's index
     * @param to behind the last
     * @param target where the bytes go
     * @param at the index of the first in the target
     * @throws IndexOutOfBoundsException if the line has no such part, or the target no room
     */
    public void copyTo(int from, int to, byte[] target, int at) {
        byte[] in = bytes();
        check(from, to);
        System.arraycopy(in, start + from, target, at, to - from);
    }

    /**
     * Writes the line's bytes, without a line break.
     *
     * @param out where they go
     * @throws IOException what the stream throws
     */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes(), start, end - start);
    }

    private void check(int from, int to) {
        Objects.checkFromToIndex(from, to, end - start);
    }

    /**
     * Which line it is.
     *
     * @return where the line stands, not what it says
     */
    @Override
    public String toString() {
        if (bytes == null) {
            return "a line that has been passed";
        }
        long number = scanner.lineNumber();
        return (number < 0 ? "line" : "line=" + number) + " offset=" + scanner.offsetOf(start);
    }
}
