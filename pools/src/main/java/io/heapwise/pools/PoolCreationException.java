package io.heapwise.pools;

/** An object could not be made, and the pool is to fail fast. */
public final class PoolCreationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Made by pools.
     *
     * @param message the numbers
     * @param failure what the factory threw
     */
    public PoolCreationException(String message, Throwable failure) {
        super(message, failure);
    }
}
