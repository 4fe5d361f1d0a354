package io.heapwise.buffers.internal;

import java.nio.ByteBuffer;

/**
 * Memory that leases are cut from. Invariant: slot {@code s} is the bytes of {@code memory} from {@code offsetOf(s)} on, {@code slotBytes} of
 * them, and no byte belongs to two slots.
 */
public abstract class Block {
    /** In place of an address that is not known. */
    public static final long NO_ADDRESS = 0;

    /** Never moved: its position and limit say nothing. Big-endian. */
    private final ByteBuffer memory;

    private final int firstByte;
    private final int slotBytes;

    /** Of the first byte of the memory; asked for once, by whoever is first. */
    private volatile long address = UNKNOWN;

    private static final long UNKNOWN = -1;

    Block(ByteBuffer memory, int firstByte, int slotBytes) {
        this.memory = memory;
        this.firstByte = firstByte;
        this.slotBytes = slotBytes;
    }

    /** To be read and written by absolute index only. */
    public final ByteBuffer memory() {
        return memory;
    }

    /** The index of a slot's first byte. */
    public final int offsetOf(int slot) {
        return firstByte + slot * slotBytes;
    }

    public final int slotBytes() {
        return slotBytes;
    }

    /** Where the first byte of {@link #memory} is in the process; {@link #NO_ADDRESS} on the heap, and before JDK 22. */
    public final long memoryAddress() {
        long known = address;
        if (known == UNKNOWN) {
            known = memory.isDirect() ? NativeMemory.addressOf(memory) : NO_ADDRESS;
            address = known; // whoever else asks at the same time gets the same
        }
        return known;
    }

    /** Says that a slot which the caller has just taken will be written; true if all its bytes are zero, as nobody has had it before. */
    public abstract boolean markUsed(int slot);

    /** Counts what is taken, not without gaps, to choose some of them. */
    abstract long nextSequence();

    /** Gives a slot back. Exactly once for each time it was taken. */
    public abstract void release(int slot);
}
