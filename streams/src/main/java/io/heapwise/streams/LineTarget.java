package io.heapwise.streams;

import io.heapwise.streams.internal.AtomicFileOutput;
import io.heapwise.streams.internal.ByteOutput;
import io.heapwise.streams.internal.GzipOutput;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where lines go, and how. Invariant: this only says so; what is opened belongs to the {@link LineWriter} that it opens.
 *
 * <p>Immutable and thread-safe: each setting returns another.
 *
 * @since 0.1.0
 */
public final class LineTarget {
    private static final int DEFAULT_BUFFER_BYTES = 64 << 10;
    private static final int MIN_BUFFER_BYTES = 64;

    /** Opens what is written to. */
    @FunctionalInterface
    interface Opening {
        ByteOutput open(boolean isDurable) throws IOException;
    }

    private final Opening opening;
    private final String name;
    private final boolean isGzip;
    private final boolean isDurable;
    private final boolean isCrLf;
    private final Charset charset;
    private final CodingErrorAction malformed;
    private final int bufferBytes;

    private LineTarget(
            Opening opening,
            String name,
            boolean isGzip,
            boolean isDurable,
            boolean isCrLf,
            Charset charset,
            CodingErrorAction malformed,
            int bufferBytes) {
        this.opening = opening;
        this.name = name;
        this.isGzip = isGzip;
        this.isDurable = isDurable;
        this.isCrLf = isCrLf;
        this.charset = charset;
        this.malformed = malformed;
        this.bufferBytes = bufferBytes;
    }

    private static LineTarget of(Opening opening, String name) {
        return new LineTarget(
                opening,
                name,
                false,
                false,
                false,
                StandardCharsets.UTF_8,
                CodingErrorAction.REPORT,
                DEFAULT_BUFFER_BYTES);
    }

    static LineTarget of(Path file) {
        Objects.requireNonNull(file, "file");
        return of(isDurable -> new AtomicFileOutput(file, isDurable), file.toString());
    }

    static LineTarget once(ByteOutput output, String name) {
        AtomicBoolean isTaken = new AtomicBoolean();
        return of(
                isDurable -> {
                    if (!isTaken.compareAndSet(false, true)) {
                        throw new IllegalStateException(
                                name + " has been written to (expected one writer): open it again");
                    }
                    return output;
                },
                name);
    }

    /**
     * Packs what is written.
     *
     * @return the same target, packed
     */
    public LineTarget gzip() {
        return new LineTarget(opening, name, true, isDurable, isCrLf, charset, malformed, bufferBytes);
    }

    /**
     * Has {@link LineWriter#commit} wait until a file is on the disk, its name included where the system allows to ask for that. Says nothing of
     * channels and streams.
     *
     * @return the same target, that survives a loss of power
     */
    public LineTarget durable() {
        return new LineTarget(opening, name, isGzip, true, isCrLf, charset, malformed, bufferBytes);
    }

    /**
     * Ends lines with a carriage return and a line feed. By default it is a line feed.
     *
     * @return the same target with such lines
     */
    public LineTarget crlf() {
        return new LineTarget(opening, name, isGzip, isDurable, true, charset, malformed, bufferBytes);
    }

    /**
     * How characters are encoded. The default is UTF-8.
     *
     * @param charset one in which ASCII characters are single bytes of the same value; see {@link Lines#charset}
     * @return the same target, so encoded
     * @throws IllegalArgumentException if a line feed is not the byte of that value in it
     */
    public LineTarget charset(Charset charset) {
        Lines.requireAscii(charset);
        return new LineTarget(opening, name, isGzip, isDurable, isCrLf, charset, malformed, bufferBytes);
    }

    /**
     * Puts the charset's replacement where a character has no place in it, or is half of a pair. By default writing fails there.
     *
     * @return the same target, for any text
     */
    public LineTarget replacingMalformed() {
        return new LineTarget(
                opening, name, isGzip, isDurable, isCrLf, charset, CodingErrorAction.REPLACE, bufferBytes);
    }

    /**
     * How much is collected before it is written. The default is 64 KiB. A line may be longer.
     *
     * @param bytes 64 or more
     * @return the same target, written in such pieces
     * @throws IllegalArgumentException if it is less
     */
    public LineTarget bufferBytes(int bytes) {
        if (bytes < MIN_BUFFER_BYTES) {
            throw new IllegalArgumentException(
                    "bufferBytes=" + bytes + " (expected >= " + MIN_BUFFER_BYTES + "): 65536 is plenty");
        }
        return new LineTarget(opening, name, isGzip, isDurable, isCrLf, charset, malformed, bytes);
    }

    /**
     * Opens the target.
     *
     * @return a writer, to be committed and closed
     * @throws IOException when it cannot be opened
     * @throws IllegalStateException if it can be written to only once, and has been
     */
    public LineWriter open() throws IOException {
        ByteOutput output = opening.open(isDurable);
        return new LineWriter(
                isGzip ? new GzipOutput(output) : output, new LineEncoder(charset, malformed), isCrLf, bufferBytes);
    }

    /**
     * Writes all of it: opens, lets the action write, commits when that returns, and takes it back when it throws.
     *
     * @param action what writes; must not keep the writer
     * @param <X> what it may throw
     * @throws X what it threw; a file is what it was before
     * @throws IOException when the target cannot be written; a file is what it was before
     */
    public <X extends Exception> void write(Writing<X> action) throws IOException, X {
        Objects.requireNonNull(action, "action");
        try (LineWriter out = open()) {
            action.write(out);
            out.commit();
        }
    }

    /**
     * What writes lines.
     *
     * @param <X> what it may throw
     * @since 0.1.0
     */
    @FunctionalInterface
    public interface Writing<X extends Exception> {
        /**
         * Writes.
         *
         * @param out where to
         * @throws X what it likes: nothing is left then
         * @throws IOException what the writer throws
         */
        void write(LineWriter out) throws X, IOException;
    }

    @Override
    public String toString() {
        return "LineTarget[" + name + (isGzip ? " (gzip)" : "") + "]";
    }
}
