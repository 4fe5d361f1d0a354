package io.heapwise.streams;

import io.heapwise.memory.Ticker;
import io.heapwise.streams.internal.IteratorPublisher;
import io.heapwise.streams.internal.IteratorStreams;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Items of a long source in chunks, of which only one is in memory at a time.
 *
 * <pre>{@code
 * Chunks.of(rows).byWeight(4 << 20, Row::bytes).forEach(batch -> store.insert(batch));
 * Chunks.of(events).byCount(1000).byKey(Event::day).forEach(this::writeDay);
 * }</pre>
 *
 * <p><b>Limits</b> add up: a chunk ends at whichever comes first, and takes each item that all of them allow. A limit that an item
 * reaches, like a count, ends the chunk at once, with nothing read ahead; one that the next item would break ends it when that item has
 * been read. Each limit is given once, and at least one is needed. The functions given here are called once for each item, in order, on
 * the thread that asks for the chunk; {@link #splitWhen} is asked only about two items that nothing else has parted.
 *
 * <p><b>Chunks</b> are unmodifiable lists that the consumer may keep: each has its own array, of just its size. Null items are items,
 * as far as the functions given can take them.
 *
 * <p><b>Who closes.</b> A stream or a {@link CloseableIterator} is closed with the chunks made of it: at its end, when anything throws,
 * or when these are closed, even if nothing was ever read. Until a terminal method has returned it is still the caller's. Other
 * iterators need no closing. An {@link Iterable} may be read any number of times, the others once.
 *
 * <p><b>When something throws</b>, the source or a function, the consumer gets that failure, as it is, instead of the chunk that was being
 * gathered; its items are not handed out. {@link ChunkIterator#itemsSeen} says how many were.
 *
 * <p>Immutable: each method returns another one. Where a source allows it, safe for use by many threads.
 *
 * @param <T> the items
 * @since 0.1.0
 */
public final class Chunks<T extends @Nullable Object> {
    private final ChunkSource<T> source;
    private final ChunkLimits<T> limits;
    private final long firstItem;
    private final @Nullable Progress progress;

    private Chunks(ChunkSource<T> source, ChunkLimits<T> limits, long firstItem, @Nullable Progress progress) {
        this.source = source;
        this.limits = limits;
        this.firstItem = firstItem;
        this.progress = progress;
    }

    // ---- sources ---------------------------------------------------------------------------------------------------

    /**
     * Chunks of what an iterator gives, once.
     *
     * @param items closed with the chunks if it is a {@link CloseableIterator}
     * @param <T> the items
     * @return chunks without a limit yet
     */
    public static <T extends @Nullable Object> Chunks<T> of(Iterator<? extends T> items) {
        return begin(ChunkSource.of(Objects.requireNonNull(items, "items")));
    }

    /**
     * Chunks of what an iterable gives, from the start for each use.
     *
     * @param items asked for an iterator when the first chunk is, which is closed with the chunks if it is a
     *     {@link CloseableIterator}; not closed itself
     * @param <T> the items
     * @return chunks without a limit yet
     */
    public static <T extends @Nullable Object> Chunks<T> of(Iterable<? extends T> items) {
        return begin(ChunkSource.of(Objects.requireNonNull(items, "items")));
    }

    /**
     * Chunks of a stream, once. It is read through {@link Stream#iterator}: one with a {@code flatMap} may read more ahead than is
     * asked of it, which is the JDK's doing.
     *
     * @param items closed with the chunks
     * @param <T> the items
     * @return chunks without a limit yet
     */
    public static <T extends @Nullable Object> Chunks<T> of(Stream<? extends T> items) {
        return begin(ChunkSource.of(Objects.requireNonNull(items, "items")));
    }

    /**
     * Chunks of what a publisher sends.
     *
     * @param items subscribed to by each subscriber of the chunks
     * @param <T> the items, which are not null
     * @return chunks without a limit yet
     */
    public static <T> FlowChunks<T> of(Flow.Publisher<? extends T> items) {
        return FlowChunks.begin(Objects.requireNonNull(items, "items"));
    }

    private static <T extends @Nullable Object> Chunks<T> begin(ChunkSource<T> source) {
        return new Chunks<>(source, ChunkLimits.none(), 0, null);
    }

    private Chunks<T> with(ChunkLimits<T> changed) {
        return new Chunks<>(source, changed, firstItem, progress);
    }

    // ---- limits ----------------------------------------------------------------------------------------------------

    /**
     * A chunk ends with the item that makes it this many.
     *
     * @param maxItems the most items of a chunk, 1 or more
     * @return with this limit too
     * @throws IllegalArgumentException if the count is below 1
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> byCount(int maxItems) {
        return with(limits.byCount(maxItems));
    }

    /**
     * A chunk ends with the item that makes it this heavy, or before the item that would make it heavier: this is a maximum, and
     * is never overshot. For an item that is too heavy for any chunk see {@link #onOversize}.
     *
     * @param maxWeight the most a chunk may weigh, 1 or more, in the unit of the weigher, such as bytes
     * @param weigher gives what an item weighs, 0 or more; a negative weight is an IllegalArgumentException
     * @return with this limit too
     * @throws IllegalArgumentException if the weight is below 1
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> byWeight(long maxWeight, ToLongFunction<? super T> weigher) {
        return with(limits.byWeight(maxWeight, weigher));
    }

    /**
     * What happens to an item that alone weighs more than {@link #byWeight} allows: {@link Oversize#FAIL} unless this is
     * given.
     *
     * @param policy what happens
     * @return with this policy
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> onOversize(Oversize policy) {
        return with(limits.onOversize(policy));
    }

    /**
     * A chunk ends before the first item whose key is not equal to that of the chunk. Only runs are found: for items sorted by key
     * there is one chunk a key, if no other limit divides it.
     *
     * @param keyOf gives the key of an item, which may be null
     * @return with this limit too
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> byKey(Function<? super T, ?> keyOf) {
        return with(limits.byKey(keyOf));
    }

    /**
     * A chunk ends between two neighbours for which this is true.
     *
     * @param between asked about the last item of the chunk and the one that follows
     * @return with this limit too
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> splitWhen(BiPredicate<? super T, ? super T> between) {
        return with(limits.splitWhen(between));
    }

    /**
     * A chunk ends with the item for which this is true.
     *
     * @param last asked about each item
     * @return with this limit too
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> until(Predicate<? super T> last) {
        return with(limits.until(last));
    }

    /**
     * A chunk ends before an item that arrives this long after the first of the chunk, or later. Nobody looks at the time while
     * nothing arrives: a chunk whose time is up waits for one more item, or for the end. Chunks of a
     * {@linkplain #of(Flow.Publisher) publisher} do not.
     *
     * @param maxAge how long after its first item a chunk may take others, more than zero
     * @param ticker tells the time
     * @return with this limit too
     * @throws IllegalArgumentException if the time is not above zero
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> byTime(Duration maxAge, Ticker ticker) {
        return with(limits.byTime(maxAge, ticker));
    }

    // ---- places ----------------------------------------------------------------------------------------------------

    /**
     * Begins behind items that are dealt with: they are read and dropped. A source with fewer has no chunks.
     *
     * @param item how many to skip, as {@link ChunkIterator#itemsSeen} gave it, 0 or more
     * @return with this start
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> startingAtItem(long item) {
        ChunkLimits.requireFirst("startingAtItem", firstItem == 0);
        if (item < 0) {
            throw new IllegalArgumentException("item=" + item + " (expected >= 0): give how many items to skip");
        }
        return new Chunks<>(source, limits, item, progress);
    }

    /**
     * Has somebody told of each chunk when it has been dealt with, which is seen by the consumer asking for more: its last chunk
     * before an early end is not told of. Called on the consumer's thread.
     *
     * @param listener is told
     * @return with this listener
     * @throws IllegalStateException if it was given already
     */
    public Chunks<T> onProgress(Progress listener) {
        Objects.requireNonNull(listener, "listener");
        ChunkLimits.requireFirst("onProgress", progress == null);
        return new Chunks<>(source, limits, firstItem, listener);
    }

    // ---- terminals -------------------------------------------------------------------------------------------------

    /**
     * The chunks, for one thread at a time. Nothing is opened or read before the first is asked for.
     *
     * @return to be closed by whoever stops before its end
     * @throws IllegalStateException if there is no limit, or if the source can be read once only, and was
     */
    public ChunkIterator<List<T>> iterator() {
        return cursor(progress);
    }

    private ChunkCursor<T> cursor(@Nullable Progress listener) {
        ChunkLimits<T> checked = limits.requireAny(false);
        return new ChunkCursor<>(source.claim(), checked, firstItem, listener);
    }

    /**
     * The chunks as a stream that does not split: {@code parallel()} adds nothing to it, {@link #mapParallel} does.
     *
     * @return to be closed by whoever stops before its end
     * @throws IllegalStateException if there is no limit, or if the source can be read once only, and was
     */
    public Stream<List<T>> stream() {
        return IteratorStreams.ofOpen(iterator());
    }

    /**
     * Gives each chunk to a consumer, on this thread, and closes the source.
     *
     * @param consumer deals with a chunk
     * @throws IllegalStateException if there is no limit, or if the source can be read once only, and was
     */
    public void forEach(Consumer<? super List<T>> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        try (ChunkIterator<List<T>> chunks = iterator()) {
            while (chunks.hasNext()) {
                consumer.accept(chunks.next());
            }
        }
    }

    /**
     * Publishes the chunks, to each subscriber from the start of the source. One that can be read once only has one subscriber; others
     * get an IllegalStateException by {@code onError}. Nothing is read without demand, so that the end is told to whoever asks
     * for more than there is. A publisher that nobody subscribes to closes nothing.
     *
     * @param executor runs the source, the functions given, and the subscriber; they may block it
     * @return a publisher
     * @throws IllegalStateException if there is no limit
     */
    public Flow.Publisher<List<T>> publisher(Executor executor) {
        Objects.requireNonNull(executor, "executor");
        limits.requireAny(false);
        return IteratorPublisher.ofOpen(this::iterator, executor);
    }

    /**
     * Works on chunks in parallel, bounded in bytes, and gives the results in the order of the chunks.
     *
     * <p>The thread that asks for results is the only one to read the source. It starts work on as many chunks as may be: up to
     * {@code 2 * workers} whose result has not been taken, of which {@code workers} run at a time. While it waits for a result whose
     * work nobody has begun it does that work itself: so it gets on with any executor, a busy one, or one that refuses.
     *
     * <p>The bytes of a chunk count from before its work may begin until the consumer, having dealt with its result, asks for the
     * next. A chunk of more than the maximum is worked on alone. One more chunk than those counted may have been read, and
     * waits until there is room for it.
     *
     * @param workers how much work may run at a time, 1 or more
     * @param maxBytesInFlight how many bytes may be in flight, 1 or more
     * @param bytesOf gives how many bytes a chunk, and the work on it, keeps in memory, 0 or more; called by the consumer's thread
     * @param work is done on each chunk, by threads of the executor and the consumer's; may return null
     * @param executor runs the work
     * @param <R> the results
     * @return the results, in order
     * @throws IllegalArgumentException if a number is below 1
     * @throws IllegalStateException if there is no limit
     */
    public <R extends @Nullable Object> ParallelChunks<R> mapParallel(
            int workers,
            long maxBytesInFlight,
            ToLongFunction<? super List<T>> bytesOf,
            Function<? super List<T>, ? extends R> work,
            Executor executor) {
        if (workers < 1) {
            throw new IllegalArgumentException(
                    "workers=" + workers + " (expected >= 1): give how many may work at a time");
        }
        if (maxBytesInFlight < 1) {
            throw new IllegalArgumentException("maxBytesInFlight=" + maxBytesInFlight
                    + " (expected >= 1): give the bytes that may be in use at a time");
        }
        limits.requireAny(false);
        ParallelCursor.Plan<T, R> plan = new ParallelCursor.Plan<>(
                workers,
                maxBytesInFlight,
                Objects.requireNonNull(bytesOf, "bytesOf"),
                Objects.requireNonNull(work, "work"),
                Objects.requireNonNull(executor, "executor"));
        return new ParallelChunks<>(() -> new ParallelCursor<>(cursor(null), plan, progress));
    }

    // ---- nested types ----------------------------------------------------------------------------------------------

    /** What happens to an item heavier than a chunk may be. */
    public enum Oversize {
        /** The consumer gets an IllegalArgumentException that names the item and its weight. */
        FAIL,

        /** It is a chunk of its own, the only kind that is heavier than the maximum. */
        ALONE
    }

    /** Is told how far a consumer is. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A chunk has been dealt with. What this throws ends the chunks and reaches the consumer.
         *
         * @param chunks how many have been, of this use
         * @param items the position behind the last of them: where to start from to go on
         */
        void onChunk(long chunks, long items);
    }
}
