package io.heapwise.buffers.netty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ScatteringByteChannel;

/** A channel that fills one buffer at a time. */
record Scattering(ReadableByteChannel from) implements ScatteringByteChannel {
    @Override
    public int read(ByteBuffer target) throws IOException {
        return from.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets) throws IOException {
        return read(targets, 0, targets.length);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return from.read(targets[offset]);
    }

    @Override
    public boolean isOpen() {
        return from.isOpen();
    }

    @Override
    public void close() throws IOException {
        from.close();
    }
}
