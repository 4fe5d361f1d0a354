package io.heapwise.buffers;

import io.heapwise.buffers.internal.Block;
import io.heapwise.buffers.internal.Tenure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One of several owners of the same memory. Invariant: the memory is given back when the last owner has closed, once; each owner counts once, however often it
 * is closed.
 *
 * <p>Owners come from owners: {@link #retain} makes one of the same bytes, {@link #slice} one of a part. Each is closed by itself, and nobody needs to
 * know of the others, nor can one close for another.
 *
 * <p>One owner is for one thread at a time, except {@link #close}; different owners may be used by different threads, who must agree about what they
 * write. What an owner wrote before it was closed is seen by whoever gets the memory next.
 *
 * @since 0.1.0
 */
public final class SharedBuffer implements AutoCloseable {
    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(SharedBuffer.class, "isOpen", boolean.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    private final Core core;
    private final int from;
    private final int length;

    @SuppressWarnings("FieldMayBeFinal") // through OPEN
    private boolean isOpen = true;

    private @Nullable ByteBuffer view;

    SharedBuffer(Core core, int from, int length) {
        this.core = core;
        this.from = from;
        this.length = length;
    }

    /** What the owners have together. Invariant: {@code owners} is how many are open; from 0 it never comes back. */
    static final class Core {
        private final Tenure tenure;
        private final Block block;
        private final int slot;
        private final AtomicInteger owners = new AtomicInteger(1);

        Core(Tenure tenure, Block block, int slot) {
            this.tenure = tenure;
            this.block = block;
            this.slot = slot;
        }

        /** One more, if there is one that lasts: whoever asks is open, but may be closed by another thread now. */
        boolean join() {
            int count = owners.get();
            while (count > 0) {
                if (owners.compareAndSet(count, count + 1)) {
                    return true;
                }
                count = owners.get();
            }
            return false;
        }

        void leave() {
            if (owners.decrementAndGet() == 0) {
                tenure.end(block, slot);
            }
        }
    }

    /** The memory is its owners' from now on. */
    void begin() {
        core.tenure.shared(core);
    }

    /**
     * How many bytes this owner has.
     *
     * @return the bytes
     */
    public int capacity() {
        requireOpen();
        return length;
    }

    /**
     * The bytes as a buffer; the same one at each call of this owner, so that its position is kept. Big-endian at first.
     *
     * @return a view, to be used until this owner is closed and not any longer
     */
    public ByteBuffer byteBuffer() {
        requireOpen();
        ByteBuffer known = view;
        if (known == null) {
            known = core.block.memory().slice(core.block.offsetOf(core.slot) + from, length);
            view = known;
        }
        return known;
    }

    /**
     * Another owner of the same bytes.
     *
     * @return to be closed by itself
     */
    public SharedBuffer retain() {
        return slice(0, length);
    }

    /**
     * Another owner, of a part.
     *
     * @param offset of its first byte in this
     * @param bytes how many
     * @return to be closed by itself
     * @throws IndexOutOfBoundsException if they are not within the capacity
     */
    public SharedBuffer slice(int offset, int bytes) {
        requireOpen();
        Objects.checkFromIndexSize(offset, bytes, length);
        if (!core.join()) {
            throw closed();
        }
        return new SharedBuffer(core, from + offset, bytes);
    }

    /**
     * How many owners there are now.
     *
     * @return the count; 0 once all are closed
     */
    public int owners() {
        return core.owners.get();
    }

    private void requireOpen() {
        if (!isOpen) {
            throw closed();
        }
    }

    private IllegalStateException closed() {
        return new IllegalStateException(
                "this owner is closed (expected open): retain it before, for whoever goes on",
                core.tenure.whereClosed(this));
    }

    /**
     * Ends this owner; the last to end gives the memory back. Closing it again is harmless, and counted.
     *
     * @throws IllegalStateException in {@linkplain BufferAllocatorBuilder#paranoid() paranoid mode} alone: if this owner was closed before, or if it is the
     *     last and something was written outside of the lease. The memory has been given back all the same
     */
    @Override
    public void close() {
        if ((boolean) OPEN.getAndSet(this, false)) {
            view = null;
            try {
                core.tenure.left(this);
            } finally {
                leave();
            }
        } else {
            core.tenure.closedAgain(this);
        }
    }

    private void leave() {
        try {
            core.leave();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "SharedBuffer[" + length + " B, owners=" + owners() + (isOpen ? "]" : ", closed]");
    }
}
