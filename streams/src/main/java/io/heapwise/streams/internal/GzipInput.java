package io.heapwise.streams.internal;

import java.io.EOFException;
import java.io.IOException;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks gzip, RFC 1952. Invariant: the end is told only behind a whole last member whose checksum and length are right, with
 * nothing after it but zeros; whatever else the packed bytes are, reading throws.
 *
 * <p>The JDK's own stream is not used for two reasons. Whether it looks for another member behind one depends on what the underlying
 * stream says is {@code available()}, which may be nothing although there is more (JDK-7036144); and what is wrong behind a member it takes for the
 * end.
 *
 * <pre>
 *   member: 1f 8b 08 flags time(4) xfl os | [extra] [name 0] [comment 0] [crc16] | deflated ... | crc32 length
 *   input:  member member ... member 00 00 00
 * </pre>
 *
 * <p>Memory: a buffer of packed bytes, and what the {@link Inflater} has outside the heap, some 40 KiB; both begin with the first
 * read, so that a constructor has nothing to lose, and end with {@link #close}. Bytes are unpacked into the caller's array.
 */
public final class GzipInput implements ByteInput {
    private static final int BUFFER_BYTES = 16 << 10;

    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int RESERVED_FLAGS = 0xe0;

    private enum Part {
        HEADER("header"),
        DATA("data"),
        TRAILER("trailer"),
        BETWEEN("gap behind a member"),
        END("end");

        private final String text;

        Part(String text) {
            this.text = text;
        }
    }

    private final ByteInput in;
    private final long maxOutputBytes;
    private final CRC32 crc = new CRC32();

    /** Takes a byte that is one too many. */
    private final byte[] beyond = new byte[1];

    private byte[] packed = {};
    private int at;
    private int end;
    private @Nullable Inflater inflater;
    private Part part = Part.HEADER;

    /** How many packed bytes came before those in the buffer. */
    private long passedBytes;

    private long memberOffset;
    private long memberBytes;
    private long outputBytes;
    private @Nullable Throwable failure;
    private boolean isClosed;

    /**
     * Unpacks what another input has; nothing is read yet.
     *
     * @param in the packed bytes, closed by {@link #close}
     * @param maxOutputBytes unpacking fails beyond that many bytes; {@link Long#MAX_VALUE} for no limit
     */
    public GzipInput(ByteInput in, long maxOutputBytes) {
        this.in = Objects.requireNonNull(in, "in");
        if (maxOutputBytes < 0) {
            throw new IllegalArgumentException("maxOutputBytes=" + maxOutputBytes
                    + " (expected >= 0): give how many unpacked bytes are plausible");
        }
        this.maxOutputBytes = maxOutputBytes;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (isClosed) {
            throw new IOException("gzip input is closed (expected open): read before closing");
        }
        if (failure != null) {
            // What is in the buffer now is of no known meaning.
            throw new IOException("gzip input has failed before (expected no reading after that)", failure);
        }
        try {
            return unpack(into, from, length);
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        }
    }

    private int unpack(byte[] into, int from, int length) throws IOException {
        Inflater unpacking = inflater;
        if (unpacking == null) {
            packed = new byte[BUFFER_BYTES];
            unpacking = new Inflater(true);
            inflater = unpacking;
        }
        while (true) {
            switch (part) {
                case HEADER -> readHeader(unpacking);
                case DATA -> {
                    int count = inflate(unpacking, into, from, length);
                    if (count > 0) {
                        return count;
                    }
                }
                case TRAILER -> readTrailer();
                case BETWEEN -> lookBehindMember();
                case END -> {
                    return -1;
                }
            }
        }
    }

    // ---- the parts of a member -------------------------------------------------------------------------------------

    private void readHeader(Inflater unpacking) throws IOException {
        memberOffset = position();
        if (at == end && !fill()) {
            throw new EOFException("gzip input bytes=" + memberOffset + " (expected a member): it is empty");
        }
        crc.reset();
        int magic = headerByte() | (headerByte() << 8);
        if (magic != 0x8b1f) {
            throw damaged("first bytes=" + hex(magic & 0xff) + " " + hex(magic >> 8), "1f 8b");
        }
        int method = headerByte();
        if (method != 8) {
            throw damaged("method=" + method, "8, which is deflate");
        }
        int flags = headerByte();
        if ((flags & RESERVED_FLAGS) != 0) {
            throw damaged("flags=" + hex(flags), "no reserved ones");
        }
        skipHeader(6);
        if ((flags & FLAG_EXTRA) != 0) {
            skipHeader(headerByte() | (headerByte() << 8));
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            int computed = (int) crc.getValue() & 0xffff;
            int stored = nextByte() | (nextByte() << 8);
            if (stored != computed) {
                throw damaged("header crc16=" + Integer.toHexString(stored), Integer.toHexString(computed));
            }
        }
        crc.reset();
        memberBytes = 0;
        unpacking.reset();
        unpacking.setInput(packed, at, end - at);
        part = Part.DATA;
    }

    /** Gives 0 when the member's data has ended. */
    private int inflate(Inflater unpacking, byte[] into, int from, int length) throws IOException {
        long leftBytes = maxOutputBytes - outputBytes;
        // The array is pinned during a call, and some collectors must wait for that: not longer than for a slice.
        int wanted = (int) Math.min(Math.min(length, ByteInput.SLICE_BYTES), leftBytes);
        while (true) {
            int count;
            try {
                count = wanted == 0 ? unpacking.inflate(beyond, 0, 1) : unpacking.inflate(into, from, wanted);
            } catch (DataFormatException broken) {
                at = end - unpacking.getRemaining();
                ZipException damaged = damaged("data: " + broken.getMessage(), "deflated bytes");
                damaged.initCause(broken);
                throw damaged;
            }
            at = end - unpacking.getRemaining();
            if (count > leftBytes) {
                throw new IOException("gzip output bytes>" + maxOutputBytes + " (expected <= " + maxOutputBytes
                        + ") at compressed offset=" + position()
                        + ": raise the limit if such an input is no attempt to exhaust memory or disk");
            }
            if (count > 0) {
                crc.update(into, from, count);
                memberBytes += count;
                outputBytes += count;
                return count;
            }
            if (unpacking.finished()) {
                part = Part.TRAILER;
                return 0;
            }
            if (unpacking.needsDictionary()) {
                throw damaged("data: it needs a dictionary", "none");
            }
            if (!fill()) {
                throw cutOff();
            }
            unpacking.setInput(packed, at, end - at);
        }
    }

    private void readTrailer() throws IOException {
        long stored = nextInt();
        if (stored != crc.getValue()) {
            throw damaged("crc32=" + Long.toHexString(stored), Long.toHexString(crc.getValue()));
        }
        long storedBytes = nextInt();
        long expectedBytes = memberBytes & 0xffff_ffffL;
        if (storedBytes != expectedBytes) {
            throw damaged("length=" + storedBytes, Long.toString(expectedBytes));
        }
        part = Part.BETWEEN;
    }

    /** Another member, or the end; zeros before the end are what tapes and disks fill their last block with. */
    private void lookBehindMember() throws IOException {
        if (at == end && !fill()) {
            part = Part.END;
            return;
        }
        if (packed[at] == 0x1f) {
            part = Part.HEADER;
            return;
        }
        do {
            while (at < end) {
                if (packed[at] != 0) {
                    throw damaged("byte=" + hex(packed[at] & 0xff), "a member, or zeros up to the end");
                }
                at++;
            }
        } while (fill());
        part = Part.END;
    }

    // ---- packed bytes ----------------------------------------------------------------------------------------------

    private long position() {
        return passedBytes + at;
    }

    private boolean fill() throws IOException {
        passedBytes += end;
        at = 0;
        end = 0;
        int count = in.read(packed, 0, packed.length);
        end = Math.max(0, count);
        return count > 0;
    }

    private int nextByte() throws IOException {
        if (at == end && !fill()) {
            throw cutOff();
        }
        return packed[at++] & 0xff;
    }

    private long nextInt() throws IOException {
        return nextByte() | (nextByte() << 8) | (nextByte() << 16) | ((long) nextByte() << 24);
    }

    private int headerByte() throws IOException {
        int next = nextByte();
        crc.update(next);
        return next;
    }

    private void skipHeader(int bytes) throws IOException {
        for (int i = 0; i < bytes; i++) {
            headerByte();
        }
    }

    private void skipText() throws IOException {
        while (headerByte() != 0) {
            // up to the zero, however far: nothing of it is kept
        }
    }

    // ---- failing and closing ---------------------------------------------------------------------------------------

    private EOFException cutOff() {
        return new EOFException("gzip input ends at compressed offset=" + position() + ", in the " + part.text
                + " of the member at offset=" + memberOffset + " (expected a whole member): it is cut off");
    }

    private ZipException damaged(String what, String expected) {
        return new ZipException("gzip " + what + " (expected " + expected + ") before compressed offset=" + position()
                + ", in the " + part.text + " of the member at offset=" + memberOffset + ": it is damaged, or no gzip");
    }

    private static String hex(int value) {
        return Integer.toHexString(0x100 | (value & 0xff)).substring(1);
    }

    /** Gives back the memory outside the heap, and closes the packed input. */
    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        Inflater open = inflater;
        inflater = null;
        packed = new byte[0];
        try {
            if (open != null) {
                open.end();
            }
        } finally {
            in.close();
        }
    }
}
