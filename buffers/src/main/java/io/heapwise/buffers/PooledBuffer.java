package io.heapwise.buffers;

import io.heapwise.buffers.internal.Block;
import io.heapwise.buffers.internal.Leasing;
import io.heapwise.buffers.internal.Slab;
import io.heapwise.buffers.internal.Taken;
import io.heapwise.buffers.internal.Tenure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A lease of memory that has one owner, who closes it. Invariant: the memory is this lease's alone until it is closed, and is given back once,
 * however many threads close it at the same time.
 *
 * <pre>{@code
 * try (PooledBuffer buffer = buffers.allocate(8192)) {
 *     channel.read(buffer.byteBuffer());
 * }
 * }</pre>
 *
 * <p>Every method of a closed lease throws {@link IllegalStateException}; closing it again is harmless, and counted, and an error in
 * {@linkplain BufferAllocatorBuilder#paranoid() paranoid mode}. A lease is never
 * used again for other memory, so a stale one can't reach what somebody else has now. <b>Not so a {@link ByteBuffer} taken out of it:</b> that must not
 * be used after the close, for the memory may be somebody else's by then, or, if it was direct memory, be gone, which can end the JVM.
 *
 * <p>For one thread at a time, except {@link #close}, which any may call at any time. To hand it to another is to hand over the ownership; for
 * several owners there is {@link #share}.
 *
 * <p>Costs 32 bytes of heap, and 64 for the view once that is asked for; 24 more without compressed references.
 *
 * @since 0.1.0
 */
public final class PooledBuffer implements AutoCloseable {
    /** In place of the slot. */
    private static final int CLOSED = -1;

    private static final int SHARED = -2;
    private static final int MOVING = -3;

    private static final VarHandle SLOT;

    static {
        try {
            SLOT = MethodHandles.lookup().findVarHandle(PooledBuffer.class, "slot", int.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private Tenure tenure;
    private Block block;

    /** Which slot of the block; or why it has none. */
    private int slot;

    private int capacity;
    private @Nullable ByteBuffer view;

    private PooledBuffer(Leasing leasing, Block block, int slot, int bytes) {
        this.block = block;
        this.slot = slot;
        this.capacity = bytes;
        this.tenure = leasing.tenure(this, block, slot);
    }

    /** Takes memory; what is in it is whatever its last owner left. */
    static PooledBuffer take(Leasing leasing, int bytes) {
        Slab slab = leasing.slabFor(bytes);
        int slot = slab.take();
        if (slot >= 0) {
            slab.markUsed(slot);
            if (leasing.charge(slab, slot)) {
                return of(leasing, slab, slot, bytes);
            }
        }
        Taken taken = leasing.take(bytes);
        taken.block().markUsed(taken.slot());
        return of(leasing, taken.block(), taken.slot(), bytes);
    }

    /** The lease of a slot that has been taken, or, if the heap has no room for it, none, and the slot has been given back. */
    private static PooledBuffer of(Leasing leasing, Block block, int slot, int bytes) {
        try {
            return new PooledBuffer(leasing, block, slot, bytes);
        } catch (Throwable failed) {
            leasing.giveBack(block, slot);
            throw failed;
        }
    }

    /** Takes memory that is zero. */
    static PooledBuffer takeZeroed(Leasing leasing, int bytes) {
        Slab slab = leasing.slabFor(bytes);
        int slot = slab.take();
        if (slot >= 0) {
            boolean isClean = slab.markUsed(slot);
            if (leasing.charge(slab, slot)) {
                return zeroed(leasing, slab, slot, bytes, isClean);
            }
        }
        Taken taken = leasing.take(bytes);
        boolean isClean = taken.block().markUsed(taken.slot());
        return zeroed(leasing, taken.block(), taken.slot(), bytes, isClean);
    }

    private static PooledBuffer zeroed(Leasing leasing, Block block, int slot, int bytes, boolean isClean) {
        if (!isClean && !leasing.isAlwaysClean()) {
            Tenure.zero(block, slot, bytes);
        }
        return of(leasing, block, slot, bytes);
    }

    // ---- size ------------------------------------------------------------------------------------------------------

    /**
     * How many bytes were asked for.
     *
     * @return the bytes that may be used
     */
    public int capacity() {
        requireOpen();
        return capacity;
    }

    /**
     * Up to how many bytes it may {@linkplain #grow grow} without being moved.
     *
     * @return what the lease takes of the allocator's memory, at least {@link #capacity}
     */
    public int usableSize() {
        requireOpen();
        return block.slotBytes();
    }

    /**
     * Makes the lease larger. What is in it stays; what is added is whatever was there. Views taken before keep the old size, and must not
     * be used any more if it had to be moved, as it must for more than {@link #usableSize}: then all its bytes are copied.
     *
     * @param bytes the capacity wanted, at least the present one
     * @return this
     * @throws IllegalArgumentException if it is less
     * @throws BufferLimitException if there is not so much; then nothing has changed
     * @throws IllegalStateException if it is closed; in {@linkplain BufferAllocatorBuilder#paranoid() paranoid mode} also if something was written
     *     outside of the lease; then nothing has changed
     */
    public PooledBuffer grow(int bytes) {
        requireOpen();
        if (bytes < capacity) {
            throw new IllegalArgumentException("bytes=" + bytes + " (expected >= " + capacity
                    + ", the capacity): a lease only grows; allocate a smaller one");
        }
        if (bytes > block.slotBytes()) {
            move(bytes);
        }
        capacity = bytes;
        view = null;
        return this;
    }

    /** A close that comes meanwhile finds no slot, and leaves ours to us. */
    private void move(int bytes) {
        tenure.moving(block);
        Leasing leasing = tenure.leasing();
        Taken target = leasing.take(bytes);
        target.block().markUsed(target.slot());
        Block old = block;
        int oldSlot = slot;
        if (oldSlot < 0 || !SLOT.compareAndSet(this, oldSlot, MOVING)) {
            tenure.giveBack(target.block(), target.slot());
            throw closed();
        }
        try {
            ByteBuffer from = old.memory().duplicate();
            int first = old.offsetOf(oldSlot);
            target.block()
                    .memory()
                    .put(target.block().offsetOf(target.slot()), from.limit(first + capacity), first, capacity);
        } finally {
            block = target.block();
            tenure.moved(target.block(), target.slot());
            boolean isOpen = SLOT.compareAndSet(this, MOVING, target.slot());
            tenure.giveBack(old, oldSlot);
            if (!isOpen) {
                tenure.end(target.block(), target.slot());
            }
        }
        requireOpen();
    }

    // ---- views -----------------------------------------------------------------------------------------------------

    /**
     * The memory as a buffer, from 0 to {@link #capacity}; the same one at each call, so that its position is kept. Big-endian at first.
     *
     * @return a view, to be used until the close and not any longer
     */
    public ByteBuffer byteBuffer() {
        requireOpen();
        ByteBuffer known = view;
        if (known == null) {
            known = block.memory().slice(block.offsetOf(slot), capacity);
            view = known;
        }
        return known;
    }

    /**
     * Reads a byte.
     *
     * @param index which
     * @return the byte
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public byte get(int index) {
        return block.memory().get(at(index, 1));
    }

    /**
     * Writes a byte.
     *
     * @param index which
     * @param value the byte
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void put(int index, byte value) {
        block.memory().put(at(index, 1), value);
    }

    /**
     * Reads a number of two bytes, the most significant byte first.
     *
     * @param index of its first byte
     * @return the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public short getShort(int index) {
        return block.memory().getShort(at(index, 2));
    }

    /**
     * Reads a number of two bytes, the least significant byte first.
     *
     * @param index of its first byte
     * @return the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public short getShortLE(int index) {
        return Short.reverseBytes(block.memory().getShort(at(index, 2)));
    }

    /**
     * Writes a number of two bytes, the most significant byte first.
     *
     * @param index of its first byte
     * @param value the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void putShort(int index, short value) {
        block.memory().putShort(at(index, 2), value);
    }

    /**
     * Writes a number of two bytes, the least significant byte first.
     *
     * @param index of its first byte
     * @param value the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void putShortLE(int index, short value) {
        block.memory().putShort(at(index, 2), Short.reverseBytes(value));
    }

    /**
     * Reads a number of four bytes, the most significant byte first.
     *
     * @param index of its first byte
     * @return the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public int getInt(int index) {
        return block.memory().getInt(at(index, 4));
    }

    /**
     * Reads a number of four bytes, the least significant byte first.
     *
     * @param index of its first byte
     * @return the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public int getIntLE(int index) {
        return Integer.reverseBytes(block.memory().getInt(at(index, 4)));
    }

    /**
     * Writes a number of four bytes, the most significant byte first.
     *
     * @param index of its first byte
     * @param value the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void putInt(int index, int value) {
        block.memory().putInt(at(index, 4), value);
    }

    /**
     * Writes a number of four bytes, the least significant byte first.
     *
     * @param index of its first byte
     * @param value the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void putIntLE(int index, int value) {
        block.memory().putInt(at(index, 4), Integer.reverseBytes(value));
    }

    /**
     * Reads a number of eight bytes, the most significant byte first.
     *
     * @param index of its first byte
     * @return the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public long getLong(int index) {
        return block.memory().getLong(at(index, 8));
    }

    /**
     * Reads a number of eight bytes, the least significant byte first.
     *
     * @param index of its first byte
     * @return the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public long getLongLE(int index) {
        return Long.reverseBytes(block.memory().getLong(at(index, 8)));
    }

    /**
     * Writes a number of eight bytes, the most significant byte first.
     *
     * @param index of its first byte
     * @param value the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void putLong(int index, long value) {
        block.memory().putLong(at(index, 8), value);
    }

    /**
     * Writes a number of eight bytes, the least significant byte first.
     *
     * @param index of its first byte
     * @param value the number
     * @throws IndexOutOfBoundsException if it is not within the capacity
     */
    public void putLongLE(int index, long value) {
        block.memory().putLong(at(index, 8), Long.reverseBytes(value));
    }

    /**
     * Copies bytes out.
     *
     * @param index of the first
     * @param target where to
     * @param from the index there
     * @param length how many
     * @throws IndexOutOfBoundsException if they are not within the capacity, or not within the target
     */
    public void getBytes(int index, byte[] target, int from, int length) {
        Objects.checkFromIndexSize(from, length, target.length);
        block.memory().get(at(index, length), target, from, length);
    }

    /**
     * Copies bytes in.
     *
     * @param index where to, of the first
     * @param source where from
     * @param from the index there
     * @param length how many
     * @throws IndexOutOfBoundsException if they are not within the capacity, or not within the source
     */
    public void putBytes(int index, byte[] source, int from, int length) {
        Objects.checkFromIndexSize(from, length, source.length);
        block.memory().put(at(index, length), source, from, length);
    }

    /** The index in the block's memory. */
    private int at(int index, int length) {
        int own = slot;
        if (own < 0) {
            throw closed();
        }
        if (index < 0 || length < 0 || index > capacity - length) {
            throw new IndexOutOfBoundsException("index=" + index + ", length=" + length + " (expected within capacity="
                    + capacity + "): grow the lease, or ask for more at first");
        }
        return block.offsetOf(own) + index;
    }

    private void requireOpen() {
        if (slot < 0) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(
                slot == SHARED
                        ? "the lease has been shared (expected its only owner): use the shared buffer instead"
                        : "the lease is closed (expected open): use it before it is closed",
                tenure.whereClosed(this));
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    /**
     * Ends this lease, and lets several owners have the memory.
     *
     * @return the first of them
     */
    public SharedBuffer share() {
        int own = slot;
        requireOpen();
        SharedBuffer first = new SharedBuffer(new SharedBuffer.Core(tenure, block, own), 0, capacity);
        if (own < 0 || !SLOT.compareAndSet(this, own, SHARED)) {
            throw closed();
        }
        view = null;
        try {
            first.begin();
            return first;
        } finally {
            Reference.reachabilityFence(this); // else it might be found dropped before the shared one is watched
        }
    }

    /**
     * Gives the memory back. One atomic step on this lease, so that of any number of calls one does it; the others are harmless, and counted.
     *
     * @throws IllegalStateException in {@linkplain BufferAllocatorBuilder#paranoid() paranoid mode} alone: if it was closed before, or if something was
     *     written outside of the lease. The memory has been given back all the same
     */
    @Override
    public void close() {
        int own = (int) SLOT.getAndSet(this, CLOSED);
        if (own >= 0) {
            view = null;
            try {
                tenure.end(block, own);
            } finally {
                Reference.reachabilityFence(this); // else it might be found dropped while it is given back
            }
        } else if (own != MOVING) {
            closedAgain(own);
        }
    }

    private void closedAgain(int state) {
        if (state == SHARED) {
            SLOT.setVolatile(this, SHARED); // what ends now are the shared buffers
        } else {
            tenure.closedAgain(this);
        }
    }

    @Override
    public String toString() {
        int own = slot;
        return own >= 0
                ? "PooledBuffer[" + capacity + " of " + block.slotBytes() + " B]"
                : own == SHARED ? "PooledBuffer[shared]" : "PooledBuffer[closed]";
    }
}
