package io.heapwise.streams;

import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where pages come from, if none of the ways that {@link Pages} has by itself fits: positions may be of any type that has a sound
 * {@code equals}. What is given to {@link Pages#of} should be thread-safe: each iterator asks for one page at a time, but there may be many.
 *
 * <pre>{@code
 * Pages<Item> items = Pages.of(100, (position, limit) -> {
 *     QueryResponse response = table.query(partition, position, limit);
 *     return PageSource.Slice.of(response.items(), response.lastEvaluatedKey());
 * });
 * }</pre>
 *
 * @param <T> the items
 * @param <P> what a position is
 * @since 0.1.0
 */
@FunctionalInterface
public interface PageSource<T, P> {
    /**
     * Fetches a page.
     *
     * @param position where it begins; null for the first
     * @param limit how many items are wanted; fewer may be given
     * @return the page
     * @throws Exception when it cannot be fetched
     */
    Slice<T, P> fetch(@Nullable P position, int limit) throws Exception;

    /**
     * A short name that is written into checkpoints, so that one of another kind of source is refused.
     *
     * @return letters, digits and hyphens: {@code custom} unless overridden
     */
    default String kind() {
        return "custom";
    }

    /**
     * Writes a position, for checkpoints.
     *
     * @param position a position
     * @return what {@link #read} understands
     * @throws IllegalStateException if positions cannot be written, as unless overridden
     */
    default String write(P position) {
        throw new IllegalStateException(
                "positions of pages kind=" + kind()
                        + " cannot be written (expected a source that can): override write and read of the source, or give keys a KeyCodec");
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @param text the text
     * @return the position
     * @throws IllegalArgumentException if it was not written by this kind of source
     * @throws IllegalStateException if positions cannot be read, as unless overridden
     */
    default P read(String text) {
        throw new IllegalStateException(
                "positions of pages kind=" + kind()
                        + " cannot be read (expected a source that can): override write and read of the source, or give keys a KeyCodec");
    }

    /**
     * A page, and where the next one begins.
     *
     * @param items what is on it, none of them null; copied unless it is immutable
     * @param next where the next page begins; null at the end
     * @param behind where the page would begin that starts behind the item with an index: if pages of this source can begin anywhere; null
     *     if they cannot
     * @param <T> the items
     * @param <P> what a position is
     * @since 0.1.0
     */
    record Slice<T, P>(
            List<T> items, @Nullable P next, @Nullable IntFunction<P> behind) {
        /**
         * A page.
         *
         * @param items what is on it
         * @param next where the next page begins
         * @param behind where the page would begin that starts behind an item
         * @throws NullPointerException if the list or an item is null
         */
        public Slice {
            items = Page.requireItems(items);
        }

        /**
         * A page of a source whose pages begin where it says.
         *
         * @param items what is on it, none of them null
         * @param next where the next page begins; null at the end
         * @param <T> the items
         * @param <P> what a position is
         * @return the page
         */
        public static <T, P> Slice<T, P> of(List<T> items, @Nullable P next) {
            return new Slice<>(items, next, null);
        }

        /**
         * A page of a source whose pages can begin anywhere: a checkpoint inside it needs not count items, which might have changed.
         *
         * @param items what is on it, none of them null
         * @param next where the next page begins; null at the end
         * @param behind where the page would begin that starts behind the item with an index; called by the thread that reads
         * @param <T> the items
         * @param <P> what a position is
         * @return the page
         */
        public static <T, P> Slice<T, P> of(List<T> items, @Nullable P next, IntFunction<P> behind) {
            return new Slice<>(items, next, Objects.requireNonNull(behind, "behind"));
        }
    }
}
