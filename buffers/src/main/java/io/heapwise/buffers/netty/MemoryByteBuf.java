package io.heapwise.buffers.netty;

import io.netty.buffer.AbstractReferenceCountedByteBuf;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ScatteringByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ByteBuf} of bytes that lie side by side in a {@link ByteBuffer}. Invariant: index {@code i} is the byte {@code base + i} of {@code memory}; once
 * it has been released there is no memory, so that nobody reaches what somebody else has by then, whatever Netty is told to check.
 *
 * <p>All is by absolute index: the memory is shared with other buffers, so its position and limit say nothing.
 */
abstract class MemoryByteBuf extends AbstractReferenceCountedByteBuf {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int STREAM_BYTES = 8 << 10;

    private final ByteBufAllocator allocator;
    private ByteBuffer memory = NOTHING;
    private int base;
    private int length;

    /** Netty's one view, whose position and limit are set anew for each use. */
    private @Nullable ByteBuffer view;

    MemoryByteBuf(ByteBufAllocator allocator, int maxCapacity) {
        super(maxCapacity);
        this.allocator = allocator;
    }

    /** Lies elsewhere from now on. */
    final void place(ByteBuffer memory, int base, int length) {
        this.memory = memory;
        this.base = base;
        this.length = length;
        this.view = null;
    }

    /** Has no memory any more. */
    final void displace() {
        place(NOTHING, 0, 0);
    }

    final ByteBuffer memory() {
        return memory;
    }

    final int base() {
        return base;
    }

    // ---- size and place --------------------------------------------------------------------------------------------

    @Override
    public final int capacity() {
        return length;
    }

    /** Gives it the new capacity, with what is in it, or throws and has changed nothing. */
    abstract void resize(int newCapacity);

