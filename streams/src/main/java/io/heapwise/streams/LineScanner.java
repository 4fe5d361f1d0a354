package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import io.heapwise.streams.internal.ByteSearch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an input into lines. Invariant: {@code bytes[from, limit)} has been read and not been passed, {@code [from, end)} of it are whole lines,
 * and {@code bytes[0]} lies {@code base} bytes into the input.
 *
 * <p>All whole lines of a piece are known to end before its last line break, which is found by looking backwards from the end. So
 * whoever looks for the end of a line has one test a word, and no bound to check. What follows the last break moves to the front before
 * more is read: less than a line for each piece. A line longer than the buffer makes that grow, at most up to
 * the longest line that is allowed; behind such a line the first buffer is taken up again.
 *
 * <p>A scanner of a segment of a file owns the lines that begin before {@code stop}, and reads past that to the end of the last.
 */
final class LineScanner implements AutoCloseable {
    /** What {@link #refill} found. */
    private enum Found {
        LINES,
        OVERLONG_LINE,
        END
    }

    private final LineSettings settings;
    private final int maxLineBytes;
    private final boolean isAnyLineBreak;
    private final LineText text;

    /** The buffer of ordinary lines. */
    private final byte[] home;

    private @Nullable ByteInput input;
    private byte[] bytes;
    private int from;
    private int end;
    private int limit;

    /** Up to where no line break is behind {@link #end}. */
    private int searched;

    private long base;
    private long stop;
    private long lines;
    private long skippedLines;

    /** Whether lines are counted from the first of the input. */
    private boolean isNumbered;

    /** Whether a mark of the encoding may be ahead. */
    private boolean isAtStart;

    private boolean isAtEnd;

    /** Whether everything up to the next break belongs to a line that is not wanted, or not any more. */
    private boolean isDiscarding;

    /** Whether a line feed that comes next belongs to the carriage return before it. */
    private boolean isLineFeedPending;

    private LineView line;

    LineScanner(LineSettings settings) {
        this.settings = settings;
        this.maxLineBytes = settings.maxLineBytes;
        this.isAnyLineBreak = settings.isAnyLineBreak;
        this.text = new LineText(settings.charset, settings.malformed);
        this.home = new byte[settings.bufferBytes + ByteSearch.OVERREAD_BYTES];
        this.bytes = home;
        this.line = new LineView(this, text);
    }

    /** Starts at the beginning of an input, which it closes from now on. */
    LineScanner start(ByteInput whole) {
        restart(whole, 0, false, Long.MAX_VALUE);
        isNumbered = true;
        return this;
    }

    /**
     * Starts anywhere in an input.
     *
     * @param part gives the bytes from there on
     * @param offset where that is
     * @param isInsideLine whether to pass over everything up to the next line break
     * @param stopOffset no line is given that begins there or later
     */
    void restart(ByteInput part, long offset, boolean isInsideLine, long stopOffset) {
        input = part;
        bytes = home;
        from = 0;
        end = 0;
        limit = 0;
        searched = 0;
        base = offset;
        stop = stopOffset;
        lines = 0;
        isNumbered = false;
        isAtStart = offset == 0;
        isAtEnd = false;
        isDiscarding = isInsideLine;
        isLineFeedPending = false;
    }

    LineView line() {
        return line;
    }

    /** The number of the current line, from 1 on, or -1 where lines are not counted. */
    long lineNumber() {
        return isNumbered ? lines : -1;
    }

    long offsetOf(int index) {
        return base + index;
    }

    /** Bytes of lines that have been passed, with their breaks. */
    long offset() {
        return base + Math.min(from, limit);
    }

    long lines() {
        return lines;
    }

    long skippedLines() {
        return skippedLines;
    }

    /** Moves to the next line, which {@link #line} then shows; false at the end. */
    boolean next() throws IOException {
        if (settings.isChecked) {
            line.end();
            line = new LineView(this, text);
        }
        while (true) {
            if (from >= end) {
                Found found = refill();
                if (found == Found.END) {
                    line.end();
                    return false;
                }
                if (found == Found.OVERLONG_LINE) {
                    isDiscarding = true; // its rest, once this part has been seen
                    lines++;
                    if (showOverlong(from)) {
                        return true;
                    }
                    continue;
                }
            }
            byte[] in = bytes;
            int start = from;
            int at = isAnyLineBreak ? ByteSearch.lineBreak(in, start) : ByteSearch.lineFeed(in, start);
            from = at + 1;
            lines++;
            int to = at;
            if (isAnyLineBreak) {
                passLineFeedBehind(at);
            } else if (to > start && in[to - 1] == '\r' && at < limit) {
                to--; // unless the line feed is our own, behind the last byte: then it is a lone carriage return
            }
            if (to - start <= maxLineBytes) {
                line.show(in, start, to, false);
                return true;
            }
            if (showOverlong(start)) {
                return true;
            }
        }
    }

