package io.heapwise.streams;

import io.heapwise.streams.internal.ByteOutput;
import io.heapwise.streams.internal.ByteSearch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines, to a file all of them or none. Invariant: what {@link Lines} reads of it is, line by line, what was given to it; and before
 * {@link #commit} has returned, a file is what it was.
 *
 * <pre>{@code
 * LineWriter.to(report).gzip().write(out ->
 *         Lines.of(log).forEach(line -> {
 *             if (line.contains("ERROR")) {
 *                 out.line(line);
 *             }
 *         }));
 * }</pre>
 *
 * <p>A file is written beside its target under another name, which ends with {@code .part}, and moved over it by {@link #commit}; closed before, or
 * after a failure, it is deleted. A channel or a stream cannot take back what was written: what is missing there without a commit is the rest, and the end
 * of a gzip member.
 *
 * <p>A line is given at once, or {@linkplain #append appended} piece by piece and {@linkplain #endLine ended}. A line feed inside of one is refused,
 * and so is a carriage return at its end: they would be read as something else. Memory is the buffer, however long a line is. ASCII text
 * allocates nothing.
 *
 * <p>When writing has failed, all that follows fails too, {@link #close} excepted. For one thread.
 *
 * @since 0.1.0
 */
public final class LineWriter implements AutoCloseable {
    private enum State {
        OPEN("open"),
        BROKEN("broken by an earlier failure"),
        COMMITTED("committed"),
        CLOSED("closed");

        private final String text;

        State(String text) {
            this.text = text;
        }
    }

    private static final int LONGEST_NUMBER = 20;

    private final ByteOutput output;
    private final LineEncoder encoder;
    private final boolean isCrLf;
    private final byte[] buffer;

    /** The same bytes; between two calls at position 0. */
    private final ByteBuffer encoded;

    private final byte[] digits = new byte[LONGEST_NUMBER];
    private int length;
    private long writtenBytes;
    private long lines;
    private boolean isInLine;
    private byte last;
    private State state = State.OPEN;
    private @Nullable Throwable failure;

    LineWriter(ByteOutput output, LineEncoder encoder, boolean isCrLf, int bufferBytes) {
        this.output = output;
        this.encoder = encoder;
        this.isCrLf = isCrLf;
        this.buffer = new byte[bufferBytes];
        this.encoded = ByteBuffer.wrap(buffer);
    }

    /**
     * Lines for a file, which is replaced as a whole when all is written.
     *
     * @param file the target; where it is a symbolic link, what that links to is replaced. Its directory must be on one file system
     * @return how to write
     */
    public static LineTarget to(Path file) {
        return LineTarget.of(file);
    }

    /**
     * Lines for a channel, written from where that stands.
     *
     * @param channel one that blocks; is closed with the writer
     * @return how to write, once
     */
    public static LineTarget to(WritableByteChannel channel) {
        return LineTarget.once(ByteOutput.of(channel), "the channel");
    }

    /**
     * Lines for a stream.
     *
     * @param stream is flushed by the commit, and closed with the writer
     * @return how to write, once
     */
    public static LineTarget to(OutputStream stream) {
        return LineTarget.once(ByteOutput.of(stream), "the stream");
    }

    /**
     * Writes a line.
     *
     * @param text without a line break
     * @return this
     * @throws IOException when it cannot be written, or not be encoded
     * @throws IllegalArgumentException if there is a line feed in it, or a carriage return at its end; nothing of it is written
     */
    public LineWriter line(CharSequence text) throws IOException {
        requireEnding(text.length() > 0 ? text.charAt(text.length() - 1) : 0);
        append(text);
        return endLine();
    }

    /**
     * Writes a line as it is encoded already.
     *
     * @param bytes hold it
     * @param from the index of its first byte
     * @param to behind its last
     * @return this
     * @throws IOException when it cannot be written
     * @throws IllegalArgumentException if there is a line feed in it, or a carriage return at its end; nothing of it is written
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public LineWriter line(byte[] bytes, int from, int to) throws IOException {
        Objects.checkFromToIndex(from, to, bytes.length);
        requireEnding(to > from ? (char) bytes[to - 1] : 0);
        append(bytes, from, to);
        return endLine();
    }

    /**
     * Writes a line that was read, as it is encoded there.
     *
     * @param line what to write
     * @return this
     * @throws IOException when it cannot be written
     * @throws IllegalArgumentException if there is a carriage return at its end; nothing of it is written
     */
    public LineWriter line(LineView line) throws IOException {
        byte[] bytes = line.bytes();
        return line(bytes, line.start(), line.start() + line.length());
    }

    /**
     * Writes a part of a line.
     *
     * @param text whole characters, without a line break
     * @return this
     * @throws IOException when it cannot be written, or not be encoded
     * @throws IllegalArgumentException if there is a line feed in it; nothing of it is written
     */
    public LineWriter append(CharSequence text) throws IOException {
        requireOpen();
        int textLength = text.length();
        boolean isAscii = true;
        for (int at = 0; at < textLength; at++) {
            char c = text.charAt(at);
            if (c == '\n') {
                throw lineFeedAt(at);
            }
            isAscii &= c < 0x80;
        }
        try {
            if (isAscii) {
                for (int at = 0; at < textLength; at++) {
                    put((byte) text.charAt(at));
                }
            } else {
                encoded.limit(buffer.length).position(length);
                encoder.encode(text, encoded, () -> {
                    length = encoded.position();
                    empty();
                    encoded.position(0);
                });
                length = encoded.position();
                last = 0; // more than one byte, and no carriage return
                if (text.charAt(textLength - 1) == '\r') {
                    last = '\r';
                }
            }
        } catch (Throwable failed) {
            throw broken(failed);
        }
        isInLine |= textLength > 0;
        return this;
    }

    /**
     * Writes a character, as a part of a line. (Without this method it would be taken for a number.)
     *
     * @param character no line feed, and no half of a pair
     * @return this
     * @throws IOException when it cannot be written, or not be encoded
     * @throws IllegalArgumentException if it is a line feed
     */
    public LineWriter append(char character) throws IOException {
        if (character >= 0x80) {
            return append(String.valueOf(character));
        }
        requireOpen();
        if (character == '\n') {
            throw lineFeedAt(0);
        }
        try {
            put((byte) character);
        } catch (Throwable failed) {
            throw broken(failed);
        }
        isInLine = true;
        return this;
    }

    /**
     * Writes a part of a line as it is encoded already.
     *
     * @param bytes hold it
     * @param from the index of its first byte
     * @param to behind its last
     * @return this
     * @throws IOException when it cannot be written
     * @throws IllegalArgumentException if there is a line feed in it; nothing of it is written
     * @throws IndexOutOfBoundsException if the array has no such part
     */
    public LineWriter append(byte[] bytes, int from, int to) throws IOException {
        requireOpen();
        Objects.checkFromToIndex(from, to, bytes.length);
        int lineFeed = ByteSearch.indexOf(bytes, from, to, (byte) '\n');
        if (lineFeed >= 0) {
            throw lineFeedAt(lineFeed - from);
        }
        put(bytes, from, to);
        return this;
    }

    /**
     * Writes a number in decimal digits, as a part of a line.
     *
     * @param number any
     * @return this
     * @throws IOException when it cannot be written
     */
    public LineWriter append(long number) throws IOException {
        requireOpen();
        int first = LONGEST_NUMBER;
        long rest = number; // its digits are taken while it is negative: that range reaches further by one
        do {
            digits[--first] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (number < 0) {
            digits[--first] = '-';
        }
        put(digits, first, LONGEST_NUMBER);
        return this;
    }

    /**
     * Ends a line.
     *
     * @return this
     * @throws IOException when it cannot be written
     * @throws IllegalArgumentException if what was appended ends with a carriage return
     */
    public LineWriter endLine() throws IOException {
        requireOpen();
        if (isInLine) {
            requireEnding((char) last);
        }
        try {
            if (isCrLf) {
                put((byte) '\r');
            }
            put((byte) '\n');
        } catch (Throwable failed) {
            throw broken(failed);
        }
        isInLine = false;
        lines++;
        return this;
    }

    private void put(byte single) throws IOException {
        if (length == buffer.length) {
            empty();
        }
        buffer[length++] = single;
        last = single;
    }

    private void put(byte[] bytes, int from, int to) throws IOException {
        try {
            int at = from;
            while (at < to) {
                if (length == buffer.length) {
                    empty();
                }
                int count = Math.min(to - at, buffer.length - length);
                System.arraycopy(bytes, at, buffer, length, count);
                length += count;
                at += count;
            }
        } catch (Throwable failed) {
            throw broken(failed);
        }
        if (to > from) {
            last = bytes[to - 1];
            isInLine = true;
        }
    }

    private void empty() throws IOException {
        int count = length;
        length = 0;
        output.write(buffer, 0, count);
        writtenBytes += count;
    }

    /**
     * Ends the writing: what was written is there from now on. Committing twice is harmless.
     *
     * @throws IOException when it cannot be written; a file is what it was before
     * @throws IllegalStateException if the last line has not been ended, or the writer is closed
     */
    public void commit() throws IOException {
        if (state == State.COMMITTED) {
            return;
        }
        requireOpen();
        if (isInLine) {
            throw new IllegalStateException(
                    "the line after lines=" + lines + " has not been ended (expected endLine()): end it");
        }
        try {
            empty();
            output.commit();
        } catch (Throwable failed) {
            throw broken(failed);
        }
        state = State.COMMITTED;
    }

    /**
     * How many lines have been ended.
     *
     * @return how many
     */
    public long lines() {
        return lines;
    }

    /**
     * How many bytes were written, before they are packed.
     *
     * @return how many, with line breaks
     */
    public long bytes() {
        return writtenBytes + length;
    }

    /**
     * Closes the target; without a commit, takes a file back. Closing twice is harmless.
     *
     * @throws IOException what closing threw
     */
    @Override
    public void close() throws IOException {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            output.close();
        }
    }

    private void requireOpen() throws IOException {
        if (state == State.BROKEN) {
            throw new IOException("the writer is " + state.text + " (expected open): write it all again", failure);
        }
        if (state != State.OPEN) {
            throw new IllegalStateException("the writer is " + state.text + " (expected open): open another");
        }
    }

    /** Whatever it was, nobody knows how much of it has been written. */
    private <X extends Throwable> IOException broken(Throwable failed) throws X {
        state = State.BROKEN;
        failure = failed;
        if (failed instanceof IOException io) {
            return io;
        }
        @SuppressWarnings("unchecked")
        X unchecked = (X) failed; // nothing else is declared by what was called
        throw unchecked;
    }

    private static IllegalArgumentException lineFeedAt(int index) {
        return new IllegalArgumentException(
                "line has a line feed at index=" + index + " (expected none): write two lines, or take it out");
    }

    private static void requireEnding(char ending) {
        if (ending == '\r') {
            throw new IllegalArgumentException(
                    "line ends with a carriage return (expected none): take it out, or have lines end with both");
        }
    }
}
