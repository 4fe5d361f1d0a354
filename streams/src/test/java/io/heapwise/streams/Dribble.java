package io.heapwise.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;

/** A channel that gives as few bytes at a time as it is told to, and counts how often it is closed. */
final class Dribble implements ReadableByteChannel {
    private final byte[] bytes;
    private final int[] sizes;
    private int position;
    private int reads;
    private int closes;

    /** A read that fails, from 0; none if negative. */
    int failingRead = -1;

    Dribble(byte[] bytes, int... sizes) {
        this.bytes = bytes;
        this.sizes = sizes;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        if (closes > 0) {
            throw new ClosedChannelException();
        }
        if (reads == failingRead) {
            throw new IOException("read " + reads + " fails");
        }
        if (position == bytes.length) {
            return -1;
        }
        int size = sizes.length == 0 ? bytes.length : sizes[reads % sizes.length];
        reads++;
        int count = Math.min(Math.min(size, into.remaining()), bytes.length - position);
        into.put(bytes, position, count);
        position += count;
        return count;
    }

    int closes() {
        return closes;
    }

    @Override
    public boolean isOpen() {
        return closes == 0;
    }

    @Override
    public void close() {
        closes++;
    }
}
