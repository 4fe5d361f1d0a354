package io.heapwise.pools;

/**
 * Uses a pooled object.
 *
 * @param <T> the object
 * @param <X> what may be thrown
 */
@FunctionalInterface
public interface PoolAction<T, X extends Exception> {
    /**
     * Uses the object, which is the caller's alone until this returns.
     *
     * @param object on loan
     * @throws X when it fails; the object is given back all the same
     */
    void accept(T object) throws X;
}
