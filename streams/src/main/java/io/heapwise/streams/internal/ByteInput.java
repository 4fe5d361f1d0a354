package io.heapwise.streams.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Where bytes come from, one after another. Whoever has one closes it.
 *
 * <p>For one thread at a time.
 */
public interface ByteInput extends AutoCloseable {
    /**
     * Reads some bytes, at least one unless the end is there; waits for them.
     *
     * @param into where they go
     * @param from the index of the first
     * @param length at most how many, at least 1
     * @return how many, or -1 at the end
     * @throws IOException when they cannot be read
     */
    int read(byte[] into, int from, int length) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * How many bytes a single read from a channel asks for. The JDK reads into an array by way of a direct buffer as big as the
     * request, and keeps that buffer for the thread for as long as the thread lives: a request of megabytes would leave megabytes behind
     * with every thread that ever read.
     */
    int SLICE_BYTES = 64 << 10;

    /** Opens a file for reading. */
    static ByteInput of(Path file) throws IOException {
        return of(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Reads from a channel, from where that stands, and closes it. It must block: one that reads nothing is refused. */
    static ByteInput of(ReadableByteChannel channel) {
        Objects.requireNonNull(channel, "channel");
        return new ByteInput() {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int read = channel.read(ByteBuffer.wrap(into, from, Math.min(length, SLICE_BYTES)));
                if (read == 0) {
                    // Asking again would be a busy loop of a whole processor.
                    throw new IOException(
                            "channel read=0 bytes (expected >= 1, or -1 at the end): configure the channel to block");
                }
                return read;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    /** Reads from a stream and closes it. */
    static ByteInput of(InputStream stream) {
        Objects.requireNonNull(stream, "stream");
        return new ByteInput() {
            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int read = stream.read(into, from, length);
                if (read != 0) {
                    return read;
                }
                // Against its contract, but seen: one byte at a time, such a stream has to block or to say that it has
                // ended.
                int single = stream.read();
                if (single < 0) {
                    return -1;
                }
                into[from] = (byte) single;
                return 1;
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }
}
