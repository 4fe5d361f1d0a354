package io.heapwise.buffers.netty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel that takes one buffer at a time. */
record Gathering(WritableByteChannel to) implements GatheringByteChannel {
    @Override
    public int write(ByteBuffer source) throws IOException {
        return to.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
        return write(sources, 0, sources.length);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        long count = 0;
        for (int at = offset; at < offset + length; at++) {
            count += to.write(sources[at]);
        }
        return count;
    }

    @Override
    public boolean isOpen() {
        return to.isOpen();
    }

    @Override
    public void close() throws IOException {
        to.close();
    }
}
