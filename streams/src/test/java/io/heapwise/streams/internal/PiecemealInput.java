package io.heapwise.streams.internal;

import java.io.IOException;
import java.util.List;

/** Gives an array's bytes in reads of given lengths, over and over; counts how often it is closed. */
final class PiecemealInput implements ByteInput {
    private final byte[] bytes;
    private final List<Integer> readBytes;
    private int at;
    private int reads;
    private int closes;

    PiecemealInput(byte[] bytes, List<Integer> readBytes) {
        this.bytes = bytes;
        this.readBytes = readBytes;
    }

    PiecemealInput(byte[] bytes) {
        this(bytes, List.of(Integer.MAX_VALUE));
    }

    int closes() {
        return closes;
    }

    int reads() {
        return reads;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (closes > 0) {
            throw new IOException("closed");
        }
        int most = Math.min(length, readBytes.get(reads++ % readBytes.size()));
        int count = Math.min(most, bytes.length - at);
        if (count == 0) {
            return -1;
        }
        System.arraycopy(bytes, at, into, from, count);
        at += count;
        return count;
    }

    @Override
    public void close() {
        closes++;
    }
}
