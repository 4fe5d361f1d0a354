package io.heapwise.streams;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where items come from. Invariant: what can be read once is claimed once, and what is to be closed is closed with the claim,
 * whether it was ever opened or not.
 */
final class ChunkSource<T extends @Nullable Object> {
    private final Supplier<? extends Iterator<? extends T>> opener;
    private final @Nullable Runnable closer; // null to close what was opened
    private final @Nullable AtomicBoolean isClaimed;

    private ChunkSource(
            Supplier<? extends Iterator<? extends T>> opener,
            @Nullable Runnable closer,
            @Nullable AtomicBoolean isClaimed) {
        this.opener = opener;
        this.closer = closer;
        this.isClaimed = isClaimed;
    }

    static <T extends @Nullable Object> ChunkSource<T> of(Iterator<? extends T> iterator) {
        Runnable closer = iterator instanceof CloseableIterator<?> open ? open::close : () -> {};
        return new ChunkSource<>(() -> iterator, closer, new AtomicBoolean());
    }

    static <T extends @Nullable Object> ChunkSource<T> of(Iterable<? extends T> iterable) {
        return new ChunkSource<>(iterable::iterator, null, null);
    }

    static <T extends @Nullable Object> ChunkSource<T> of(Stream<? extends T> stream) {
        return new ChunkSource<>(stream::iterator, stream::close, new AtomicBoolean());
    }

    /** The items, to be closed by whoever has claimed them. Nothing is opened before they are first asked for one. */
    Items<T> claim() {
        if (isClaimed != null && !isClaimed.compareAndSet(false, true)) {
            throw new IllegalStateException(
                    "the source is taken (expected one use of an iterator or a stream): begin with an Iterable, or anew");
        }
        return new Items<>(opener, closer);
    }

    /** What has been claimed. Invariant: nothing is asked of it once it is closed. */
    static final class Items<T extends @Nullable Object> implements CloseableIterator<T> {
        private final Supplier<? extends Iterator<? extends T>> opener;
        private final @Nullable Runnable closer;
        private @Nullable Iterator<? extends T> opened;
        private boolean isClosed;

        Items(Supplier<? extends Iterator<? extends T>> opener, @Nullable Runnable closer) {
            this.opener = opener;
            this.closer = closer;
        }

        @Override
        public boolean hasNext() {
            if (isClosed) {
                return false;
            }
            Iterator<? extends T> from = opened;
            if (from == null) {
                from = opener.get();
                opened = from;
            }
            return from.hasNext();
        }

        @Override
        public T next() {
            Iterator<? extends T> from = opened;
            if (from == null) { // closed, or nobody has asked whether there is one
                throw new NoSuchElementException("no item is open");
            }
            return from.next();
        }

        /**
         * Takes items into an array while there are some and it is open: as {@link #next} would, without asking each time who is there.
         *
         * @param into where to, from {@code first} on
         * @return behind the last that was taken
         */
        int fill(@Nullable Object[] into, int first) {
            int at = first;
            if (at < into.length && hasNext()) {
                Iterator<? extends T> from = opened;
                while (from != null && at < into.length && !isClosed && from.hasNext()) {
                    into[at++] = from.next();
                }
            }
            return at;
        }

        @Override
        public void close() {
            if (isClosed) {
                return;
            }
            isClosed = true;
            Iterator<? extends T> from = opened;
            opened = null;
            if (closer != null) {
                closer.run();
            } else if (from instanceof CloseableIterator<?> open) {
                open.close();
            }
        }
    }
}
