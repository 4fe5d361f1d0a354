package io.heapwise.streams;

import java.io.IOException;

/**
 * A line is longer than was allowed, and {@link LongLinePolicy#FAIL} is in force.
 *
 * @since 0.1.0
 */
public final class LineTooLongException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Of the line's first byte. */
    private final long offset;

    /** What was allowed. */
    private final int maxLineBytes;

    LineTooLongException(String where, long offset, int maxLineBytes, String start) {
        super(where + ", which begins with \"" + start + "\", has bytes>" + maxLineBytes + " (expected <= "
                + maxLineBytes + "): raise maxLineBytes, or choose to skip or to truncate such lines");
        this.offset = offset;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * Where the line begins.
     *
     * @return the bytes of the input before it
     */
    public long offset() {
        return offset;
    }

    /**
     * How long it was allowed to be.
     *
     * @return in bytes
     */
    public int maxLineBytes() {
        return maxLineBytes;
    }
}
