package io.heapwise.streams;

/**
 * What is done with each line.
 *
 * @param <X> what it may throw, which ends the reading and comes out of it as it is
 * @since 0.1.0
 */
@FunctionalInterface
public interface LineAction<X extends Exception> {
    /**
     * Takes a line.
     *
     * @param line the current line, to be used during this call
     * @throws X what it likes
     */
    void accept(LineView line) throws X;
}
