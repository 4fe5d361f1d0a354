package io.heapwise.pools;

import org.jspecify.annotations.Nullable;

/**
 * Uses a pooled object and returns something.
 *
 * @param <T> the object
 * @param <R> what is returned
 * @param <X> what may be thrown
 */
@FunctionalInterface
public interface PoolFunction<T, R extends @Nullable Object, X extends Exception> {
    /**
     * Uses the object, which is the caller's alone until this returns.
     *
     * @param object on loan
     * @return whatever the caller of the pool asked for
     * @throws X when it fails; the object is given back all the same
     */
    R apply(T object) throws X;
}
