package io.heapwise.streams.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Where bytes go, one after another. Whoever has one commits it when all is well, and closes it whatever happens.
 *
 * <p>For one thread at a time.
 */
public interface ByteOutput extends AutoCloseable {
    /** Writes all of these bytes. */
    void write(byte[] bytes, int from, int length) throws IOException;

    /** All has been written. What can be taken back until here cannot behind it. */
    void commit() throws IOException;

    /** Releases what is open, and takes back what has not been committed, where that can be done. */
    @Override
    void close() throws IOException;

    /** Writes to a channel that blocks. */
    static ByteOutput of(WritableByteChannel channel) {
        Objects.requireNonNull(channel, "channel");
        return new ByteOutput() {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writeFully(channel, ByteBuffer.wrap(bytes, from, length));
            }

            @Override
            public void commit() {}

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** Writes all of a buffer, in slices: see {@link ByteInput#SLICE_BYTES}. */
    static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + ByteInput.SLICE_BYTES));
            if (channel.write(bytes) == 0) {
                throw new IOException("channel written=0 bytes (expected >= 1): configure the channel to block");
            }
        }
    }

    /** Writes to a stream, which committing flushes. */
    static ByteOutput of(OutputStream stream) {
        Objects.requireNonNull(stream, "stream");
        return new ByteOutput() {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                stream.write(bytes, from, length);
            }

            @Override
            public void commit() throws IOException {
                stream.flush();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }
}
