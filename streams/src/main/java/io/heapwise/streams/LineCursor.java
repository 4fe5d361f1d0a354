package io.heapwise.streams;

import java.io.IOException;

/**
 * Goes through lines one by one, for loops that a lambda does not fit. Whoever opened it closes it; at the end, and when reading fails, it
 * has closed itself.
 *
 * <pre>{@code
 * try (LineCursor lines = Lines.of(path).open()) {
 *     while (lines.next()) {
 *         use(lines.line());
 *     }
 * }
 * }</pre>
 *
 * <p>For one thread at a time, {@link #close} too.
 *
 * @since 0.1.0
 */
public final class LineCursor implements AutoCloseable {
    private final LineScanner scanner;
    private boolean isOpen = true;

    LineCursor(LineScanner scanner) {
        this.scanner = scanner;
    }

    /**
     * Moves to the next line.
     *
     * @return whether there is one; if not, the input has been closed
     * @throws IOException when the input cannot be read, a line is longer than allowed, or the input cannot be closed
     * @throws IllegalStateException if this was closed before the end
     */
    public boolean next() throws IOException {
        if (!isOpen) {
            throw new IllegalStateException("the lines are closed (expected open): read them before");
        }
        boolean isThere = false;
        try {
            isThere = scanner.next();
        } catch (Throwable failure) {
            closeAfter(failure);
            throw failure;
        }
        if (!isThere) {
            scanner.close(); // stays open by name: asked once more, the end is still the end
        }
        return isThere;
    }

    /**
     * The current line.
     *
     * @return a view, always the same unless the lines are {@linkplain Lines#checked() checked}
     */
    public LineView line() {
        return scanner.line();
    }

    /**
     * How many bytes the lines read so far have.
     *
     * @return in the (unpacked) input, with their line breaks
     */
    public long bytesRead() {
        return scanner.offset();
    }

    /**
     * How many lines were passed over because they were too long.
     *
     * @return how many so far
     */
    public long skippedLines() {
        return scanner.skippedLines();
    }

    <X extends Exception> void forEachRest(LineAction<X> action) throws IOException, X {
        scanner.forEachRest(action);
    }

    /** Counts what is left. */
    long countRest() throws IOException {
        return scanner.countRest();
    }

    void closeAfter(Throwable failure) {
        try {
            close();
        } catch (Throwable closing) {
            failure.addSuppressed(closing);
        }
    }

    /**
     * Closes the input. Closing twice is harmless.
     *
     * @throws IOException what closing the input threw
     */
    @Override
    public void close() throws IOException {
        isOpen = false;
        scanner.close();
    }
}