    @Override
    public final ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        if (newCapacity != length) {
            resize(newCapacity);
            trimIndicesToCapacity(newCapacity);
        }
        return this;
    }

    @Override
    public final ByteBufAllocator alloc() {
        return allocator;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // it is Netty's to deprecate, and to inline
    public final ByteOrder order() {
        return ByteOrder.BIG_ENDIAN;
    }

    @Override
    @SuppressWarnings("NullAway") // Netty asks for null where nothing is wrapped
    public final ByteBuf unwrap() {
        return null;
    }

    @Override
    public final boolean isDirect() {
        return memory.isDirect();
    }

    @Override
    public final boolean isContiguous() {
        return true;
    }

    @Override
    public final boolean hasArray() {
        return memory.hasArray();
    }

    @Override
    public final byte[] array() {
        ensureAccessible();
        return memory.array();
    }

    @Override
    public final int arrayOffset() {
        return memory.arrayOffset() + base;
    }

    @Override
    public final ByteBuf copy(int index, int bytes) {
        checkIndex(index, bytes);
        ByteBuf copy =
                isDirect() ? allocator.directBuffer(bytes, maxCapacity()) : allocator.heapBuffer(bytes, maxCapacity());
        return copy.writeBytes(this, index, bytes);
    }

    // ---- views -----------------------------------------------------------------------------------------------------

    @Override
    public final int nioBufferCount() {
        return 1;
    }

    @Override
    public final ByteBuffer nioBuffer(int index, int bytes) {
        checkIndex(index, bytes);
        return memory.slice(base + index, bytes);
    }

    @Override
    public final ByteBuffer[] nioBuffers(int index, int bytes) {
        return new ByteBuffer[] {nioBuffer(index, bytes)};
    }

    @Override
    public final ByteBuffer internalNioBuffer(int index, int bytes) {
        checkIndex(index, bytes);
        ByteBuffer known = view;
        if (known == null) {
            known = memory.slice(base, length);
            view = known;
        }
        return known.limit(index + bytes).position(index);
    }

    // ---- numbers ---------------------------------------------------------------------------------------------------

    @Override
    protected final byte _getByte(int index) {
        return memory.get(base + index);
    }

    @Override
    protected final short _getShort(int index) {
        return memory.getShort(base + index);
    }

    @Override
    protected final short _getShortLE(int index) {
        return Short.reverseBytes(memory.getShort(base + index));
    }

    @Override
    protected final int _getUnsignedMedium(int index) {
        return (memory.get(base + index) & 0xff) << 16 | (memory.getShort(base + index + 1) & 0xffff);
    }

    @Override
    protected final int _getUnsignedMediumLE(int index) {
        return (memory.get(base + index) & 0xff) | (_getShortLE(index + 1) & 0xffff) << 8;
    }

    @Override
    protected final int _getInt(int index) {
        return memory.getInt(base + index);
    }

    @Override
    protected final int _getIntLE(int index) {
        return Integer.reverseBytes(memory.getInt(base + index));
    }

    @Override
    protected final long _getLong(int index) {
        return memory.getLong(base + index);
    }

    @Override
    protected final long _getLongLE(int index) {
        return Long.reverseBytes(memory.getLong(base + index));
    }

    @Override
    protected final void _setByte(int index, int value) {
        memory.put(base + index, (byte) value);
    }

    @Override
    protected final void _setShort(int index, int value) {
        memory.putShort(base + index, (short) value);
    }

    @Override
    protected final void _setShortLE(int index, int value) {
        memory.putShort(base + index, Short.reverseBytes((short) value));
    }

    @Override
    protected final void _setMedium(int index, int value) {
        memory.put(base + index, (byte) (value >>> 16));
        memory.putShort(base + index + 1, (short) value);
    }

    @Override
    protected final void _setMediumLE(int index, int value) {
        memory.put(base + index, (byte) value);
        _setShortLE(index + 1, value >>> 8);
    }

    @Override
    protected final void _setInt(int index, int value) {
        memory.putInt(base + index, value);
    }

    @Override
    protected final void _setIntLE(int index, int value) {
        memory.putInt(base + index, Integer.reverseBytes(value));
    }

    @Override
    protected final void _setLong(int index, long value) {
        memory.putLong(base + index, value);
    }

    @Override
    protected final void _setLongLE(int index, long value) {
        memory.putLong(base + index, Long.reverseBytes(value));
    }

    @Override
    public final ByteBuf setZero(int index, int bytes) {
        checkIndex(index, bytes); // which Netty does not for no bytes
        return super.setZero(index, bytes);
    }

    // ---- many bytes ------------------------------------------------------------------------------------------------

    @Override
    public final ByteBuf getBytes(int index, ByteBuf target, int targetIndex, int bytes) {
        checkDstIndex(index, bytes, targetIndex, target.capacity());
        if (target instanceof MemoryByteBuf other) {
            other.checkIndex(targetIndex, bytes);
            other.memory.put(other.base + targetIndex, memory, base + index, bytes);
        } else if (target.hasArray()) {
            memory.get(base + index, target.array(), target.arrayOffset() + targetIndex, bytes);
        } else if (target.nioBufferCount() == 1 && !target.isReadOnly()) {
            target.nioBuffer(targetIndex, bytes).put(0, memory, base + index, bytes);
        } else {
            ByteBuf unused = target.setBytes(targetIndex, this, index, bytes); // several pieces, each of which asks us
        }
        return this;
    }

    @Override
    public final ByteBuf getBytes(int index, byte[] target, int targetIndex, int bytes) {
        checkDstIndex(index, bytes, targetIndex, target.length);
        memory.get(base + index, target, targetIndex, bytes);
        return this;
    }

    @Override
    public final ByteBuf getBytes(int index, ByteBuffer target) {
        int bytes = target.remaining();
        checkIndex(index, bytes);
        target.put(target.position(), memory, base + index, bytes);
        target.position(target.position() + bytes);
        return this;
    }

    @Override
    public final ByteBuf getBytes(int index, OutputStream target, int bytes) throws IOException {
        checkIndex(index, bytes);
        if (hasArray()) {
            target.write(array(), arrayOffset() + index, bytes);
            return this;
        }
        byte[] piece = new byte[Math.min(bytes, STREAM_BYTES)];
        for (int done = 0; done < bytes; done += piece.length) {
            int count = Math.min(piece.length, bytes - done);
            memory.get(base + index + done, piece, 0, count);
            target.write(piece, 0, count);
        }
        return this;
    }

    @Override
    public final int getBytes(int index, GatheringByteChannel target, int bytes) throws IOException {
        return target.write(nioBuffer(index, bytes));
    }

    @Override
    public final int getBytes(int index, FileChannel target, long position, int bytes) throws IOException {
        return target.write(nioBuffer(index, bytes), position);
    }

    @Override
    public final ByteBuf setBytes(int index, ByteBuf source, int sourceIndex, int bytes) {
        checkSrcIndex(index, bytes, sourceIndex, source.capacity());
        if (source instanceof MemoryByteBuf other) {
            other.checkIndex(sourceIndex, bytes);
            memory.put(base + index, other.memory, other.base + sourceIndex, bytes); // right also within ourselves
        } else if (source.hasArray()) {
            memory.put(base + index, source.array(), source.arrayOffset() + sourceIndex, bytes);
        } else if (source.nioBufferCount() == 1) {
            memory.put(base + index, source.nioBuffer(sourceIndex, bytes), 0, bytes);
        } else {
            ByteBuf unused = source.getBytes(sourceIndex, this, index, bytes); // several pieces, each of which asks us
        }
        return this;
    }

    @Override
    public final ByteBuf setBytes(int index, byte[] source, int sourceIndex, int bytes) {
        checkSrcIndex(index, bytes, sourceIndex, source.length);
        memory.put(base + index, source, sourceIndex, bytes);
        return this;
    }

    @Override
    public final ByteBuf setBytes(int index, ByteBuffer source) {
        int bytes = source.remaining();
        checkIndex(index, bytes);
        memory.put(base + index, source, source.position(), bytes);
        source.position(source.limit());
        return this;
    }

    /** Reads until it has all, or gets less than it asked for: then the next read might wait. */
    @Override
    public final int setBytes(int index, InputStream source, int bytes) throws IOException {
        checkIndex(index, bytes);
        if (hasArray()) {
            return source.read(array(), arrayOffset() + index, bytes);
        }
        byte[] piece = new byte[Math.min(bytes, STREAM_BYTES)];
        int done = 0;
        boolean isMore = true;
        while (isMore && done < bytes) {
            int wanted = Math.min(piece.length, bytes - done);
            int count = source.read(piece, 0, wanted);
            if (count < 0) {
                return done == 0 ? -1 : done;
            }
            memory.put(base + index + done, piece, 0, count);
            done += count;
            isMore = count == wanted;
        }
        return done;
    }

    @Override
    public final int setBytes(int index, ScatteringByteChannel source, int bytes) throws IOException {
        try {
            return source.read(internalNioBuffer(index, bytes));
        } catch (ClosedChannelException closed) {
            return -1; // as Netty wants it
        }
    }

    @Override
    public final int setBytes(int index, FileChannel source, long position, int bytes) throws IOException {
        try {
            return source.read(internalNioBuffer(index, bytes), position);
        } catch (ClosedChannelException closed) {
            return -1;
        }
    }
}
