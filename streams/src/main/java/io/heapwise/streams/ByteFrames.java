package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import io.heapwise.streams.internal.ByteSearch;
import java.io.IOException;
import java.util.Arrays;

/**
 * Cuts an input into chunks of bytes, by size or by delimiter. Invariant: {@code bytes[from, limit)} has been read and not been given, and
 * {@code bytes[0]} lies {@code base} bytes into the input.
 *
 * <p>A delimiter that is not in what was read may begin in its last bytes, one less than it has: from there the search goes on.
 */
final class ByteFrames implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final ByteInput input;

    /** Of none, where chunks are cut by size. */
    private final byte[] delimiter;

    /** The size, or the most between two delimiters. */
    private final int maxBytes;

    private final LongLinePolicy longChunks;
    private byte[] bytes;
    private int from;
    private int limit;
    private long base;
    private boolean isAtEnd;
    private boolean isDiscarding;
    private int chunkStart;
    private int chunkEnd;

    ByteFrames(ByteInput input, byte[] delimiter, int maxBytes, LongLinePolicy longChunks) {
        this.input = input;
        this.delimiter = delimiter;
        this.maxBytes = maxBytes;
        this.longChunks = longChunks;
        this.bytes = new byte[(int) Math.min(BUFFER_BYTES, (long) maxBytes + delimiter.length)];
    }

    /** The array that holds the chunk, until the next. */
    byte[] bytes() {
        return bytes;
    }

    int start() {
        return chunkStart;
    }

    int end() {
        return chunkEnd;
    }

    boolean next() throws IOException {
        return delimiter.length == 0 ? nextOfSize() : nextDelimited();
    }

    private boolean nextOfSize() throws IOException {
        base += limit;
        from = 0;
        limit = 0;
        while (limit < maxBytes && !isAtEnd) {
            read();
        }
        return give(0, limit) && limit > 0;
    }

    private boolean nextDelimited() throws IOException {
        int searched = from;
        while (true) {
            int at = indexOfDelimiter(searched);
            if (at >= 0) {
                int start = from;
                from = at + delimiter.length;
                if (isDiscarding) {
                    isDiscarding = false;
                    searched = from;
                } else if (at - start <= maxBytes || isShownAlthoughLong(start)) {
                    return give(start, Math.min(at, start + maxBytes));
                } else {
                    searched = from;
                }
                continue;
            }
            int possible = Math.max(from, limit - delimiter.length + 1);
            if (isDiscarding) {
                from = possible;
            } else if (possible - from > maxBytes) {
                int start = from;
                isDiscarding = true;
                from = possible;
                if (isShownAlthoughLong(start)) {
                    return give(start, start + maxBytes);
                }
            }
            if (isAtEnd) {
                return giveRest();
            }
            searched = possible - from;
            makeRoom();
            read();
        }
    }

    private boolean giveRest() throws IOException {
        int start = from;
        from = limit;
        if (start == limit || isDiscarding) {
            return false;
        }
        return (limit - start <= maxBytes || isShownAlthoughLong(start))
                && give(start, Math.min(limit, start + maxBytes));
    }

    private boolean give(int start, int end) {
        chunkStart = start;
        chunkEnd = end;
        return true;
    }

    private boolean isShownAlthoughLong(int start) throws IOException {
        if (longChunks == LongLinePolicy.FAIL) {
            throw new IOException("chunk at offset=" + (base + start) + " has bytes>" + maxBytes + " (expected <= "
                    + maxBytes + "): raise maxBytes, or choose to skip or to truncate such chunks");
        }
        return longChunks == LongLinePolicy.TRUNCATE;
    }

    private int indexOfDelimiter(int first) {
        int last = limit - delimiter.length;
        int at = first;
        while (at <= last) {
            at = ByteSearch.indexOf(bytes, at, last + 1, delimiter[0]);
            if (at < 0) {
                return -1;
            }
            if (Arrays.equals(bytes, at, at + delimiter.length, delimiter, 0, delimiter.length)) {
                return at;
            }
            at++; // not behind what has matched: a delimiter may begin within
        }
        return -1;
    }

    /** What is left moves to the front; the array grows only when it is full of one chunk. */
    private void makeRoom() {
        int left = limit - from;
        byte[] target = bytes;
        if (left == bytes.length) {
            target = new byte[(int) Math.min(2L * left, (long) maxBytes + delimiter.length)];
        }
        System.arraycopy(bytes, from, target, 0, left);
        bytes = target;
        base += from;
        from = 0;
        limit = left;
    }

    private void read() throws IOException {
        if (limit == bytes.length) { // of a size that is more than the first buffer
            bytes = Arrays.copyOf(bytes, (int) Math.min(2L * limit, maxBytes));
        }
        int read = input.read(bytes, limit, bytes.length - limit);
        if (read < 0) {
            isAtEnd = true;
        } else {
            limit += read;
        }
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
