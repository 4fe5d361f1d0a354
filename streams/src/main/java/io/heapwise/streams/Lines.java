package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import io.heapwise.streams.internal.IteratorPublisher;
import io.heapwise.streams.internal.IteratorStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of an input that may be bigger than the heap. Invariant: this says how to read; what reads is opened by the method that
 * ends the sentence, and closed by it, on success, on error and on an early end.
 *
 * <pre>{@code
 * long errors = Lines.of(path).maxLineBytes(1 << 20).count(line -> line.contains("ERROR"));
 * }</pre>
 *
 * <p>Lines are looked at as bytes, in place, by a {@link LineView}: no line costs an object. Memory is the buffer, and for a line longer than that up to
 * one and a half times {@link #maxLineBytes}; never more.
 *
 * <p>A line ends with a line feed, or with a carriage return and a line feed; the last may end with the input. A carriage return alone ends a
 * line only {@linkplain #anyLineBreak() on request}. A byte order mark of UTF-8 is passed over.
 *
 * <p>Immutable and thread-safe: each setting returns another. What was read from a path can be read again; a channel or a stream
 * only once.
 *
 * @since 0.1.0
 */
public final class Lines {
    private static final int DEFAULT_MAX_LINE_BYTES = 16 << 20;
    private static final int DEFAULT_BUFFER_BYTES = 128 << 10;
    private static final int MIN_BUFFER_BYTES = 256;

    /** An array may not be longer than this on every JVM; the buffer of a line has some bytes more than the line. */
    private static final int MOST_LINE_BYTES = Integer.MAX_VALUE - 1024;

    private final InputSource source;
    private final LineSettings settings;

    private Lines(InputSource source, LineSettings settings) {
        this.source = source;
        this.settings = settings;
    }

    private static Lines of(InputSource source) {
        return new Lines(
                source,
                new LineSettings(defaultMaxLineBytes(Runtime.getRuntime().maxMemory()), DEFAULT_BUFFER_BYTES));
    }

    /** A line of the default length must not take a heap that is small. */
    static int defaultMaxLineBytes(long heapBytes) {
        return (int) Math.max(1 << 16, Math.min(DEFAULT_MAX_LINE_BYTES, heapBytes / 16));
    }

    /**
     * The lines of a file.
     *
     * @param file is opened by each reading
     * @return its lines
     */
    public static Lines of(Path file) {
        Objects.requireNonNull(file, "file");
        return of(InputSource.of(file));
    }

    /**
     * The lines of a channel, from where that stands.
     *
     * @param channel one that blocks; is closed by the reading
     * @return its lines, to be read once
     */
    public static Lines of(ReadableByteChannel channel) {
        return of(InputSource.once(ByteInput.of(channel), "the channel"));
    }

    /**
     * The lines of a stream.
     *
     * @param stream is closed by the reading
     * @return its lines, to be read once
     */
    public static Lines of(InputStream stream) {
        return of(InputSource.once(ByteInput.of(stream), "the stream"));
    }

    private Lines with(Consumer<LineSettings> change) {
        return new Lines(source, settings.with(change));
    }

    /**
     * Unpacks the input. Members that follow one another are one text; what is cut off or damaged is an error, never an early end.
     *
     * @return lines of the unpacked input
     */
    public Lines gzip() {
        return gzip(Long.MAX_VALUE);
    }

    /**
     * Unpacks an input that is not trusted; as {@link #gzip()}.
     *
     * @param maxBytes reading fails when the unpacked input is longer, 1 or more
     * @return lines of the unpacked input
     * @throws IllegalArgumentException if the bound is below 1
     */
    public Lines gzip(long maxBytes) {
        return new Lines(source.gzip(maxBytes), settings);
    }

    /**
     * How long a line may be. What a longer one does is {@link #onLongLine}'s to say. The default is 16 MiB, or a sixteenth of
     * the heap where that is less.
     *
     * @param bytes without the line break, 1 or more
     * @return lines no longer than that
     * @throws IllegalArgumentException if it is below 1, or more than an array holds
     */
    public Lines maxLineBytes(int bytes) {
        if (bytes < 1 || bytes > MOST_LINE_BYTES) {
            throw new IllegalArgumentException("maxLineBytes=" + bytes + " (expected 1 to " + MOST_LINE_BYTES
                    + "): give the longest line that is worth its memory");
        }
        return with(changed -> changed.maxLineBytes = bytes);
    }

    /**
     * What becomes of a line that is too long. The default is {@link LongLinePolicy#FAIL}.
     *
     * @param policy what to do
     * @return lines that do so
     */
    public Lines onLongLine(LongLinePolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return with(changed -> changed.longLines = policy);
    }

    /**
     * How characters are encoded. The default is UTF-8. Lines are cut before anything is decoded, so the encoding must write ASCII
     * characters as themselves, as nearly all do: UTF-16 and UTF-32 do not.
     *
     * @param charset one in which ASCII characters are single bytes of the same value
     * @return lines whose {@link LineView#text()} is so encoded
     * @throws IllegalArgumentException if a line feed is not the byte of that value in it
     */
    public Lines charset(Charset charset) {
        requireAscii(charset);
        return with(changed -> changed.charset = charset);
    }

    static void requireAscii(Charset charset) {
        Objects.requireNonNull(charset, "charset");
        String plain = "\n\r\t ,;:.+-0123456789ABCXYZabcxyz";
        if (!charset.canEncode()
                || !Arrays.equals(plain.getBytes(charset), plain.getBytes(StandardCharsets.US_ASCII))) {
            throw new IllegalArgumentException("charset=" + charset
                    + " (expected one that writes ASCII characters as single bytes): read this one with a Reader");
        }
    }

    /**
     * Puts the charset's replacement character where bytes are no text. By default {@link LineView#text()} and {@link #strings()} fail there,
     * and say where that is.
     *
     * @return lines that can always be decoded
     */
    public Lines replacingMalformed() {
        return with(changed -> changed.malformed = CodingErrorAction.REPLACE);
    }

    /**
     * Lets a carriage return alone end a line too, as {@link java.io.BufferedReader} does. Costs some speed.
     *
     * @return lines cut at any line break
     */
    public Lines anyLineBreak() {
        return with(changed -> changed.isAnyLineBreak = true);
    }

    /**
     * Gives each line a view of its own, which throws as soon as the next line is read: for tests, and to find out who keeps one. Costs an
     * object a line.
     *
     * @return lines whose views cannot be used too late
     */
    public Lines checked() {
        return with(changed -> changed.isChecked = true);
    }

    /**
     * How big the buffer is. The default is 128 KiB: bigger gains nothing, since it no longer fits a processor's own cache.
     *
     * @param bytes 256 or more
     * @return lines read by way of such a buffer
     * @throws IllegalArgumentException if it is too small, or more than an array holds
     */
    public Lines bufferBytes(int bytes) {
        if (bytes < MIN_BUFFER_BYTES || bytes > MOST_LINE_BYTES) {
            throw new IllegalArgumentException("bufferBytes=" + bytes + " (expected " + MIN_BUFFER_BYTES + " to "
                    + MOST_LINE_BYTES + "): 131072 is plenty");
        }
        return with(changed -> changed.bufferBytes = bytes);
    }

    /**
     * Is told how far the reading is, each time that something was read.
     *
     * @param bytesRead gets the bytes of the (unpacked) input read so far, on the thread that reads; what it throws ends the reading. Of lines
     *     read in parallel it is told by the thread that called, in order
     * @return lines that tell
     */
    public Lines onProgress(LongConsumer bytesRead) {
        Objects.requireNonNull(bytesRead, "bytesRead");
        return with(changed -> changed.progress = bytesRead);
    }

    /**
     * Opens the input, for a loop of one's own.
     *
     * @return before the first line; to be closed
     * @throws IOException when the input cannot be opened
     * @throws IllegalStateException if it can be read only once, and has been
     */
    public LineCursor open() throws IOException {
        return new LineCursor(new LineScanner(settings).start(source.open()));
    }

    /**
     * Does something with each line, in order.
     *
     * @param action what to do
     * @param <X> what it may throw
     * @throws X what it threw; the input has been closed
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public <X extends Exception> void forEach(LineAction<X> action) throws IOException, X {
        Objects.requireNonNull(action, "action");
        try (LineCursor lines = open()) {
            lines.forEachRest(action);
        }
    }

    /**
     * Counts the lines. Those passed over count too.
     *
     * @return how many
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public long count() throws IOException {
        try (LineCursor lines = open()) {
            return lines.countRest();
        }
    }

    /**
     * Counts lines.
     *
     * @param condition which to count
     * @return how many
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public long count(Predicate<? super LineView> condition) throws IOException {
        Objects.requireNonNull(condition, "condition");
        return sum(line -> condition.test(line) ? 1 : 0);
    }

    /**
     * Adds up a number of each line.
     *
     * @param value the number
     * @return the sum; it wraps around like any sum of longs
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public long sum(ToLongFunction<? super LineView> value) throws IOException {
        Objects.requireNonNull(value, "value");
        LineSum sum = new LineSum(value);
        forEach(sum);
        return sum.sum();
    }

    /**
     * Makes one result of all lines, in order.
     *
     * @param identity the result of no lines
     * @param accumulator the result so far, and a line; gives the next
     * @param <R> the result
     * @return the last result
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public <R extends @Nullable Object> R reduce(R identity, BiFunction<R, ? super LineView, R> accumulator)
            throws IOException {
        Objects.requireNonNull(accumulator, "accumulator");
        LineFold<R> fold = new LineFold<>(identity, accumulator);
        forEach(fold);
        return fold.result();
    }

    /**
     * The lines as strings of their own, opened when the first is asked for. The stream is to be closed, unless it was read to its end or failed.
     *
     * @return a stream that is sequential whatever one asks of it; it throws {@link UncheckedIOException} where others throw an {@link
     *     IOException}
     */
    public Stream<String> strings() {
        return IteratorStreams.of(this::iterator);
    }

    /**
     * The lines as strings of their own.
     *
     * @return opened; to be closed by whoever stops before the end
     * @throws UncheckedIOException when the input cannot be opened
     */
    public CloseableIterator<String> iterator() {
        try {
            return new Strings(open());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * The lines as strings of their own, read for each subscriber while it asks for more.
     *
     * @param executor runs the reading, which may block it
     * @return a publisher
     */
    public Flow.Publisher<String> publisher(Executor executor) {
        return new IteratorPublisher<>(this::iterator, executor);
    }

    /**
     * Reads with several threads: this one, and others of the JVM's common pool.
     *
     * @param threads how many at most, 1 or more
     * @return the same lines
     * @throws IllegalArgumentException if it is below 1
     */
    public ParallelLines parallel(int threads) {
        return parallel(threads, ForkJoinPool.commonPool());
    }

    /**
     * Reads with several threads: this one, and others of an executor. When that has no thread to spare, this one does all of it.
     *
     * @param threads how many at most, 1 or more
     * @param executor runs all but one of them
     * @return the same lines
     * @throws IllegalArgumentException if it is below 1
     */
    public ParallelLines parallel(int threads, Executor executor) {
        return new ParallelLines(source, settings, threads, executor);
    }

    @Override
    public String toString() {
        return "Lines[" + source + ", up to " + settings.maxLineBytes + " bytes, else " + settings.longLines + "]";
    }

    /** Strings of lines, one of them read ahead. */
    private static final class Strings implements CloseableIterator<String> {
        private final LineCursor lines;
        private @Nullable String next;
        private boolean hasEnded;

        Strings(LineCursor lines) {
            this.lines = lines;
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
                if (lines.next()) {
                    next = lines.line().text();
                    return true;
                }
                hasEnded = true;
                return false;
            } catch (IOException failed) {
                hasEnded = true;
                throw new UncheckedIOException(failed);
            } catch (Throwable failed) {
                hasEnded = true;
                lines.closeAfter(failed);
                throw failed;
            }
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no lines are left (expected hasNext()): ask before");
            }
            String line = Objects.requireNonNull(next);
            next = null;
            return line;
        }

        @Override
        public void close() {
            hasEnded = true;
            next = null;
            try {
                lines.close();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }
}
