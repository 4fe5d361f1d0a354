package io.heapwise.streams;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a service gives at a time: items, and how to ask for those that follow.
 *
 * @param items what is on it, none of them null; copied unless it is immutable
 * @param next the token or link of the page that follows; null or empty on the last one
 * @param <T> the items
 * @since 0.1.0
 */
public record Page<T>(List<T> items, @Nullable String next) {
    /**
     * A page.
     *
     * @param items what is on it
     * @param next the token or link of the page that follows
     * @throws NullPointerException if the list or an item is null
     */
    public Page {
        items = requireItems(items);
    }

    /**
     * A page that others may follow.
     *
     * @param items what is on it, none of them null
     * @param next the token or link of the page that follows; null or empty on the last one
     * @param <T> the items
     * @return the page
     */
    public static <T> Page<T> of(List<T> items, @Nullable String next) {
        return new Page<>(items, next);
    }

    /**
     * A page that none follows.
     *
     * @param items what is on it, none of them null
     * @param <T> the items
     * @return the page
     */
    public static <T> Page<T> last(List<T> items) {
        return new Page<>(items, null);
    }

    /** An immutable list of the same: a fetch may use its list again for the page that follows, and that is fetched ahead. */
    static <T> List<T> requireItems(List<T> items) {
        Objects.requireNonNull(items, "items");
        for (T item : items) {
            Objects.requireNonNull(item, "item of a page");
        }
        return List.copyOf(items);
    }
}
