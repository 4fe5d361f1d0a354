package io.heapwise.streams;

import io.heapwise.streams.PageSource.Slice;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The reader's side: takes items out of pages. Invariant: the checkpoint leads to exactly the items that were not handed out.
 *
 * <p>A page is forgotten with its last item, before the next one is asked for. For one thread at a time; {@link #close} by any.
 */
final class PageReading<T, P> implements AutoCloseable {
    private final PageSource<T, P> source;
    private final PageFeed<T, P> feed;
    private final @Nullable Consumer<? super PageProgress> onPage;
    private final long limitItems;
    private volatile boolean isClosed;

    // Of the reader. Between pages the checkpoint is as it stands; on a page it is made of where the reader is on it.
    private Checkpoint<P> between;
    private @Nullable Arrival<T, P> page;
    private List<T> items = List.of();
    private int index;
    private int end;
    private long pages;
    private long seen;

    PageReading(PageSource<T, P> source, Checkpoint<P> start, PageFeed<T, P> feed, PageSettings<T> settings) {
        this.source = source;
        this.feed = feed;
        onPage = settings.onPage;
        limitItems = settings.limitItems;
        between = start;
        pages = start.pages();
        seen = start.items();
    }

    /** Whether there is an item; waits for the page that has it. */
    boolean hasItem() {
        if (isClosed) {
            return false;
        }
        if (page != null) {
            return true;
        }
        if (seen < limitItems && turnPage()) {
            return true;
        }
        close();
        return false;
    }

    T takeItem() {
        if (!hasItem()) {
            throw new NoSuchElementException("there are no more pages");
        }
        T item = items.get(index);
        take(1);
        return item;
    }

    /** What is left of the page. */
    List<T> takePage() {
        if (!hasItem()) {
            throw new NoSuchElementException("there are no more pages");
        }
        List<T> left = index == 0 && end == items.size() ? items : items.subList(index, end);
        take(end - index);
        return left;
    }

    private void take(int count) {
        index += count;
        seen += count;
        if (index == end) {
            between = here();
            page = null;
            items = List.of();
        }
    }

    private boolean turnPage() {
        feed.requireNotWalking(); // before the rest, since it leaves all as it is
        try {
            Arrival<T, P> arrival = feed.next();
            pages = arrival.pages();
            Slice<T, P> slice = arrival.slice();
            if (slice != null) {
                page = arrival;
                items = slice.items();
                index = arrival.skip();
                end = index + (int) Math.min(items.size() - index, limitItems - seen);
                tell();
                return true;
            }
            Throwable failure = arrival.failure();
            if (failure != null) {
                between = new Checkpoint<>(arrival.position(), between.isEnd(), arrival.skip(), pages, seen);
                throw failed(failure, arrival.attempts());
            }
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed(interrupted, 0);
        } catch (Throwable thrown) {
            close(); // nothing of ours throws there
            throw thrown;
        }
    }

    private void tell() {
        if (onPage != null) {
            onPage.accept(new PageProgress(pages, seen, end - index));
        }
    }

    private PageException failed(Throwable failure, int attempts) {
        close();
        if (failure instanceof Error error) {
            throw error;
        }
        String text = null;
        try {
            text = checkpoint();
        } catch (RuntimeException unwritable) {
            failure.addSuppressed(unwritable);
        }
        return new PageException(text, pages, seen, attempts, failure);
    }

    private Checkpoint<P> here() {
        Arrival<T, P> on = page;
        Slice<T, P> slice = on == null ? null : on.slice();
        if (on == null || slice == null) {
            return between;
        }
        boolean isRead = index == slice.items().size();
        P next = on.next();
        if (isRead && next != null) {
            return new Checkpoint<>(next, false, 0, pages, seen);
        }
        IntFunction<P> behind = slice.behind();
        if (index > 0 && behind != null) {
            return new Checkpoint<>(behind.apply(index - 1), false, 0, pages, seen);
        }
        return isRead
                ? new Checkpoint<>(null, true, 0, pages, seen)
                : new Checkpoint<>(on.position(), false, index, pages - 1, seen);
    }

    String checkpoint() {
        return here().text(source);
    }

    long pagesFetched() {
        return pages;
    }

    long itemsSeen() {
        return seen;
    }

    @Override
    public void close() {
        isClosed = true;
        feed.close();
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        feed.checkIntegrity();
        if (seen > limitItems || (page != null && (index < 0 || index >= end || end > items.size()))) {
            throw new AssertionError(
                    "seen=" + seen + " of " + limitItems + ", index=" + index + " of " + end + " of " + items.size());
        }
        if (here().items() != seen) {
            throw new AssertionError("checkpoint items=" + here().items() + " (expected " + seen + ")");
        }
    }

    /** One by one. */
    record Items<T>(PageReading<T, ?> reading) implements PageIterator<T> {
        @Override
        public boolean hasNext() {
            return reading.hasItem();
        }

        @Override
        public T next() {
            return reading.takeItem();
        }

        @Override
        public String checkpoint() {
            return reading.checkpoint();
        }

        @Override
        public long pagesFetched() {
            return reading.pagesFetched();
        }

        @Override
        public long itemsSeen() {
            return reading.itemsSeen();
        }

        @Override
        public void close() {
            reading.close();
        }
    }

    /** Page by page. */
    record Wholes<T>(PageReading<T, ?> reading) implements PageIterator<List<T>> {
        @Override
        public boolean hasNext() {
            return reading.hasItem();
        }

        @Override
        public List<T> next() {
            return reading.takePage();
        }

        @Override
        public String checkpoint() {
            return reading.checkpoint();
        }

        @Override
        public long pagesFetched() {
            return reading.pagesFetched();
        }

        @Override
        public long itemsSeen() {
            return reading.itemsSeen();
        }

        @Override
        public void close() {
            reading.close();
        }
    }
}
