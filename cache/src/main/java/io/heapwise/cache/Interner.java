package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import io.heapwise.cache.internal.weak.WeakInterner;

/**
 * Gives, for objects that are equal, one that stands for all: so that those which live long are there once, and can be compared by
 * identity. It keeps none of them alive.
 *
 * <pre>{@code
 * Interner<String> cities = Interner.weak();
 * address.city = cities.intern(row.getString("city"));   // ten million addresses, a few thousand strings
 * }</pre>
 *
 * <p>Thread-safe: of several threads that bring equal objects at once all get the same. An object that is there is found without a
 * lock. Costs one reference object of 32 bytes an element and 6 to 7 of its table, with compressed references.
 *
 * @param <T> objects that do not change as long as somebody holds them
 * @since 0.1.0
 */
public interface Interner<T> extends AutoCloseable {
    /**
     * An empty interner, which compares by {@code equals}.
     *
     * @param <T> what is interned
     * @return a new one
     */
    static <T> Interner<T> weak() {
        return new WeakInterner<>(Equality.natural());
    }

    /**
     * An empty interner.
     *
     * @param equality what objects can stand for each other
     * @param <T> what is interned
     * @return a new one
     */
    static <T> Interner<T> weak(Equality<? super T> equality) {
        return new WeakInterner<>(requireNonNull(equality, "equality"));
    }

    /**
     * The object that stands for all that are equal to this one: the first that was given, for as long as somebody holds it.
     *
     * @param sample what is looked for; stands for all that come later if there is none
     * @return an equal object, which may be the sample
     * @throws IllegalStateException if the interner is closed, or is called by the equality under the lock of a stripe
     */
    T intern(T sample);

    /**
     * How many objects there are. Those are counted that were collected but not yet taken out.
     *
     * @return exact only while nobody interns; 0 when closed
     */
    long estimatedSize();

    /** Empties it for good. An interner that is dropped need not be closed. Idempotent. */
    @Override
    void close();
}
