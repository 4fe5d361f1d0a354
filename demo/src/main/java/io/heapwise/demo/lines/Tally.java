package io.heapwise.demo.lines;

import io.heapwise.streams.LineView;
import java.util.Locale;

/**
 * What is counted about the lines. Invariant: lines of the same content add up to the same tally, whether they come as strings or as
 * views, and in however many parts. For one thread.
 */
final class Tally {

    /** What is looked for. */
    static final String WORD = "memory";

    /** A longer line is no text, and is passed over by all contestants. */
    static final int MOST_LINE_BYTES = 1 << 20;

    private long lines;
    private long found;
    private long bytes;
    private long bytesPassedOver;

    /** Looks at a line of ASCII characters, which may be too long. */
    Tally addLine(String line) {
        if (line.length() > MOST_LINE_BYTES) {
            bytesPassedOver += line.length() + 1;
            return this;
        }
        return add(line.length(), line.contains(WORD));
    }

    /** Looks at a line. */
    Tally addView(LineView line) {
        return add(line.length(), line.contains(WORD));
    }

    private Tally add(int length, boolean isFound) {
        lines++;
        bytes += length + 1;
        found += isFound ? 1 : 0;
        return this;
    }

    /** Adds what was counted about other lines. */
    Tally plus(Tally others) {
        lines += others.lines;
        found += others.found;
        bytes += others.bytes;
        bytesPassedOver += others.bytesPassedOver;
        return this;
    }

    /** How many bytes the lines have that came as strings, those passed over included. */
    long bytesRead() {
        return bytes + bytesPassedOver;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d of %,d lines have the word; they have %,d bytes", found, lines, bytes);
    }
}