    /** Does something with each line that is left. */
    <X extends Exception> void forEachRest(LineAction<X> action) throws IOException, X {
        while (next()) {
            action.accept(line);
        }
    }

    /** Counts the lines that are left. Ordinary ones are not looked at one by one. */
    long countRest() throws IOException {
        long before = lines;
        // A line of the first buffer cannot be too long then. (Asking twice for more finds the same.)
        boolean areAllAllowed = !isAnyLineBreak && maxLineBytes >= settings.bufferBytes;
        while (true) {
            if (areAllAllowed && (from < end || refill() == Found.LINES) && bytes == home) {
                lines += ByteSearch.countLineFeeds(bytes, from, end);
                from = end;
            } else if (!next()) {
                return lines - before;
            }
        }
    }

    /**
     * Takes whole lines out, as they are, for another scanner: as many as the block has room for, or one piece that has more. Of a line that is too
     * long it takes so much that the other finds it so.
     *
     * @return false at the end
     */
    boolean nextBlock(LineBlock block) throws IOException {
        block.clear(0);
        while (true) {
            Found found = from < end ? Found.LINES : refill();
            int length = (found == Found.LINES ? Math.min(end, limit) : limit) - from;
            if (found == Found.END) {
                return !block.isEmpty();
            }
            if (block.isEmpty()) {
                block.clear(base + from);
            } else if (found == Found.OVERLONG_LINE || !block.hasRoom(length) || block.nextOffset() != base + from) {
                return true; // they are not neighbours where half a line break, or the rest of a line, lies between
            }
            if (found == Found.OVERLONG_LINE) {
                block.add(bytes, from, from + maxLineBytes + 2);
                block.endLine();
                isDiscarding = true;
                return true;
            }
            block.add(bytes, from, from + length);
            if (isAnyLineBreak && end == limit && bytes[end - 1] == '\r') {
                isLineFeedPending = true;
            }
            from = end;
        }
    }

    private void passLineFeedBehind(int at) {
        if (bytes[at] == '\r') {
            if (at + 1 < limit) {
                if (bytes[at + 1] == '\n') {
                    from = at + 2;
                }
            } else {
                isLineFeedPending = true;
            }
        }
    }

    /** Shows what is shown of a line that is too long; false if that is nothing. */
    private boolean showOverlong(int start) throws IOException {
        switch (settings.longLines) {
            case FAIL ->
                throw new LineTooLongException(
                        where(), base + start, maxLineBytes, text.excerpt(bytes, start, start + 32));
            case SKIP -> {
                skippedLines++;
                return false;
            }
            case TRUNCATE -> {
                int to = start + maxLineBytes;
                if (settings.charset.equals(StandardCharsets.UTF_8)) {
                    for (int back = 0; back < 3 && to > start && (bytes[to] & 0xc0) == 0x80; back++) {
                        to--;
                    }
                }
                line.show(bytes, start, to, true);
                return true;
            }
        }
        throw new AssertionError(settings.longLines);
    }

    private String where() {
        return isNumbered ? "line=" + lines : "a line";
    }

    /** Called when all whole lines have been passed. */
    private Found refill() throws IOException {
        if (from > limit) {
            return Found.END; // the last line had no break, and ours was put behind it
        }
        if (isAtStart) {
            passMark();
        }
        while (true) {
            if (isDiscarding && !discard()) {
                return Found.END;
            }
            if (base + from >= stop) {
                return Found.END;
            }
            int last = lastBreak(Math.max(searched, from));
            searched = limit;
            if (last >= 0) {
                end = last + 1;
                if (base + end > stop) {
                    // The last line that is ours ends with the first break that is not before the byte before the stop.
                    end = nextBreak((int) (stop - 1 - base)) + 1;
                }
                return Found.LINES;
            }
            if (limit - from > maxLineBytes + 1) {
                return Found.OVERLONG_LINE; // one more would do, if it is a carriage return
            }
            if (isAtEnd) {
                if (from == limit) {
                    return Found.END;
                }
                bytes[limit] = '\n';
                end = limit + 1;
                return Found.LINES;
            }
            read();
        }
    }

