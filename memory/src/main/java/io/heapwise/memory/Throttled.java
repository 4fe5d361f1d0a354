package io.heapwise.memory;

import org.jspecify.annotations.Nullable;

/**
 * An element that was asked for when there was room for it, and the bytes it takes. Invariant: the bytes are reserved for as long as
 * the element can be had from here; both go with the first close.
 *
 * <p>To be closed by whoever is done with the element, on any thread:
 *
 * <pre>{@code
 * public void onNext(Throttled<Page> page) {
 *     try (page) {
 *         index(page.get());
 *     }
 *     subscription.request(1);
 * }
 * }</pre>
 *
 * <p>One that is forgotten does not free memory that is still in use: the stream runs out of room, and fails with a
 * {@link MemoryBudgetException} that says how many are open. One that is dropped without being closed gives its bytes back when the
 * collector has found it, and is reported as a leak. Thread-safe.
 *
 * @param <T> the element
 * @since 0.1.0
 */
public final class Throttled<T> implements AutoCloseable {
    private final Reservation reservation;
    private volatile @Nullable T element;

    Throttled(T element, Reservation reservation) {
        this.element = element;
        this.reservation = reservation;
    }

    /**
     * The element.
     *
     * @return as the source gave it
     * @throws IllegalStateException when this is closed: its bytes may be another's by now
     */
    public T get() {
        T open = element;
        if (open == null) {
            throw new IllegalStateException(
                    "throttled element is closed (expected an open one): close it when done with the element");
        }
        return open;
    }

    /**
     * How much is reserved for it. Takes the lock of the budget.
     *
     * @return the bytes; 0 once closed
     */
    public long bytes() {
        return reservation.bytes();
    }

    /** Forgets the element and gives the bytes back. Only the first call does anything. */
    @Override
    public void close() {
        element = null; // first: who gets the bytes may rely on it that nothing is held for this one any more
        reservation.close();
    }

    @Override
    public String toString() {
        return "Throttled[" + (element == null ? "closed" : element) + ", " + reservation + "]";
    }
}
