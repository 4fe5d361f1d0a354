package io.heapwise.streams;

/**
 * An iterator over pages or their items, that can say where it is.
 *
 * <p>For one thread at a time; only {@link #close} may be called by any thread: it wakes the one that waits for a page, which then gets a
 * {@link java.util.concurrent.CancellationException}. A fetch that runs is not interrupted; what it brings is dropped.
 *
 * @param <T> the elements
 * @since 0.1.0
 */
public interface PageIterator<T> extends CloseableIterator<T> {
    /**
     * Where the reader is: behind the last element that was handed out, whatever was fetched ahead. Given to {@link Pages#startingAt}, all
     * that follows comes, and nothing else. To be taken when the last element is done with, and also after a failure or {@link #close}.
     *
     * <p>Behind the end of pages by offset or key it leads to what is added later; behind the end of others it leads to nothing.
     *
     * @return a short text that can stand in a URL as it is
     * @throws IllegalStateException if the positions of the source cannot be written: pages by key need a {@link KeyCodec}
     */
    String checkpoint();

    /**
     * How many pages have arrived, counted from the very beginning also by an iterator that started at a checkpoint. What is fetched ahead
     * is not counted yet.
     *
     * @return pages, those without items included
     */
    long pagesFetched();

    /**
     * How many items were handed out, counted from the very beginning also by an iterator that started at a checkpoint.
     *
     * @return items
     */
    long itemsSeen();
}
