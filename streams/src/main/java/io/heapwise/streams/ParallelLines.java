package io.heapwise.streams;

import io.heapwise.streams.internal.ByteInput;
import io.heapwise.streams.internal.Slice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@link Lines} read by several threads. Invariant: each line is looked at once, by one thread; when a method returns or throws, no thread
 * looks at any, and the input is closed.
 *
 * <p>A file is read in segments of up to 2 MiB, of any number of gigabytes; a line belongs to the segment in which it begins. Anything else is read by
 * the caller's thread, which hands on blocks of whole lines of 1 MiB. Results come in the order of the lines. At most twice as many
 * segments or blocks as there are threads are open at a time, so memory is bounded whatever takes long: a buffer for each thread, for
 * other inputs than files a block for each open one, and the results of those.
 *
 * <p>What is given to these methods is called by several threads at a time, except where it says otherwise. Lines have no {@linkplain
 * LineView#lineNumber() numbers} here. An interrupt of the caller ends the reading with an {@link InterruptedIOException} or a {@link
 * java.nio.channels.ClosedByInterruptException}, after those who work have ended; one of an executor's thread with the latter.
 *
 * <p>Immutable and thread-safe. Must not be used by a method that it calls, on the same executor, with the same source.
 *
 * @since 0.1.0
 */
public final class ParallelLines {
    private static final int MAX_SEGMENT_BYTES = 2 << 20;
    private static final int MIN_SEGMENT_BYTES = 256 << 10;
    private static final int BLOCK_BYTES = 1 << 20;

    private final InputSource source;
    private final LineSettings settings;

    /** Nobody but the caller's thread tells of progress. */
    private final LineSettings silent;

    private final int threads;
    private final Executor executor;
    /** 0 to choose. */
    private final int segmentBytes;

    ParallelLines(InputSource source, LineSettings settings, int threads, Executor executor) {
        this(source, settings, threads, executor, 0);
    }

    private ParallelLines(InputSource source, LineSettings settings, int threads, Executor executor, int segmentBytes) {
        if (threads < 1) {
            throw new IllegalArgumentException(
                    "threads=" + threads + " (expected >= 1): give how many may work, this one included");
        }
        this.source = source;
        this.settings = settings;
        this.silent = settings.with(changed -> changed.progress = bytes -> {});
        this.threads = threads;
        this.executor = Objects.requireNonNull(executor, "executor");
        this.segmentBytes = segmentBytes;
    }

    /** For tests: other segments. */
    ParallelLines segmentBytes(int bytes) {
        return new ParallelLines(source, settings, threads, executor, bytes);
    }

    /**
     * Counts the lines. Those passed over count too.
     *
     * @return how many
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public long count() throws IOException {
        long[] count = new long[1];
        this.<Long>run(lines -> lines.countRest(), part -> count[0] += part);
        return count[0];
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
        long[] sum = new long[1];
        this.<Long>run(
                lines -> {
                    LineSum part = new LineSum(value);
                    lines.forEachRest(part);
                    return part.sum();
                },
                part -> sum[0] += part);
        return sum[0];
    }

    /**
     * Makes one result of all lines: of each segment by itself, then of those in order.
     *
     * @param identity a result of no lines, a new one at each call if results change
     * @param accumulator the result so far, and a line; gives the next
     * @param combiner joins the results of lines and of those behind them; must be associative. Called by this thread alone
     * @param <R> the result
     * @return the last result
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public <R extends @Nullable Object> R reduce(
            Supplier<R> identity, BiFunction<R, ? super LineView, R> accumulator, BinaryOperator<R> combiner)
            throws IOException {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(accumulator, "accumulator");
        Objects.requireNonNull(combiner, "combiner");
        List<R> result = new ArrayList<>(List.of());
        result.add(identity.get());
        this.<R>run(
                lines -> {
                    LineFold<R> part = new LineFold<>(identity.get(), accumulator);
                    lines.forEachRest(part);
                    return part.result();
                },
                part -> result.set(0, combiner.apply(result.get(0), part)));
        return result.get(0);
    }

    /**
     * Does something with each line, in any order.
     *
     * @param action what to do; called by several threads at a time
     * @param <X> what it may throw
     * @throws X what it threw, of the first line in order if several did; some lines behind that have been looked at
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public <X extends Exception> void forEach(LineAction<X> action) throws IOException, X {
        Objects.requireNonNull(action, "action");
        this.<@Nullable Void, X>work(
                lines -> {
                    lines.forEachRest(action);
                    return null;
                },
                none -> {});
    }

    /**
     * Makes something of each line, by several threads, and takes it in the order of the lines, by this one.
     *
     * @param work what to make of a line; null for nothing. Must not keep the line
     * @param results takes what was made
     * @param <R> what is made
     * @throws IOException when the input cannot be read, or a line is longer than allowed
     */
    public <R> void mapInOrder(Function<? super LineView, ? extends @Nullable R> work, Consumer<? super R> results)
            throws IOException {
        Objects.requireNonNull(work, "work");
        Objects.requireNonNull(results, "results");
        this.<List<R>>run(
                lines -> {
                    List<R> made = new ArrayList<>();
                    lines.forEachRest(line -> {
                        R result = work.apply(line);
                        if (result != null) {
                            made.add(result);
                        }
                    });
                    return made;
                },
                made -> made.forEach(results));
    }

