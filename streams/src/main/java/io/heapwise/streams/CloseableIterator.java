package io.heapwise.streams;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * An iterator over something that is open: to be closed by whoever stops before its end. One that has ended, or has thrown, has
 * closed itself.
 *
 * <p>For one thread at a time, {@link #close} too.
 *
 * @param <T> the elements
 * @since 0.1.0
 */
public interface CloseableIterator<T extends @Nullable Object> extends Iterator<T>, AutoCloseable {
    /** Releases what is open. There are no elements after it; closing twice is harmless. */
    @Override
    void close();
}