    /** Passes everything up to the next line break; false if there is none, or none before the stop. */
    private boolean discard() throws IOException {
        while (true) {
            if (from < limit) {
                bytes[limit] = '\n';
                int at = nextBreak(from);
                if (at < limit) {
                    from = at + 1;
                    if (isAnyLineBreak) {
                        passLineFeedBehind(at);
                    }
                    searched = from;
                    isDiscarding = false;
                    return true;
                }
            }
            base += limit;
            from = 0;
            end = 0;
            limit = 0;
            searched = 0;
            if (isAtEnd || base >= stop) {
                return false;
            }
            read();
        }
    }

    private int nextBreak(int index) {
        return isAnyLineBreak ? ByteSearch.lineBreak(bytes, index) : ByteSearch.lineFeed(bytes, index);
    }

    private int lastBreak(int first) {
        for (int at = limit - 1; at >= first; at--) {
            if (bytes[at] == '\n' || (isAnyLineBreak && bytes[at] == '\r')) {
                return at;
            }
        }
        return -1;
    }

    /** Reads once, behind what is left, which moves to the front. */
    private void read() throws IOException {
        makeRoom();
        int read = input().read(bytes, limit, bytes.length - ByteSearch.OVERREAD_BYTES - limit);
        if (read < 0) {
            isAtEnd = true;
            return;
        }
        limit += read;
        if (isLineFeedPending && read > 0) {
            isLineFeedPending = false;
            if (bytes[from] == '\n') {
                from++;
            }
        }
        settings.progress.accept(base + limit);
    }

    private void makeRoom() {
        int left = limit - from;
        byte[] target = bytes;
        if (left == bytes.length - ByteSearch.OVERREAD_BYTES) {
            // Not past the longest line: what is longer is given up before it gets here again.
            long room = Math.min(2L * left, maxLineBytes + 2L);
            target = new byte[Math.toIntExact(room) + ByteSearch.OVERREAD_BYTES];
        } else if (bytes != home && left <= settings.bufferBytes / 2) {
            target = home;
        }
        System.arraycopy(bytes, from, target, 0, left);
        bytes = target;
        base += from;
        searched = Math.max(searched - from, 0);
        from = 0;
        end = 0;
        limit = left;
    }

    /** Passes the mark of UTF-8, and refuses those of encodings in which a byte of a line break may be a part of something else. */
    private void passMark() throws IOException {
        isAtStart = false;
        if (!settings.charset.equals(StandardCharsets.UTF_8) && !settings.charset.equals(StandardCharsets.US_ASCII)) {
            return; // in others these bytes are text
        }
        while (!isAtEnd) {
            switch (ByteOrderMark.of(bytes, from, limit)) {
                case MORE_BYTES_NEEDED -> read();
                case NONE -> {
                    return;
                }
                case UTF_8 -> {
                    from += 3;
                    searched = from;
                    return;
                }
                case UTF_16, UTF_32 ->
                    throw new IOException(
                            "input begins with byte-order-mark="
                                    + ByteOrderMark.of(bytes, from, limit)
                                    + " (expected UTF-8 or another encoding in which a line feed is one byte): convert it, or read it with a Reader");
            }
        }
    }

    private ByteInput input() {
        ByteInput open = input;
        if (open == null) {
            throw new IllegalStateException("the lines are closed (expected open): read them before");
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        line.end();
        from = 0;
        end = 0;
        limit = 0;
        ByteInput open = input;
        input = null;
        if (open != null) {
            open.close();
        }
    }

    /** Throws if the invariant is broken. */
    void checkIntegrity() {
        if (from < 0 || limit < 0 || searched > limit || limit > bytes.length - ByteSearch.OVERREAD_BYTES || base < 0) {
            throw new AssertionError("from=" + from + " end=" + end + " limit=" + limit + " searched=" + searched
                    + " of " + bytes.length + " at " + base);
        }
        if (bytes != home && bytes.length - ByteSearch.OVERREAD_BYTES > maxLineBytes + 2L) {
            throw new AssertionError("buffer=" + bytes.length + " for lines of at most " + maxLineBytes);
        }
        if (from < end && bytes[end - 1] != '\n' && bytes[end - 1] != '\r') {
            throw new AssertionError("whole lines end with " + Arrays.toString(Arrays.copyOfRange(bytes, from, end)));
        }
    }
}
