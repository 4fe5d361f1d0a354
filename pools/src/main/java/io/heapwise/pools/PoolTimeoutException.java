package io.heapwise.pools;

import org.jspecify.annotations.Nullable;

/** No object became available in time. The message says how many there are, where they are and who waits. */
public final class PoolTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Made by pools.
     *
     * @param message the numbers
     * @param lastFailure why an object could last not be made; null when none failed since one succeeded
     */
    public PoolTimeoutException(String message, @Nullable Throwable lastFailure) {
        super(message, lastFailure);
    }
}
