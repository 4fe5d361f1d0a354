package io.heapwise.demo.naive;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The article's {@code fetchAllItems}, carried over line by line. Invariant: none beyond the article's own.
 *
 * <p>What stands for what:
 *
 * <ul>
 *   <li>{@code await} is a plain call, since this thread has nothing else to do.
 *   <li>The service gives a token for the next page where the article's takes a number. So {@code page++} takes the token, and {@code
 *       hasMore} says whether there is one.
 *   <li>{@code pageSize} is the service's own.
 * </ul>
 *
 * <p>The article shows neither {@code fetchItemsPage} nor {@code processItem}; they are given. Its list of items is declared there, and neither
 * filled nor returned: it is left out.
 */
public final class ArticlePagination<T> {

    /** The article's {@code fetchItemsPage}. */
    @FunctionalInterface
    public interface FetchItemsPage<T, X extends Exception> {
        Result<T> fetch(@Nullable String page) throws X;
    }

    /** The article's {@code processItem}. */
    @FunctionalInterface
    public interface ProcessItem<T> {
        void process(T item);
    }

    /**
     * What a fetch gives.
     *
     * @param items of the page
     * @param next the token of the page behind it, or null
     */
    public record Result<T>(List<T> items, @Nullable String next) {
        boolean hasMore() {
            return next != null;
        }
    }

    private final ProcessItem<T> processItem;

    public ArticlePagination(ProcessItem<T> processItem) {
        this.processItem = processItem;
    }

    /** Reads for as long as the service says that there is more. */
    public <X extends Exception> void fetchAllItems(FetchItemsPage<T, X> fetchItemsPage) throws X {
        String page = null;
        boolean hasMore = true;
        while (hasMore) {
            Result<T> result = fetchItemsPage.fetch(page);
            for (T item : result.items()) {
                processItem.process(item);
            }
            hasMore = result.hasMore();
            page = result.next();
        }
    }
}
