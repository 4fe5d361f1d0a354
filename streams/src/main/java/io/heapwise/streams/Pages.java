package io.heapwise.streams;

import io.heapwise.streams.internal.IteratorPublisher;
import io.heapwise.streams.internal.IteratorStreams;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a service gives page by page, read as if it were one sequence.
 *
 * <pre>{@code
 * try (Stream<Order> all = Pages.byToken(token -> api.orders(token)).prefetch(1).stream()) {
 *     all.filter(Order::isOpen).forEach(this::remind);
 * }
 * }</pre>
 *
 * <p><b>Lazy.</b> Nothing is fetched before the first item is asked for, and no page before its first item is, unless a
 * {@link #prefetch} is ordered. A page is forgotten with its last item, before the next one is fetched: so one page is held at a time, and as
 * many more as are fetched ahead.
 *
 * <p><b>Failures.</b> Whatever the fetch throws, after the {@linkplain #retry attempts} it has, arrives where the item was asked for, as
 * {@link PageException}; errors arrive as they are. The exception carries a checkpoint, with which {@link #startingAt} goes on.
 *
 * <p><b>Offsets and numbers drift</b>: what is added or removed before the place of the reader, perhaps by the reader's own work,
 * moves what follows, and items are missed or come twice. Keys do not.
 *
 * <p>Immutable and thread-safe: each method that sets something returns another one. Each iterator, stream and subscriber goes its own way
 * from the beginning.
 *
 * @param <T> the items
 * @since 0.1.0
 */
public final class Pages<T> {
    private static final int MAXIMUM_DEPTH = 64;

    private final PageRoute<T, ?> route;
    private final PageSettings<T> settings;

    private Pages(PageRoute<T, ?> route, PageSettings<T> settings) {
        this.route = route;
        this.settings = settings;
    }

    private static <T, P> Pages<T> from(PageSource<T, P> source, int limit) {
        return new Pages<>(PageRoute.of(source, limit), new PageSettings<>());
    }

    // ---- where pages come from --------------------------------------------------------------------------------------

    /**
     * Pages that give a token for the next one. The last one gives null or an empty one.
     *
     * @param fetch fetches a page, the first one with null
     * @param <T> the items
     * @return pages
     */
    public static <T> Pages<T> byToken(PageFetch.ByToken<T> fetch) {
        return from(new TokenSource<>("token", Objects.requireNonNull(fetch, "fetch")), 0);
    }

    /**
     * Pages that give a link to the next one. The last one gives null or an empty one.
     *
     * @param firstLink the link to the first one
     * @param fetch fetches a page
     * @param <T> the items
     * @return pages
     */
    public static <T> Pages<T> byNextLink(String firstLink, PageFetch.ByLink<T> fetch) {
        Objects.requireNonNull(firstLink, "firstLink");
        Objects.requireNonNull(fetch, "fetch");
        TokenSource<T> source = new TokenSource<>("link", link -> fetch.fetch(Objects.requireNonNull(link, "link")));
        // Not at null: a later page that leads to the first one leads round, and is to be seen.
        return new Pages<>(new PageRoute<>(source, 0, Checkpoint.startAt(firstLink)), new PageSettings<>());
    }

    /**
     * Pages by how many items come before them. They end with an empty one, unless {@link #end} says otherwise; if the total is known,
     * {@link #limit} saves that request.
     *
     * @param limit how many items to ask for, at least 1; the service may give fewer, and the next page begins behind the last that came
     * @param fetch fetches a page
     * @param <T> the items
     * @return pages
     * @throws IllegalArgumentException if the limit is below 1
     */
    public static <T> Pages<T> byOffset(int limit, PageFetch.ByOffset<T> fetch) {
        return from(
                new OffsetSource<>(Objects.requireNonNull(fetch, "fetch"), PageEnd.EMPTY_PAGE),
                requireLimit("limit", limit));
    }

    /**
     * Pages by number. They end with an empty one, unless {@link #end} says otherwise; if the total is known, {@link #limit} saves that
     * request.
     *
     * @param firstPage the number of the first one, mostly 0 or 1
     * @param fetch fetches a page
     * @param <T> the items
     * @return pages
     */
    public static <T> Pages<T> byPageNumber(long firstPage, PageFetch.ByPageNumber<T> fetch) {
        return from(new NumberSource<>(firstPage, Objects.requireNonNull(fetch, "fetch"), PageEnd.EMPTY_PAGE), 0);
    }

    /**
     * Pages by the key of the last item before them. What is added or removed meanwhile moves nothing. Keys must be different: of items
     * with equal keys those would be lost that are on the next page. So add a unique one behind a key that is not.
     * They end with an empty page, unless {@link #end} says otherwise.
     *
     * @param limit how many items to ask for, at least 1; the service may give fewer
     * @param keyOf the key of an item, never null
     * @param order how the service orders keys; the last key of each page is checked with it
     * @param fetch fetches a page
     * @param <T> the items
     * @param <K> the keys
     * @return pages, without checkpoints
     * @throws IllegalArgumentException if the limit is below 1
     */
    public static <T, K> Pages<T> byKeyset(
            int limit,
            Function<? super T, ? extends K> keyOf,
            Comparator<? super K> order,
            PageFetch.AfterKey<T, K> fetch) {
        return keyset(limit, keyOf, order, fetch, null);
    }

    /**
     * As {@link #byKeyset(int, Function, Comparator, PageFetch.AfterKey)}, with checkpoints.
     *
     * @param limit how many items to ask for, at least 1; the service may give fewer
     * @param keyOf the key of an item, never null
     * @param order how the service orders keys; the last key of each page is checked with it
     * @param fetch fetches a page
     * @param codec writes keys into checkpoints
     * @param <T> the items
     * @param <K> the keys
     * @return pages
     * @throws IllegalArgumentException if the limit is below 1
     */
    public static <T, K> Pages<T> byKeyset(
            int limit,
            Function<? super T, ? extends K> keyOf,
            Comparator<? super K> order,
            PageFetch.AfterKey<T, K> fetch,
            KeyCodec<K> codec) {
        return keyset(limit, keyOf, order, fetch, Objects.requireNonNull(codec, "codec"));
    }

    private static <T, K> Pages<T> keyset(
            int limit,
            Function<? super T, ? extends K> keyOf,
            Comparator<? super K> order,
            PageFetch.AfterKey<T, K> fetch,
            @Nullable KeyCodec<K> codec) {
        return from(
                new KeysetSource<>(
                        Objects.requireNonNull(keyOf, "keyOf"),
                        Objects.requireNonNull(order, "order"),
                        Objects.requireNonNull(fetch, "fetch"),
                        codec,
                        PageEnd.EMPTY_PAGE),
                requireLimit("limit", limit));
    }

    /**
     * Pages of a source of your own.
     *
     * @param limit how many items to ask for, at least 1
     * @param source fetches a page
     * @param <T> the items
     * @param <P> what a position is
     * @return pages
     * @throws IllegalArgumentException if the limit is below 1
     */
    public static <T, P> Pages<T> of(int limit, PageSource<T, P> source) {
        return from(Objects.requireNonNull(source, "source"), requireLimit("limit", limit));
    }

    // ---- how they are read ------------------------------------------------------------------------------------------

    /**
     * Fetches ahead on the {@linkplain ForkJoinPool#commonPool() common pool}: see {@link #prefetch(int, Executor)}. A fetch blocks a thread
     * of it, of which there are about as many as processors: for slow services, or many iterators at a time, give an executor.
     *
     * @param depth how many pages ahead, 1 to 64; 1 hides all that can be hidden if fetching and working take the same time each time
     * @return pages that are fetched ahead
     * @throws IllegalArgumentException if the depth is out of bounds
     */
    public Pages<T> prefetch(int depth) {
        return prefetch(depth, ForkJoinPool.commonPool());
    }

    /**
     * Fetches ahead, while the reader works: as soon as it has got a page the next one is fetched, by a task of its own for each page.
     * Pages are fetched one after the other, since each says which one follows; {@code 1 + depth} of them are held at most. A page that
     * no task has begun to fetch when the reader needs it is fetched by the reader, so an executor that is busy or refuses does no harm. One
     * that interrupts a fetch fails the page.
     *
     * <p>What is fetched ahead may be for nothing, and what it fails with is seen only by a reader that comes there.
     *
     * @param depth how many pages ahead, 1 to 64; more than 1 only evens out what takes longer now and then
     * @param executor runs the fetches, which block it
     * @return pages that are fetched ahead
     * @throws IllegalArgumentException if the depth is out of bounds
     */
    public Pages<T> prefetch(int depth, Executor executor) {
        Objects.requireNonNull(executor, "executor");
        if (depth < 1 || depth > MAXIMUM_DEPTH) {
            throw new IllegalArgumentException("depth=" + depth + " (expected 1 to " + MAXIMUM_DEPTH
                    + "): each is a page in memory, and 1 hides most of the waiting");
        }
        return with(changed -> {
            changed.depth = depth;
            changed.executor = executor;
        });
    }

    /**
     * Asks again for a page that failed, after a pause that doubles each time; a half of it is left to chance. The thread that fetches waits:
     * the reader, or one of the executor that fetches ahead. An interrupt ends that, and so does {@link PageIterator#close}.
     *
     * @param attempts how often to ask altogether, 1 or more; 1 is not again
     * @param firstDelay the first pause at most
     * @param longestDelay any pause at most
     * @param isTransient whether asking again may help
     * @return pages that are asked for again
     * @throws IllegalArgumentException if there are no attempts, or a delay is negative, or the first is longer than the longest
     */
    public Pages<T> retry(
            int attempts, Duration firstDelay, Duration longestDelay, Predicate<? super Exception> isTransient) {
        Objects.requireNonNull(isTransient, "isTransient");
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts=" + attempts + " (expected >= 1): the first one counts");
        }
        if (firstDelay.isNegative() || firstDelay.compareTo(longestDelay) > 0) {
            throw new IllegalArgumentException("firstDelay=" + firstDelay + " (expected 0 to " + longestDelay
                    + ", the longest): pauses grow from the first to the longest");
        }
        PageRetry retry = new PageRetry(attempts, nanos(firstDelay), nanos(longestDelay), isTransient);
        return with(changed -> changed.retry = retry);
    }

    private static long nanos(Duration delay) {
        try {
            return delay.toNanos();
        } catch (ArithmeticException longer) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Ends after so many items, and fetches no page that is not needed for them. How many are asked for at a time stays the same. Items
     * before a checkpoint count: who goes on from one gets what is missing.
     *
     * @param items how many, 0 or more
     * @return pages with an end
     * @throws IllegalArgumentException if negative
     */
    public Pages<T> limit(long items) {
        if (items < 0) {
            throw new IllegalArgumentException("items=" + items + " (expected >= 0): 0 reads nothing");
        }
        return with(changed -> changed.limitItems = items);
    }

    /**
     * Goes on where an iterator was. The pages should come from the same source; the settings may be others.
     *
     * @param checkpoint what {@link PageIterator#checkpoint} or {@link PageException#checkpoint} gave
     * @return pages from there
     * @throws IllegalArgumentException if it is no checkpoint, or one of another kind of source
     * @throws IllegalStateException if positions of the source cannot be read: pages by key need a {@link KeyCodec}
     */
    public Pages<T> startingAt(String checkpoint) {
        return new Pages<>(route.startingAt(Objects.requireNonNull(checkpoint, "checkpoint")), settings);
    }

    /**
     * How the end is seen of pages by offset, number or key.
     *
     * @param end {@link PageEnd#EMPTY_PAGE} unless set
     * @return pages that end so
     * @throws IllegalStateException if the pages say themselves which one is the last
     */
    public Pages<T> end(PageEnd end) {
        return new Pages<>(route.endingWith(Objects.requireNonNull(end, "end")), settings);
    }

    /**
     * What happens when a page leads back to where the reader was.
     *
     * @param policy {@link CyclePolicy#FAIL} unless set
     * @return pages that are guarded so
     */
    public Pages<T> onCycle(CyclePolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return with(changed -> changed.onCycle = policy);
    }

    /**
     * How many pages an iterator may fetch: it fails instead of fetching one more.
     *
     * @param maximumPages 1 or more; any number unless set
     * @return pages with a bound
     * @throws IllegalArgumentException if below 1
     */
    public Pages<T> maxPages(long maximumPages) {
        if (maximumPages < 1) {
            throw new IllegalArgumentException(
                    "maximumPages=" + maximumPages + " (expected >= 1): allow what is needed");
        }
        return with(changed -> changed.maximumPages = maximumPages);
    }

    /**
     * How many pages without items in a row are passed over: an iterator fails after one more.
     *
     * @param maximumEmptyPages 0 or more; 1,000 unless set
     * @return pages with a bound
     * @throws IllegalArgumentException if negative
     */
    public Pages<T> maxEmptyPages(int maximumEmptyPages) {
        if (maximumEmptyPages < 0) {
            throw new IllegalArgumentException(
                    "maximumEmptyPages=" + maximumEmptyPages + " (expected >= 0): 0 fails at the first one");
        }
        return with(changed -> changed.maximumEmptyPages = maximumEmptyPages);
    }

    /**
     * Asks for so many items that a page has about as many bytes as it should: after the first page, as many as would fit if all were
     * as heavy as the heaviest one yet. An item that is too heavy by itself comes alone.
     *
     * @param targetBytes how many bytes a page should have, 1 or more
     * @param maximumItems how many items to ask for at most, 1 or more
     * @param itemBytes how many bytes an item has; called once for each, by the thread that fetches
     * @return pages that fit
     * @throws IllegalArgumentException if a number is below 1
     * @throws IllegalStateException if the source is not told how many items are wanted, as with tokens, links and numbers
     */
    public Pages<T> targetBytes(long targetBytes, int maximumItems, ToLongFunction<? super T> itemBytes) {
        if (targetBytes < 1) {
            throw new IllegalArgumentException(
                    "targetBytes=" + targetBytes + " (expected >= 1): give what a page may take");
        }
        if (route.limit() == 0) {
            throw new IllegalStateException("targetBytes=" + targetBytes + " for pages of kind="
                    + route.source().kind()
                    + " (expected offset, key or a source of your own): nobody tells these how many items are wanted");
        }
        PageSizing<T> sizing = new PageSizing<>(targetBytes, requireLimit("maximumItems", maximumItems), itemBytes);
        return with(changed -> changed.sizing = sizing);
    }

    /**
     * Is told of each page with items that arrives, by the thread that reads. What it throws ends the iterator.
     *
     * @param listener is told
     * @return pages that are told of
     */
    public Pages<T> onPage(Consumer<? super PageProgress> listener) {
        Objects.requireNonNull(listener, "listener");
        return with(changed -> changed.onPage = listener);
    }

    /** How to pause between attempts. */
    Pages<T> pauses(Pauses pauses) {
        return with(changed -> changed.pauses = pauses);
    }

    private Pages<T> with(Consumer<PageSettings<T>> change) {
        PageSettings<T> changed = new PageSettings<>(settings);
        change.accept(changed);
        return new Pages<>(route, changed);
    }

    private static int requireLimit(String name, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException(name + "=" + limit + " (expected >= 1): ask for something");
        }
        return limit;
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    /**
     * The items, one by one.
     *
     * @return an iterator that has fetched nothing yet, to be closed by whoever stops before its end
     */
    public PageIterator<T> iterator() {
        return new PageReading.Items<>(route.read(settings));
    }

    /**
     * The items, as many at a time as come: to do something for all of a page at once. Lists are immutable and never empty.
     *
     * @return an iterator that has fetched nothing yet, to be closed by whoever stops before its end
     */
    public PageIterator<List<T>> pages() {
        return new PageReading.Wholes<>(route.read(settings));
    }

    /**
     * The items as a stream. It asks for no more than it needs, and does not split.
     *
     * @return a stream to be closed, which can be left out only if it is read to its end
     */
    public Stream<T> stream() {
        return IteratorStreams.of(this::iterator);
    }

    /**
     * The items as a publisher of reactive streams. Each subscriber gets all of them, from fetches of its own; no page is fetched without
     * demand, but for those ahead.
     *
     * @param executor where items are fetched and published; fetches block it
     * @return a publisher
     */
    public Flow.Publisher<T> publisher(Executor executor) {
        return new IteratorPublisher<>(this::iterator, executor);
    }

    /**
     * Reads all items.
     *
     * @param action is given each
     * @throws PageException when a page cannot be fetched
     */
    public void forEach(Consumer<? super T> action) {
        Objects.requireNonNull(action, "action");
        try (PageIterator<T> items = iterator()) {
            while (items.hasNext()) {
                action.accept(items.next());
            }
        }
    }
}