    private <R extends @Nullable Object> void run(Crew.Work<LineScanner, R> work, Consumer<? super R> results)
            throws IOException {
        this.<R, RuntimeException>work(work, results);
    }

    /** {@code X} is what the work may throw beside what reading does. */
    private <R extends @Nullable Object, X extends Exception> void work(
            Crew.Work<LineScanner, R> work, Consumer<? super R> results) throws IOException, X {
        Path file = source.file();
        try {
            if (file != null) {
                ofFile(file, work, results);
            } else {
                ofBlocks(work, results);
            }
        } catch (IOException | RuntimeException failed) {
            throw failed;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            InterruptedIOException told = new InterruptedIOException("interrupted while others read " + source);
            told.initCause(interrupt);
            throw told;
        } catch (Exception thrown) {
            @SuppressWarnings("unchecked")
            X own = (X) thrown; // nothing else is declared by what was called
            throw own;
        }
    }

    private <R extends @Nullable Object> void ofFile(
            Path file, Crew.Work<LineScanner, R> work, Consumer<? super R> results) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long segmentBytes = segmentBytesOf(size);
            long count = Math.max(1, (size + segmentBytes - 1) / segmentBytes);
            Queue<LineScanner> idle = new ConcurrentLinkedQueue<>();
            Crew<Long, R> crew = new Crew<>(threads, executor, segment -> {
                long first = segment * segmentBytes;
                // The byte before tells whether a line begins with the segment: passing over what it belongs to is
                // right in either case.
                long from = Math.max(first - 1, 0);
                // What is appended meanwhile belongs to the last.
                long stop = segment == count - 1 ? Long.MAX_VALUE : first + segmentBytes;
                LineScanner lines = taken(idle);
                lines.restart(new FilePart(channel, from), from, first > 0, stop);
                return given(idle, lines, work);
            });
            long[] next = new long[2];
            crew.run(() -> next[0] == count ? null : next[0]++, result -> {
                next[1]++;
                settings.progress.accept(Math.min(size, next[1] * segmentBytes));
                results.accept(result);
            });
        }
    }

    /** Several for each thread, so that none ends long before the others; but none so small that it is mostly handing over. */
    private long segmentBytesOf(long fileBytes) {
        return segmentBytes > 0
                ? segmentBytes
                : Math.max(MIN_SEGMENT_BYTES, Math.min(MAX_SEGMENT_BYTES, fileBytes / (4L * threads)));
    }

    private <R extends @Nullable Object> void ofBlocks(Crew.Work<LineScanner, R> work, Consumer<? super R> results)
            throws Exception {
        try (LineScanner reader = new LineScanner(settings).start(source.open())) {
            Queue<LineScanner> idle = new ConcurrentLinkedQueue<>();
            Queue<LineBlock> free = new ConcurrentLinkedQueue<>();
            Crew<LineBlock, R> crew = new Crew<>(threads, executor, block -> {
                LineScanner lines = taken(idle);
                lines.restart(block, block.offset(), false, Long.MAX_VALUE);
                R result = given(idle, lines, work);
                if (block.capacity() == BLOCK_BYTES) {
                    free.add(block); // one that had to grow is not kept
                }
                return result;
            });
            crew.run(
                    () -> {
                        LineBlock block = free.poll();
                        if (block == null) {
                            block = new LineBlock(BLOCK_BYTES);
                        }
                        return reader.nextBlock(block) ? block : null;
                    },
                    results::accept);
        }
    }

    private LineScanner taken(Queue<LineScanner> idle) {
        LineScanner lines = idle.poll();
        return lines == null ? new LineScanner(silent) : lines;
    }

    private static <R extends @Nullable Object> R given(
            Queue<LineScanner> idle, LineScanner lines, Crew.Work<LineScanner, R> work) throws Exception {
        R result = work.apply(lines);
        lines.close();
        idle.add(lines);
        return result;
    }

    @Override
    public String toString() {
        return "ParallelLines[" + source + ", " + threads + " threads]";
    }

    /** Bytes of a file from a position on. The file is its opener's to close. */
    private static final class FilePart implements ByteInput {
        private final FileChannel channel;
        private final Slice slice = new Slice();
        private long position;

        FilePart(FileChannel channel, long position) {
            this.channel = channel;
            this.position = position;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = channel.read(slice.of(into, from, length), position);
            position += Math.max(read, 0);
            return read;
        }

        @Override
        public void close() {}
    }
}
