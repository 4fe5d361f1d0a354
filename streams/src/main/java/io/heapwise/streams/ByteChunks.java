package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import io.heapwise.streams.internal.IteratorPublisher;
import io.heapwise.streams.internal.IteratorStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an input, in chunks of one size or between delimiters. Invariant: this says how to cut; what reads is opened by the
 * method that ends the sentence, and closed by it, on success, on error and on an early end.
 *
 * <pre>{@code
 * ByteChunks.of(path).bySize(1 << 20).forEach(chunk -> digest.update(chunk));
 * }</pre>
 *
 * <p>Memory is one chunk, and for {@link #forEach} always the same. Lines have a class of their own, {@link Lines}, which is faster and
 * knows what a line break is.
 *
 * <p>Immutable and thread-safe: each setting returns another. What was read from a path can be read again; a channel or a stream only
 * once.
 *
 * @since 0.1.0
 */
public final class ByteChunks {
    private static final byte[] NO_DELIMITER = {};
    private static final int MOST_BYTES = Integer.MAX_VALUE - 1024;

    private final InputSource source;
    private final byte[] delimiter;

    /** 0 while nobody has said how to cut. */
    private final int maxBytes;

    private final LongLinePolicy longChunks;

    private ByteChunks(InputSource source, byte[] delimiter, int maxBytes, LongLinePolicy longChunks) {
        this.source = source;
        this.delimiter = delimiter;
        this.maxBytes = maxBytes;
        this.longChunks = longChunks;
    }

    private static ByteChunks of(InputSource source) {
        return new ByteChunks(source, NO_DELIMITER, 0, LongLinePolicy.FAIL);
    }

    /**
     * The bytes of a file.
     *
     * @param file is opened by each reading
     * @return its bytes, not cut yet
     */
    public static ByteChunks of(Path file) {
        Objects.requireNonNull(file, "file");
        return of(InputSource.of(file));
    }

    /**
     * The bytes of a channel, from where that stands.
     *
     * @param channel one that blocks; is closed by the reading
     * @return its bytes, not cut yet
     */
    public static ByteChunks of(ReadableByteChannel channel) {
        return of(InputSource.once(ByteInput.of(channel), "the channel"));
    }

    /**
     * The bytes of a stream.
     *
     * @param stream is closed by the reading
     * @return its bytes, not cut yet
     */
    public static ByteChunks of(InputStream stream) {
        return of(InputSource.once(ByteInput.of(stream), "the stream"));
    }

    /**
     * Unpacks the input; as {@link Lines#gzip()}.
     *
     * @return the unpacked bytes
     */
    public ByteChunks gzip() {
        return gzip(Long.MAX_VALUE);
    }

    /**
     * Unpacks an input that is not trusted; as {@link Lines#gzip(long)}.
     *
     * @param maxBytes reading fails when the unpacked input is longer, 1 or more
     * @return the unpacked bytes
     * @throws IllegalArgumentException if the bound is below 1
     */
    public ByteChunks gzip(long maxBytes) {
        return new ByteChunks(source.gzip(maxBytes), delimiter, this.maxBytes, longChunks);
    }

    /**
     * Cuts chunks of one size. Each is full but the last, however few bytes come at a time.
     *
     * @param bytes how many, 1 or more
     * @return the chunks
     * @throws IllegalArgumentException if it is below 1, or more than an array holds
     */
    public ByteChunks bySize(int bytes) {
        return new ByteChunks(source, NO_DELIMITER, checked("bytes", bytes), longChunks);
    }

    /**
     * Cuts at a delimiter, which is in no chunk. Behind the last one there is no chunk if there is nothing.
     *
     * @param bytes the delimiter, one byte or more; is copied
     * @param maxChunkBytes how long a chunk may be; what a longer one does is {@link #onLongChunk}'s to say
     * @return the chunks
     * @throws IllegalArgumentException if the delimiter is empty, or the bound below 1 or more than an array holds
     */
    public ByteChunks byDelimiter(byte[] bytes, int maxChunkBytes) {
        if (bytes.length == 0) {
            throw new IllegalArgumentException("delimiter bytes=0 (expected >= 1): give what is between chunks");
        }
        return new ByteChunks(source, bytes.clone(), checked("maxChunkBytes", maxChunkBytes), longChunks);
    }

    private static int checked(String name, int bytes) {
        if (bytes < 1 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    name + "=" + bytes + " (expected 1 to " + MOST_BYTES + "): give what is worth its memory");
        }
        return bytes;
    }

    /**
     * What becomes of a chunk between delimiters that is too long. The default is {@link LongLinePolicy#FAIL}.
     *
     * @param policy what to do
     * @return chunks that do so
     */
    public ByteChunks onLongChunk(LongLinePolicy policy) {
        return new ByteChunks(source, delimiter, maxBytes, Objects.requireNonNull(policy, "policy"));
    }

    private ByteFrames open() throws IOException {
        if (maxBytes == 0) {
            throw new IllegalStateException("chunks are cut by nothing (expected bySize or byDelimiter): say how");
        }
        return new ByteFrames(source.open(), delimiter, maxBytes, longChunks);
    }

    /**
     * Does something with each chunk, in order.
     *
     * @param action what to do with it
     * @param <X> what it may throw
     * @throws X what it threw; the input has been closed
     * @throws IOException when the input cannot be read, or a chunk is longer than allowed
     * @throws IllegalStateException if nobody said how to cut
     */
    public <X extends Exception> void forEach(Action<X> action) throws IOException, X {
        Objects.requireNonNull(action, "action");
        try (ByteFrames frames = open()) {
            ByteBuffer view = ByteBuffer.allocate(0);
            byte[] of = null;
            while (frames.next()) {
                if (of != frames.bytes()) {
                    of = frames.bytes();
                    view = ByteBuffer.wrap(of);
                    if (delimiter.length > 0) {
                        view = view.asReadOnlyBuffer(); // the next chunk is in there too
                    }
                }
                action.accept(view.limit(frames.end()).position(frames.start()));
            }
        }
    }

    /**
     * What is done with a chunk.
     *
     * @param <X> what it may throw, which ends the reading and comes out of it as it is
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Action<X extends Exception> {
        /**
         * Takes a chunk.
         *
         * @param chunk its bytes, from position to limit; not to be written, and holds others after this call
         * @throws X what it likes
         */
        void accept(ByteBuffer chunk) throws X;
    }

    /**
     * The chunks as arrays of their own.
     *
     * @return opened by the first question; to be closed by whoever stops before the end. It throws {@link UncheckedIOException}
     * @throws IllegalStateException if nobody said how to cut
     */
    public CloseableIterator<byte[]> iterator() {
        try {
            return new Copies(open());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * The chunks as arrays of their own, opened when the first is asked for. The stream is to be closed, unless it was read to its end or failed.
     *
     * @return a stream that is sequential whatever one asks of it; it throws {@link UncheckedIOException}
     */
    public Stream<byte[]> stream() {
        return IteratorStreams.of(this::iterator);
    }

    /**
     * The chunks as arrays of their own, read for each subscriber while it asks for more.
     *
     * @param executor runs the reading, which may block it
     * @return a publisher
     */
    public Flow.Publisher<byte[]> publisher(Executor executor) {
        return new IteratorPublisher<>(this::iterator, executor);
    }

    @Override
    public String toString() {
        return "ByteChunks[" + source + ", " + (delimiter.length == 0 ? "each of " : "delimited, up to ") + maxBytes
                + " bytes]";
    }

    /** Copies of chunks, one of them read ahead. */
    private static final class Copies implements CloseableIterator<byte[]> {
        private final ByteFrames frames;
        private byte @Nullable [] next;
        private boolean hasEnded;

        Copies(ByteFrames frames) {
            this.frames = frames;
        }

        @Override
        public boolean hasNext() {
            if (next != null) {
                return true;
            }
            if (hasEnded) {
                return false;
            }
            try {
                if (frames.next()) {
                    next = Arrays.copyOfRange(frames.bytes(), frames.start(), frames.end());
                    return true;
                }
            } catch (Throwable failed) {
                closeAfter(failed);
                if (failed instanceof IOException io) {
                    throw new UncheckedIOException(io);
                }
                throw (RuntimeException) failed;
            }
            close();
            return false;
        }

        @Override
        public byte[] next() {
            byte[] chunk = hasNext() ? next : null;
            if (chunk == null) {
                throw new NoSuchElementException("no chunks are left (expected hasNext()): ask before");
            }
            next = null;
            return chunk;
        }

        private void closeAfter(Throwable failed) {
            try {
                close();
            } catch (UncheckedIOException closing) {
                failed.addSuppressed(closing);
            }
        }

        @Override
        public void close() {
            next = null;
            if (!hasEnded) {
                hasEnded = true;
                try {
                    frames.close();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }
        }
    }
}
