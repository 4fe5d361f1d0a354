package io.heapwise.streams;

import io.heapwise.streams.internal.IteratorStreams;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The results of work on chunks that runs in parallel, in the order of the chunks: see {@link Chunks#mapParallel}. Nothing is read
 * and nothing runs before the first result is asked for.
 *
 * <p><b>When it ends early</b>, by {@code close}, by a failure or by an interrupt, work that has not begun is taken back and work that
 * runs is waited for, then the source is closed: no code of the caller runs on behind its back. Only a thread that is interrupted while
 * it waits does not wait on: it gets a {@link java.util.concurrent.CancellationException}, its interrupt status stays set, and the
 * results of what still runs are dropped. Threads of the executor are never interrupted.
 *
 * <p><b>The first failure in the order of the chunks</b> is the one that is thrown, as it is, after all results before it: that of the
 * source, of {@code bytesOf}, or of the work. Its stack trace is that of the thread it happened on.
 *
 * @param <R> the results
 * @since 0.1.0
 */
public final class ParallelChunks<R extends @Nullable Object> {
    private final Supplier<? extends ChunkIterator<R>> opener;

    ParallelChunks(Supplier<? extends ChunkIterator<R>> opener) {
        this.opener = opener;
    }

    /**
     * The results, for one thread at a time, which reads the source, and may do some of the work. Waiting reacts to interrupt, as
     * above.
     *
     * @return to be closed by whoever stops before its end
     * @throws IllegalStateException if the source can be read once only, and was
     */
    public ChunkIterator<R> iterator() {
        return opener.get();
    }

    /**
     * The results as a stream that does not split: {@code parallel()} adds nothing to it.
     *
     * @return to be closed by whoever stops before its end
     * @throws IllegalStateException if the source can be read once only, and was
     */
    public Stream<R> stream() {
        return IteratorStreams.ofOpen(iterator());
    }

    /**
     * Gives each result to a consumer, on this thread, and closes everything.
     *
     * @param consumer deals with a result
     * @throws IllegalStateException if the source can be read once only, and was
     */
    public void forEach(Consumer<? super R> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        try (ChunkIterator<R> results = iterator()) {
            while (results.hasNext()) {
                consumer.accept(results.next());
            }
        }
    }
}
