package io.heapwise.streams;

import io.heapwise.streams.PageSource.Slice;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request for pages. Invariant: a page with items left, or a failure, or neither: then it is the end.
 *
 * @param slice the page
 * @param failure why there is none
 * @param position where the page begins, or would
 * @param next where the next one does; null at the end
 * @param skip how many items of the page were handed out before the iterator was there
 * @param pages how many pages have come, this one included
 * @param attempts how often a failed one was asked for
 */
record Arrival<T, P>(
        @Nullable Slice<T, P> slice,
        @Nullable Throwable failure,
        @Nullable P position,
        @Nullable P next,
        int skip,
        long pages,
        int attempts) {
    boolean isLast() {
        return slice == null;
    }
}
