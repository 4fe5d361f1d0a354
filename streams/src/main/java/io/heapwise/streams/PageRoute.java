package io.heapwise.streams;

import java.util.concurrent.CountDownLatch;

/**
 * A source, and where in it to begin. Invariant: the beginning is a position of this source.
 *
 * @param limit how many items to ask for at a time; 0 if the source is not told
 */
record PageRoute<T, P>(PageSource<T, P> source, int limit, Checkpoint<P> start) {
    static <T, P> PageRoute<T, P> of(PageSource<T, P> source, int limit) {
        return new PageRoute<>(source, limit, Checkpoint.start());
    }

    PageRoute<T, P> startingAt(String checkpoint) {
        return new PageRoute<>(source, limit, Checkpoint.of(checkpoint, source));
    }

    PageRoute<T, P> endingWith(PageEnd end) {
        if (source instanceof UnmarkedSource<T, P> unmarked) {
            return new PageRoute<>(unmarked.endingWith(end), limit, start);
        }
        throw new IllegalStateException("end=" + end + " for pages of kind=" + source.kind()
                + " (expected offset, number or key): these say themselves which page is the last");
    }

    PageReading<T, P> read(PageSettings<T> settings) {
        CountDownLatch closed = new CountDownLatch(1);
        PageWalk<T, P> walk = new PageWalk<>(source, start, limit, settings, closed);
        PageFeed<T, P> feed = new PageFeed<>(walk, settings.depth, settings.executor, closed);
        return new PageReading<>(source, start, feed, settings);
    }
}
