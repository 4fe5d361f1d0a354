package io.heapwise.streams;

import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;

/**
 * How many items to ask for, so that a page has about as many bytes as it should. Invariant: a page of items as heavy as the heaviest one
 * seen fits, unless that alone does not.
 */
record PageSizing<T>(long targetBytes, int maximumItems, ToLongFunction<? super T> itemBytes) {
    PageSizing {
        Objects.requireNonNull(itemBytes, "itemBytes");
    }

    /** The heaviest of these and one that was seen before. Runs the user's weigher. */
    long heaviestBytes(List<T> items, long heaviestBytes) {
        long heaviest = heaviestBytes;
        for (T item : items) {
            long bytes = itemBytes.applyAsLong(item);
            if (bytes < 0) {
                throw new PageFault("itemBytes=" + bytes + " (expected >= 0): give the size of the item");
            }
            heaviest = Math.max(heaviest, bytes);
        }
        return heaviest;
    }

    int limit(long heaviestBytes) {
        return (int) Math.max(1, Math.min(maximumItems, targetBytes / Math.max(1, heaviestBytes)));
    }
}
