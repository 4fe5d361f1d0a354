package io.heapwise.streams;

import io.heapwise.streams.PageSource.Slice;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one page after another. Invariant: each position is asked for until it has given one page, and nothing is asked for behind the
 * end, a failure, or the last item that is wanted.
 *
 * <p>For one thread at a time; holds no page.
 */
final class PageWalk<T, P> {
    private final PageSource<T, P> source;
    private final PageSettings<T> settings;
    private final CountDownLatch closed;
    private final CycleGuard<P> guard;

    private @Nullable P position;
    private int skip;
    private int limit;
    private long heaviestBytes;
    private long pages;
    private long items;
    private long fetched;
    private int emptyInARow;
    private int attempts;
    private boolean isEnded;
    private @Nullable PageFault fault;

    /**
     * A walk.
     *
     * @param limit how many items to ask for first
     * @param closed open when nothing of it is wanted any more
     */
    PageWalk(PageSource<T, P> source, Checkpoint<P> start, int limit, PageSettings<T> settings, CountDownLatch closed) {
        this.source = source;
        this.settings = settings;
        this.closed = closed;
        this.limit = limit;
        position = start.position();
        isEnded = start.isEnd();
        skip = start.skip();
        pages = start.pages();
        items = start.items();
        guard = new CycleGuard<>(position);
    }

    /** Fetches until a page has items. Throws nothing: who sees the failure may be another thread. */
    Arrival<T, P> next() {
        try {
            // In a loop, not by recursion: there may be many without items.
            while (!isEnded && items < settings.limitItems && closed.getCount() > 0) {
                attempts = 0;
                requireOneMore();
                Arrival<T, P> arrival = take(fetch());
                if (arrival != null) {
                    return arrival;
                }
            }
            return new Arrival<>(null, null, position, null, skip, pages, 0);
        } catch (Throwable failure) {
            isEnded = true;
            return new Arrival<>(null, failure, position, null, skip, pages, attempts);
        }
    }

    private void requireOneMore() {
        PageFault found = fault;
        if (found != null) {
            throw found;
        }
        if (fetched >= settings.maximumPages) {
            throw new PageFault("pages=" + (fetched + 1) + " (expected <= " + settings.maximumPages
                    + ", maximumPages): allow more, or limit the items");
        }
    }

    private Slice<T, P> fetch() throws Exception {
        while (true) {
            attempts++;
            try {
                return Objects.requireNonNull(source.fetch(position, limit), "page");
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw interrupted;
            } catch (Exception failure) {
                if (!isToRepeat(failure)) {
                    throw failure;
                }
                pause(failure);
            }
        }
    }

    private boolean isToRepeat(Exception failure) {
        try {
            return settings.retry.isToRepeat(attempts, failure);
        } catch (RuntimeException undecided) {
            undecided.addSuppressed(failure);
            throw undecided;
        }
    }

    private void pause(Exception failure) throws Exception {
        try {
            double fraction = ThreadLocalRandom.current().nextDouble();
            settings.pauses.pause(settings.retry.pauseNanos(attempts, fraction), closed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            interrupted.addSuppressed(failure);
            throw interrupted;
        }
        if (closed.getCount() == 0) {
            throw failure; // nobody will see it
        }
    }

    /** Moves behind a page; null if it has nothing for the reader. */
    private @Nullable Arrival<T, P> take(Slice<T, P> slice) {
        PageSizing<T> sizing = settings.sizing;
        if (sizing != null && !slice.items().isEmpty()) {
            heaviestBytes = sizing.heaviestBytes(slice.items(), heaviestBytes);
            limit = sizing.limit(heaviestBytes);
        }
        P at = position;
        int skipped = Math.min(skip, slice.items().size()); // it may have become shorter since
        int left = slice.items().size() - skipped;
        P next = slice.next();
        if (left > 0) {
            emptyInARow = 0;
        } else if (next != null && ++emptyInARow > settings.maximumEmptyPages) {
            throw new PageFault("pages without items in a row=" + emptyInARow + " (expected <= "
                    + settings.maximumEmptyPages + ", maximumEmptyPages): allow more if the source is like that");
        }
        if (next != null && isCycleToStop(at, next)) {
            next = null;
        }
        pages++;
        fetched++;
        items += left;
        skip = 0;
        if (next == null) {
            isEnded = true;
        } else {
            position = next;
        }
        return left == 0 ? null : new Arrival<>(slice, null, at, next, skipped, pages, attempts);
    }

    private boolean isCycleToStop(@Nullable P at, P next) {
        if (settings.onCycle == CyclePolicy.ALLOW) {
            return false;
        }
        long length = guard.lengthOfCycle(at, next);
        if (length == 0) {
            return false;
        }
        if (settings.onCycle == CyclePolicy.STOP) {
            return true;
        }
        // What this page brings is good: the failure is for who asks for the next one.
        fault = new PageFault(
                "position=" + next + " comes again after pages=" + length
                        + " (expected another one): the source would never end; if it is to be followed for ever, allow cycles");
        return false;
    }
}
