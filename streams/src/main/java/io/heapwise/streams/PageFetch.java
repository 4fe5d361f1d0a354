package io.heapwise.streams;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one page is fetched: the functions that {@link Pages} is given. Each may block, and may throw any exception. They are called one at a
 * time for each iterator, by the thread that reads or by the executor that fetches ahead.
 *
 * @since 0.1.0
 */
public final class PageFetch {
    private PageFetch() {}

    /**
     * Fetches the page that a token stands for.
     *
     * @param <T> the items
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface ByToken<T> {
        /**
         * Fetches a page.
         *
         * @param token what the page before gave; null for the first page
         * @return the page, with the token of the one that follows
         * @throws Exception when it cannot be fetched
         */
        Page<T> fetch(@Nullable String token) throws Exception;
    }

    /**
     * Fetches the page that is behind a link.
     *
     * @param <T> the items
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface ByLink<T> {
        /**
         * Fetches a page.
         *
         * @param link what the page before gave, or the first link
         * @return the page, with the link to the one that follows
         * @throws Exception when it cannot be fetched
         */
        Page<T> fetch(String link) throws Exception;
    }

    /**
     * Fetches what follows an offset.
     *
     * @param <T> the items
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface ByOffset<T> {
        /**
         * Fetches a page.
         *
         * @param offset how many items come before it
         * @param limit how many items are wanted; fewer may be given
         * @return the items, none of them null
         * @throws Exception when they cannot be fetched
         */
        List<T> fetch(long offset, int limit) throws Exception;
    }

    /**
     * Fetches the page with a number.
     *
     * @param <T> the items
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface ByPageNumber<T> {
        /**
         * Fetches a page.
         *
         * @param page its number
         * @return its items, none of them null
         * @throws Exception when they cannot be fetched
         */
        List<T> fetch(long page) throws Exception;
    }

    /**
     * Fetches what comes after a key.
     *
     * @param <T> the items
     * @param <K> the keys
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface AfterKey<T, K> {
        /**
         * Fetches a page.
         *
         * @param key the key of the last item before it; null for the first page
         * @param limit how many items are wanted; fewer may be given
         * @return the items with the least keys greater than {@code key}, in the order of keys, none of them null
         * @throws Exception when they cannot be fetched
         */
        List<T> fetch(@Nullable K key, int limit) throws Exception;
    }
}
