package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * What objects count as the same, where their own {@code equals} is not what is wanted.
 *
 * <pre>{@code
 * Equality<String> ignoringCase = Equality.by(name -> name.toLowerCase(Locale.ROOT));
 * }</pre>
 *
 * <p>An implementation must be reflexive, symmetric and transitive, and equal objects must have equal hashes. It must answer
 * the same for as long as an object is a key, must be safe for use by several threads, that of the library among them, must
 * return soon, and must not change the cache that asks it. Neither method is given null.
 *
 * @param <T> what is compared
 * @since 0.1.0
 */
public interface Equality<T> {
    /**
     * Whether two objects are the same. Not asked of an object and itself, which always is.
     *
     * @param one what is looked for
     * @param other what is there
     * @return whether one can stand for the other
     */
    boolean areEqual(T one, T other);

    /**
     * A hash; need not be spread well over all bits.
     *
     * @param object of what
     * @return the same for all objects that are equal
     */
    int hashOf(T object);

    /**
     * By {@code equals} and {@code hashCode}.
     *
     * @param <T> what is compared
     * @return the one instance
     */
    @SuppressWarnings("unchecked") // it takes any object
    static <T> Equality<T> natural() {
        return (Equality<T>) Equalities.NATURAL;
    }

    /**
     * By identity: an object is the same as itself alone.
     *
     * @param <T> what is compared
     * @return the one instance
     */
    @SuppressWarnings("unchecked") // it takes any object
    static <T> Equality<T> identity() {
        return (Equality<T>) Equalities.IDENTITY;
    }

    /**
     * By what a function makes of both.
     *
     * @param property is called for each comparison and each hash, should be cheap, and returns no null
     * @param <T> what is compared
     * @return equality of the property
     */
    static <T> Equality<T> by(Function<? super T, ?> property) {
        requireNonNull(property, "property");
        return new Equality<>() {
            @Override
            public boolean areEqual(T one, T other) {
                return property.apply(one).equals(property.apply(other));
            }

            @Override
            public int hashOf(T object) {
                return property.apply(object).hashCode();
            }
        };
    }
}
