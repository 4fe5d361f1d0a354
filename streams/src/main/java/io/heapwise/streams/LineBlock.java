package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import java.util.Arrays;

/** Whole lines on their way from the thread that reads to one that looks at them. Invariant: one thread has it at a time. */
final class LineBlock implements ByteInput {
    private byte[] bytes;
    private int length;
    private int passed;
    private long offset;

    LineBlock(int roomBytes) {
        bytes = new byte[roomBytes];
    }

    void clear(long firstOffset) {
        length = 0;
        passed = 0;
        offset = firstOffset;
    }

    boolean isEmpty() {
        return length == 0;
    }

    boolean hasRoom(int more) {
        return more <= bytes.length - length;
    }

    void add(byte[] from, int start, int end) {
        int more = end - start;
        if (!hasRoom(more)) {
            bytes = Arrays.copyOf(bytes, length + more + 1);
        }
        System.arraycopy(from, start, bytes, length, more);
        length += more;
    }

    void endLine() {
        if (!hasRoom(1)) {
            bytes = Arrays.copyOf(bytes, length + 1);
        }
        bytes[length++] = '\n';
    }

    /** Where in the input the first byte is. */
    long offset() {
        return offset;
    }

    long nextOffset() {
        return offset + length;
    }

    int capacity() {
        return bytes.length;
    }

    @Override
    public int read(byte[] into, int from, int most) {
        if (passed == length) {
            return -1;
        }
        int count = Math.min(most, length - passed);
        System.arraycopy(bytes, passed, into, from, count);
        passed += count;
        return count;
    }

    @Override
    public void close() {}
}
