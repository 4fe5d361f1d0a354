package io.heapwise.streams;

import io.heapwise.streams.internal.ByteSearch;
import java.util.Arrays;
import java.util.Objects;

/**
 * The parts of a line between separators. Invariant: field {@code i} is the bytes from {@code ends[i - 1] + 1} to {@code ends[i]} of the line it was
 * split from; of any other line it says nothing, but throws.
 *
 * <p>There is no quoting: this splits what {@code cut} would, and is no reader of CSV. Nothing is allocated a line, once there was a line of
 * as many fields.
 *
 * <p>For one thread. Every method throws {@link IllegalStateException} when the line has been passed, and {@link
 * IndexOutOfBoundsException} when there is no such field.
 *
 * @since 0.1.0
 */
public final class LineFields {
    private final LineView line;
    private int[] ends = new int[16];
    private int count;
    private long generation;

    LineFields(LineView line) {
        this.line = line;
    }

    void split(byte[] bytes, int start, int end, byte separator) {
        generation = line.generation();
        long pattern = ByteSearch.pattern(separator);
        int found = 0;
        int at = start;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long hits = ByteSearch.zeroBytes(ByteSearch.wordAt(bytes, at) ^ pattern);
            while (hits != 0) {
                if (found >= ends.length - 8) {
                    grow();
                }
                ends[found++] = at - start + (Long.numberOfTrailingZeros(hits) >>> 3);
                hits &= hits - 1;
            }
        }
        if (found >= ends.length - 8) {
            grow();
        }
        for (; at < end; at++) {
            if (bytes[at] == separator) {
                ends[found++] = at - start;
            }
        }
        ends[found++] = end - start;
        count = found;
    }

    private void grow() {
        ends = Arrays.copyOf(ends, 2 * ends.length);
    }

    private void check() {
        if (line.generation() != generation) {
            throw new IllegalStateException("fields of line=" + generation + " used at line=" + line.generation()
                    + " (expected the line they were split from): split each line");
        }
    }

    /**
     * How many fields there are.
     *
     * @return at least 1: an empty line has one empty field
     */
    public int count() {
        check();
        return count;
    }

    /**
     * Where a field begins.
     *
     * @param field its index, from 0
     * @return the index of its first byte in the line
     */
    public int from(int field) {
        check();
        return Objects.checkIndex(field, count) == 0 ? 0 : ends[field - 1] + 1;
    }

    /**
     * Where a field ends.
     *
     * @param field its index, from 0
     * @return the index behind its last byte in the line
     */
    public int to(int field) {
        check();
        return ends[Objects.checkIndex(field, count)];
    }

    /**
     * How long a field is.
     *
     * @param field its index, from 0
     * @return in bytes
     */
    public int length(int field) {
        return to(field) - from(field);
    }

    /**
     * A field as a string; as {@link LineView#text()}.
     *
     * @param field its index, from 0
     * @return a string of its own
     */
    public String text(int field) {
        return line.text(from(field), to(field));
    }

    /**
     * A field as a whole number; as {@link LineView#parseLong()}.
     *
     * @param field its index, from 0
     * @return the number
     * @throws NumberFormatException if it is none
     */
    public long parseLong(int field) {
        return line.parseLong(from(field), to(field));
    }

    /**
     * A field as a whole number of 32 bits; as {@link LineView#parseInt}.
     *
     * @param field its index, from 0
     * @return the number
     * @throws NumberFormatException if it is none
     */
    public int parseInt(int field) {
        return line.parseInt(from(field), to(field));
    }

    /**
     * A field as a floating-point number; as {@link LineView#parseDouble}.
     *
     * @param field its index, from 0
     * @return the number
     * @throws NumberFormatException if it is none
     */
    public double parseDouble(int field) {
        return line.parseDouble(from(field), to(field));
    }

    /**
     * A field as a decimal fraction; as {@link LineView#parseDecimal}.
     *
     * @param field its index, from 0
     * @param scale how many places behind the point there are in the result
     * @return the number times ten to the power of scale
     * @throws NumberFormatException if it is none
     */
    public long parseDecimal(int field, int scale) {
        return line.parseDecimal(from(field), to(field), scale);
    }

    /**
     * Whether a field is a text.
     *
     * @param field its index, from 0
     * @param wanted what to compare with
     * @return whether it is
     */
    public boolean equalsTo(int field, String wanted) {
        return line.isPart(from(field), to(field), wanted);
    }

    /**
     * A number made of a field; as {@link LineView#hash}.
     *
     * @param field its index, from 0
     * @return equal for equal bytes
     */
    public long hash(int field) {
        return line.hash(from(field), to(field));
    }

    @Override
    public String toString() {
        return "fields of " + line;
    }
}
