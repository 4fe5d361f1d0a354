package io.heapwise.buffers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Bytes in several leases, one behind the other. Invariant: the chain owns its leases, from the first byte that has not been written out to the
 * last; what has been written out is given back.
 *
 * <p>For messages whose length is not known before: it grows by another lease instead of copying into a larger one, and channels write and read all of
 * them in one call.
 *
 * <p>For one thread at a time. A method that throws has changed nothing, unless it says so.
 *
 * @since 0.1.0
 */
public final class BufferChain implements AutoCloseable {
    private static final int PIECE_BYTES = 8 << 10;

    /** The system takes no more in a call. */
    private static final int MOST_AT_ONCE = 1024;

    private final BufferAllocator allocator;
    private final ArrayList<Piece> pieces = new ArrayList<>();
    private long length;
    private boolean isOpen = true;

    BufferChain(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** A lease; from position to limit its view is what has been filled and not been written out. */
    private static final class Piece {
        final AutoCloseable lease;
        final ByteBuffer view;
        /** Up to where it may be filled, by us: what was appended by others is theirs. */
        final int room;

        Piece(AutoCloseable lease, ByteBuffer view, int room) {
            this.lease = lease;
            this.view = view;
            this.room = room;
        }

        void close() {
            if (lease instanceof PooledBuffer pooled) {
                pooled.close();
            } else if (lease instanceof SharedBuffer shared) {
                shared.close();
            }
        }
    }

    /**
     * How many bytes there are.
     *
     * @return the bytes that have not been written out
     */
    public long length() {
        return length;
    }

    /**
     * In how many leases they are.
     *
     * @return how many
     */
    public int pieces() {
        return pieces.size();
    }

    // ---- appending -------------------------------------------------------------------------------------------------

    /**
     * Appends a lease, from the position of its view to the limit, without copying. The chain owns it from now on.
     *
     * @param lease must not be used by the caller any more
     * @return this
     */
    public BufferChain append(PooledBuffer lease) {
        return append(lease, lease.byteBuffer());
    }

    /**
     * Appends what an owner has, from the position of its view to the limit, without copying. The chain is that owner from now on.
     *
     * @param owner must not be used by the caller any more
     * @return this
     */
    public BufferChain append(SharedBuffer owner) {
        return append(owner, owner.byteBuffer());
    }

    private BufferChain append(AutoCloseable lease, ByteBuffer view) {
        requireOpen();
        pieces.add(new Piece(lease, view, 0));
        length += view.remaining();
        return this;
    }

    /**
     * Appends a copy of bytes.
     *
     * @param source from position to limit; the position is at the limit afterwards
     * @return this
     * @throws BufferLimitException if there is no memory for them; what fitted has been appended, and the source's position says how much
     */
    public BufferChain append(ByteBuffer source) {
        requireOpen();
        while (source.hasRemaining()) {
            Piece last = pieceWithRoom(source.remaining());
            ByteBuffer view = last.view;
            int count = Math.min(source.remaining(), last.room - view.limit());
            int at = view.limit();
            view.limit(at + count);
            view.put(at, source, source.position(), count);
            source.position(source.position() + count);
            length += count;
        }
        return this;
    }

    /**
     * Appends a copy of bytes.
     *
     * @param source hold them
     * @return this
     * @throws BufferLimitException if there is no memory for them; what fitted has been appended
     */
    public BufferChain append(byte... source) {
        return append(ByteBuffer.wrap(source));
    }

    /**
     * Appends a text.
     *
     * @param text any
     * @param charset how it is encoded; what it cannot encode is replaced
     * @return this
     * @throws BufferLimitException if there is no memory for it; what fitted has been appended
     */
    public BufferChain append(String text, Charset charset) {
        return append(ByteBuffer.wrap(text.getBytes(charset)));
    }

    private Piece pieceWithRoom(int wanted) {
        if (!pieces.isEmpty()) {
            Piece last = pieces.get(pieces.size() - 1);
            if (last.view.limit() < last.room) {
                return last;
            }
        }
        int bytes = (int) Math.min(Math.max(PIECE_BYTES, length), Math.max(wanted, PIECE_BYTES));
        PooledBuffer lease = allocator.allocate(bytes);
        Piece added = new Piece(lease, lease.byteBuffer().limit(0), bytes);
        pieces.add(added);
        return added;
    }

    // ---- channels --------------------------------------------------------------------------------------------------

    /**
     * Writes once, as much as the channel takes. What it took is given back.
     *
     * @param channel where to
     * @return how many bytes it took
     * @throws IOException what it threw; the chain is as if it had taken nothing, whatever it did take
     */
    public long writeTo(GatheringByteChannel channel) throws IOException {
        requireOpen();
        List<Piece> first = pieces.subList(0, Math.min(pieces.size(), MOST_AT_ONCE));
        // Of its own, so that a channel that throws half-way leaves our positions alone.
        ByteBuffer[] views = first.stream().map(piece -> piece.view.duplicate()).toArray(ByteBuffer[]::new);
        long offered = 0;
        for (ByteBuffer view : views) {
            offered += view.remaining();
        }
        long taken = channel.write(views);
        if (taken < 0 || taken > offered) {
            throw new IOException(
                    "channel wrote bytes=" + taken + " (expected 0 to " + offered + "): mend the channel");
        }
        skip(taken);
        return taken;
    }

    /** Gives back what the first bytes are in. */
    private void skip(long bytes) {
        long left = bytes;
        length -= bytes;
        int done = 0;
        while (done < pieces.size()) {
            ByteBuffer view = pieces.get(done).view;
            int count = (int) Math.min(left, view.remaining());
            view.position(view.position() + count);
            left -= count;
            if (view.hasRemaining()) {
                break;
            }
            done++;
        }
        List<Piece> emptied = pieces.subList(0, done);
        closeAll(emptied, Piece::close);
    }

    /** Closes all and forgets them, whatever one of them throws, as it may in paranoid mode; then throws that. */
    private static <T> void closeAll(List<T> all, Consumer<? super T> closing) {
        RuntimeException thrown = null;
        for (T one : all) {
            try {
                closing.accept(one);
            } catch (RuntimeException found) {
                if (thrown == null) {
                    thrown = found;
                } else {
                    thrown.addSuppressed(found);
                }
            }
        }
        all.clear();
        if (thrown != null) {
            throw thrown;
        }
    }

    /**
     * Reads once, what the channel has, up to so many bytes.
     *
     * @param channel where from
     * @param mostBytes at least 1; so much memory is taken for it, and the rest is filled first by what is appended next
     * @return how many bytes came, 0 if none are there now, -1 at the end
     * @throws IOException what it threw; nothing is appended then
     * @throws BufferLimitException if there is no memory; nothing was read
     */
    public long readFrom(ScatteringByteChannel channel, int mostBytes) throws IOException {
        requireOpen();
        if (mostBytes < 1) {
            throw new IllegalArgumentException("mostBytes=" + mostBytes + " (expected >= 1): ask for some");
        }
        List<PooledBuffer> leases = new ArrayList<>();
        try {
            ByteBuffer rest = roomOfLast();
            int room = Math.min(rest.remaining(), mostBytes);
            rest.limit(rest.position() + room);
            List<ByteBuffer> views = new ArrayList<>(List.of(rest));
            for (int left = mostBytes - room; left > 0; left -= Math.min(left, MOST_PIECE_BYTES)) {
                PooledBuffer lease = allocator.allocate(Math.min(left, MOST_PIECE_BYTES));
                leases.add(lease);
                views.add(lease.byteBuffer().duplicate());
            }
            long came = channel.read(views.toArray(ByteBuffer[]::new));
            if (came > mostBytes) {
                throw new IOException(
                        "channel read bytes=" + came + " (expected <= " + mostBytes + "): mend the channel");
            }
            keep(Math.max(came, 0), room, leases);
            return came;
        } finally {
            closeAll(leases, PooledBuffer::close);
        }
    }

    private static final int MOST_PIECE_BYTES = 64 << 10;

    private ByteBuffer roomOfLast() {
        if (pieces.isEmpty()) {
            return ByteBuffer.allocate(0);
        }
        Piece last = pieces.get(pieces.size() - 1);
        ByteBuffer view = last.view.duplicate();
        return view.limit(Math.max(last.room, view.limit())).position(last.view.limit());
    }

    /** Takes what was read into the chain, and the leases that hold it out of the list. */
    private void keep(long came, int room, List<PooledBuffer> leases) {
        long left = came;
        if (room > 0) {
            ByteBuffer last = pieces.get(pieces.size() - 1).view;
            int count = (int) Math.min(left, room);
            last.limit(last.limit() + count);
            left -= count;
        }
        while (left > 0) {
            PooledBuffer lease = leases.remove(0);
            int count = (int) Math.min(left, lease.capacity());
            pieces.add(new Piece(lease, lease.byteBuffer().limit(count), lease.capacity()));
            left -= count;
        }
        length += came;
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    /**
     * A byte.
     *
     * @param index which, from 0
     * @return the byte
     * @throws IndexOutOfBoundsException if there is none
     */
    public byte get(long index) {
        requireOpen();
        Objects.checkIndex(index, length);
        long left = index;
        for (Piece piece : pieces) {
            if (left < piece.view.remaining()) {
                return piece.view.get(piece.view.position() + (int) left);
            }
            left -= piece.view.remaining();
        }
        throw new AssertionError("length=" + length + " is more than there is");
    }

    /**
     * Copies of all bytes; the chain keeps them.
     *
     * @return an array of their own
     * @throws IllegalStateException if they are more than an array holds
     */
    public byte[] toBytes() {
        return copy(0, requireArray(length));
    }

    private byte[] copy(long from, int bytes) {
        requireOpen();
        byte[] copied = new byte[bytes];
        long skip = from;
        int done = 0;
        for (Piece piece : pieces) {
            int start = (int) Math.min(skip, piece.view.remaining());
            skip -= start;
            int count = Math.min(bytes - done, piece.view.remaining() - start);
            piece.view.get(piece.view.position() + start, copied, done, count);
            done += count;
        }
        return copied;
    }

    private static int requireArray(long bytes) {
        if (bytes > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("length=" + bytes + " (expected what an array holds): look at parts of it");
        }
        return (int) bytes;
    }

    /**
     * All bytes as a text; the chain keeps them.
     *
     * @param charset how they are encoded; what is malformed is replaced
     * @return the text
     * @throws IllegalStateException if they are more than an array holds
     */
    public String text(Charset charset) {
        return new String(toBytes(), charset);
    }

    /**
     * The first bytes in hexadecimal, as one reads them in a log: sixteen a line, with their index in front and what is printable behind.
     *
     * @param mostBytes how many at most
     * @return lines, each with its end
     */
    public String hexDump(int mostBytes) {
        byte[] bytes = copy(0, (int) Math.min(Math.max(0, mostBytes), length));
        StringBuilder lines = new StringBuilder();
        HexFormat hex = HexFormat.ofDelimiter(" ");
        for (int at = 0; at < bytes.length; at += 16) {
            int end = Math.min(at + 16, bytes.length);
            lines.append(HexFormat.of().toHexDigits(at)).append("  ");
            String digits = hex.formatHex(bytes, at, end);
            lines.append(digits).append(" ".repeat(3 * 16 + 1 - digits.length()));
            for (int shown = at; shown < end; shown++) {
                lines.append(bytes[shown] >= ' ' && bytes[shown] < 0x7f ? (char) bytes[shown] : '.');
            }
            lines.append(System.lineSeparator());
        }
        return lines.toString();
    }

    private void requireOpen() {
        if (!isOpen) {
            throw new IllegalStateException("the chain is closed (expected open): use it before it is closed");
        }
    }

    /** Gives all leases back. Closing twice is harmless. */
    @Override
    public void close() {
        isOpen = false;
        length = 0;
        closeAll(pieces, Piece::close);
    }

    /** Throws if bytes are lost. */
    void checkIntegrity() {
        long bytes = 0;
        for (Piece piece : pieces) {
            bytes += piece.view.remaining();
        }
        if (bytes != length) {
            throw new IllegalStateException("length=" + length + " (expected " + bytes + "): report this as a defect");
        }
    }

    @Override
    public String toString() {
        return "BufferChain[" + length + " B in " + pieces.size() + "]";
    }
}
