package io.heapwise.streams.internal;

import io.heapwise.streams.CloseableIterator;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Streams over iterators that must be closed. Invariant: the iterator is opened when the stream first asks for an element, and closed at
 * its end, when it or whoever gets its elements throws, or with the stream, whatever comes first.
 *
 * <p>Such a stream does not split: {@code parallel()} changes nothing but the thread that asks. A split would read ahead as
 * much as it likes, and what is read ahead here is bounded.
 */
public final class IteratorStreams {
    private IteratorStreams() {}

    /**
     * A stream to be closed.
     *
     * @param source opens the iterator
     * @param <T> the elements
     * @return a stream
     */
    public static <T extends @Nullable Object> Stream<T> of(Supplier<? extends CloseableIterator<T>> source) {
        Elements<T> elements = new Elements<>(source);
        return StreamSupport.stream(elements, false).onClose(elements::close);
    }

    /**
     * A stream of an iterator that is to be closed even if the stream is never asked for an element.
     *
     * @param iterator is there already, and the stream's from now on
     * @param <T> the elements
     * @return a stream
     */
    public static <T extends @Nullable Object> Stream<T> ofOpen(CloseableIterator<T> iterator) {
        Objects.requireNonNull(iterator, "iterator");
        return IteratorStreams.<T>of(() -> iterator).onClose(iterator::close);
    }

    private static final class Elements<T extends @Nullable Object> extends AbstractSpliterator<T> {
        private final Supplier<? extends CloseableIterator<T>> source;
        private @Nullable CloseableIterator<T> iterator;
        private boolean isClosed;

        Elements(Supplier<? extends CloseableIterator<T>> source) {
            super(Long.MAX_VALUE, Spliterator.ORDERED);
            this.source = Objects.requireNonNull(source, "source");
        }

        @Override
        public @Nullable Spliterator<T> trySplit() {
            return null;
        }

        @Override
        public boolean tryAdvance(Consumer<? super T> action) {
            Objects.requireNonNull(action, "action");
            try {
                return advance(action);
            } catch (Throwable thrown) {
                // Nobody asks for what follows now, and many who use a stream to its end never close it.
                try {
                    close();
                } catch (Throwable closing) {
                    if (closing != thrown) { // nobody may suppress itself
                        thrown.addSuppressed(closing);
                    }
                }
                throw thrown;
            }
        }

        private boolean advance(Consumer<? super T> action) {
            if (isClosed) {
                return false;
            }
            CloseableIterator<T> from = iterator;
            if (from == null) {
                from = Objects.requireNonNull(source.get(), "iterator");
                iterator = from;
            }
            if (!from.hasNext()) {
                close();
                return false;
            }
            action.accept(from.next());
            return true;
        }

        void close() {
            isClosed = true;
            CloseableIterator<T> open = iterator;
            iterator = null;
            if (open != null) {
                open.close();
            }
        }
    }
}
