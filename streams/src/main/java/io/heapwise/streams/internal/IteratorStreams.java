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
 * its end, when it throws, or with the stream, whatever comes first.
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
    public static <T> Stream<T> of(Supplier<? extends CloseableIterator<T>> source) {
        Elements<T> elements = new Elements<>(source);
        return StreamSupport.stream(elements, false).onClose(elements::close);
    }

    private static final class Elements<T> extends AbstractSpliterator<T> {
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
            if (isClosed) {
                return false;
            }
            CloseableIterator<T> from = iterator;
            if (from == null) {
                from = source.get();
                iterator = from;
            }
            if (!from.hasNext()) {
                close();
                return false;
            }
            action.accept(from.next());
            return true;
        }

        @Override
        public void forEachRemaining(Consumer<? super T> action) {
            try {
                while (tryAdvance(action)) {
                    // the work is in the condition
                }
            } catch (Throwable thrown) {
                // Nobody can ask for what follows now, and many callers of forEach never close a stream.
                try {
                    close();
                } catch (Throwable closing) {
                    thrown.addSuppressed(closing);
                }
                throw thrown;
            }
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
