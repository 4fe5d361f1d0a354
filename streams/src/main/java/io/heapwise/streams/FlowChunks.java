package io.heapwise.streams;

import io.heapwise.memory.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Items of a publisher in chunks: the limits of {@link Chunks}, and true time.
 *
 * <pre>{@code
 * Chunks.of(events).byCount(500).byTime(Duration.ofMillis(200)).publisher().subscribe(writer);
 * }</pre>
 *
 * <p><b>Back-pressure.</b> While nobody wants a chunk nothing is asked of the source. For one that is wanted as many items are asked for
 * as it can take: what is left of the count if that is the only limit besides time, else one after another. So there is never more in
 * memory than one chunk, or one chunk and the item that did not fit. A chunk whose time is up while nobody wants it waits.
 *
 * <p><b>The end.</b> Of a source that completes the last chunk is handed out, when it is wanted, before the completion. Of one that fails,
 * or when a function given here does, the chunk being gathered is dropped and the failure told at once: that chunk would look like a
 * whole one. Who cancels has the source cancelled, and no further chunk.
 *
 * <p>Signals come one after another on the threads of the source, of those who request, and of the executor for the time; no lock is held
 * meanwhile. Immutable: each method returns another one.
 *
 * @param <T> the items
 * @since 0.1.0
 */
public final class FlowChunks<T> {
    private final Flow.Publisher<? extends T> source;
    private final ChunkLimits<T> limits;
    private final @Nullable Pace pace;

    /**
     * How long a chunk may be open, and who says that this is over.
     *
     * @param nanos how long
     * @param ticker tells the time
     * @param delay runs an action later
     */
    record Pace(long nanos, Ticker ticker, Delay delay) {}

    /** Runs actions later. */
    @FunctionalInterface
    interface Delay {
        void run(Runnable action, long afterNanos);
    }

    private FlowChunks(Flow.Publisher<? extends T> source, ChunkLimits<T> limits, @Nullable Pace pace) {
        this.source = source;
        this.limits = limits;
        this.pace = pace;
    }

    static <T> FlowChunks<T> begin(Flow.Publisher<? extends T> source) {
        return new FlowChunks<>(source, ChunkLimits.none(), null);
    }

    private FlowChunks<T> with(ChunkLimits<T> changed) {
        return new FlowChunks<>(source, changed, pace);
    }

    /**
     * As {@link Chunks#byCount}.
     *
     * @param maxItems the most items of a chunk, 1 or more
     * @return with this limit too
     * @throws IllegalArgumentException if the count is below 1
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> byCount(int maxItems) {
        return with(limits.byCount(maxItems));
    }

    /**
     * As {@link Chunks#byWeight}.
     *
     * @param maxWeight the most a chunk may weigh, 1 or more
     * @param weigher gives what an item weighs, 0 or more
     * @return with this limit too
     * @throws IllegalArgumentException if the weight is below 1
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> byWeight(long maxWeight, ToLongFunction<? super T> weigher) {
        return with(limits.byWeight(maxWeight, weigher));
    }

    /**
     * As {@link Chunks#onOversize}.
     *
     * @param policy what happens to an item that alone weighs too much
     * @return with this policy
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> onOversize(Chunks.Oversize policy) {
        return with(limits.onOversize(policy));
    }

    /**
     * As {@link Chunks#byKey}.
     *
     * @param keyOf gives the key of an item, which may be null
     * @return with this limit too
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> byKey(Function<? super T, ?> keyOf) {
        return with(limits.byKey(keyOf));
    }

    /**
     * As {@link Chunks#splitWhen}.
     *
     * @param between asked about the last item of the chunk and the one that follows
     * @return with this limit too
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> splitWhen(BiPredicate<? super T, ? super T> between) {
        return with(limits.splitWhen(between));
    }

    /**
     * As {@link Chunks#until}.
     *
     * @param last asked about each item
     * @return with this limit too
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> until(Predicate<? super T> last) {
        return with(limits.until(last));
    }

    /**
     * A chunk ends this long after its first item has arrived, whether others arrive or not; its subscriber is then called from
     * {@link CompletableFuture#defaultExecutor() the default executor}, unless a thread is at work for it already.
     *
     * @param maxAge how long a chunk may be open, more than zero
     * @return with this limit too
     * @throws IllegalArgumentException if the time is not above zero
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> byTime(Duration maxAge) {
        return byTime(
                maxAge,
                Ticker.system(),
                (action, nanos) -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS)
                        .execute(action));
    }

    /**
     * A chunk ends this long after its first item has arrived, whether others arrive or not.
     *
     * @param maxAge how long a chunk may be open, more than zero
     * @param executor calls the subscriber when the time is up, unless a thread is at work for it already; if it refuses, the chunk waits for another limit
     * @return with this limit too
     * @throws IllegalArgumentException if the time is not above zero
     * @throws IllegalStateException if it was given already
     */
    public FlowChunks<T> byTime(Duration maxAge, Executor executor) {
        Objects.requireNonNull(executor, "executor");
        return byTime(
                maxAge,
                Ticker.system(),
                (action, nanos) -> CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, executor)
                        .execute(action));
    }

    /** With a time of tests. */
    FlowChunks<T> byTime(Duration maxAge, Ticker ticker, Delay delay) {
        ChunkLimits.requireFirst("byTime", pace == null);
        return new FlowChunks<>(source, limits, new Pace(ChunkLimits.nanosOf("maxAge", maxAge), ticker, delay));
    }

    /**
     * Publishes the chunks: subscribes to the source for each subscriber.
     *
     * @return a publisher
     * @throws IllegalStateException if there is no limit
     */
    public Flow.Publisher<List<T>> publisher() {
        limits.requireAny(pace != null);
        return subscriber -> {
            Objects.requireNonNull(subscriber, "subscriber");
            ChunkFlow<T> flow = new ChunkFlow<>(subscriber, limits, pace);
            try {
                source.subscribe(flow);
            } catch (Throwable failure) { // against rule 1.9, but the subscriber must not wait for ever
                flow.onError(failure);
            }
        };
    }
}
