package io.heapwise.buffers;

/**
 * Memory was asked for that the limit of an allocator, or the system, does not allow now. Nothing was taken.
 *
 * @since 0.1.0
 */
public class BufferLimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An error.
     *
     * @param message what was asked for, the bound, and what to do
     * @param cause null if the limit is the allocator's own
     */
    public BufferLimitException(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        super(message, cause);
    }
}
