package io.heapwise.streams;

import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a source in chunks. Invariant: every item read is in a chunk handed out, in the one being gathered, or is the single one that
 * did not fit there; the source is closed as soon as there is nothing more to come.
 *
 * <p>For one thread at a time. The user's functions that it calls must not call it.
 */
final class ChunkCursor<T extends @Nullable Object> implements ChunkIterator<List<T>> {
    private final ChunkSource.Items<T> source;
    private final OpenChunk<T> open;
    private final ChunkProgress progress;

    private @Nullable T carried;
    private boolean isCarrying;
    private boolean isPositioned;
    private boolean isBusy;
    private boolean isClosed;
    private long items;

    ChunkCursor(
            ChunkSource.Items<T> source, ChunkLimits<T> limits, long firstItem, Chunks.@Nullable Progress progress) {
        this.source = source;
        this.open = new OpenChunk<>(limits, firstItem);
        this.items = firstItem;
        this.progress = new ChunkProgress(progress);
    }

    @Override
    public boolean hasNext() {
        if (isClosed) {
            return false;
        }
        enter();
        try {
            progress.report();
            skip();
            if (isCarrying || source.hasNext()) {
                return true;
            }
        } catch (Throwable failure) {
            closeAfter(failure);
            throw failure;
        } finally {
            isBusy = false;
        }
        close();
        return false;
    }

    private void skip() {
        if (isPositioned) {
            return;
        }
        for (long left = items; left > 0 && source.hasNext(); left--) {
            var unused = source.next();
        }
        isPositioned = true;
    }

    @Override
    public List<T> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there are no more chunks");
        }
        enter();
        try {
            gather();
            if (isClosed) {
                throw new IllegalStateException(
                        "closed while a chunk was gathered (expected open): close it after next() has returned");
            }
            List<T> chunk = open.take();
            items += chunk.size();
            progress.handedOut(items);
            return chunk;
        } catch (Throwable failure) {
            // The part of a chunk that is there is dropped: handed out it would look like a whole one.
            closeAfter(failure);
            throw failure;
        } finally {
            isBusy = false;
        }
    }

    @SuppressWarnings("NullAway") // an item that is carried is one of the source, null or not
    private void gather() {
        if (open.isByCountAlone()) {
            open.fill(source);
            return;
        }
        boolean isFull = false;
        if (isCarrying) {
            T item = carried;
            carried = null;
            isCarrying = false;
            isFull = open.add(item);
        }
        while (!isFull && source.hasNext()) {
            T item = source.next();
            if (!open.admits(item)) {
                carried = item;
                isCarrying = true;
                return;
            }
            isFull = open.add(item);
        }
    }

    private void enter() {
        if (isBusy) {
            throw new IllegalStateException(
                    "the iterator is in use (expected one call at a time): let functions given to Chunks not call it");
        }
        isBusy = true;
    }

    @Override
    public long itemsSeen() {
        return items;
    }

    @Override
    public long chunksSeen() {
        return progress.chunks();
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            forget();
            source.close();
        }
    }

    private void forget() {
        carried = null;
        isCarrying = false;
        open.clear();
    }

    private void closeAfter(Throwable failure) {
        forget(); // also when a function of the user has closed us, and items were added since
        closeAfter(failure, this);
    }

    /** Closes what a failure ends; that failure is the one to tell, whatever closing adds to it. */
    static void closeAfter(Throwable failure, CloseableIterator<?> open) {
        try {
            open.close();
        } catch (Throwable closing) {
            if (closing != failure) { // nobody may suppress itself
                failure.addSuppressed(closing);
            }
        }
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        open.checkIntegrity();
        if (isClosed && (isCarrying || open.size() > 0 || open.slots() > 0)) {
            throw new IllegalStateException("closed with items=" + open.size() + " (expected 0)");
        }
        if (!isBusy && open.size() > 0) {
            throw new IllegalStateException("between calls items=" + open.size() + " (expected 0)");
        }
    }
}
