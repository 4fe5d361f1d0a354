package io.heapwise.buffers.netty;

import io.heapwise.buffers.internal.Block;
import io.heapwise.buffers.internal.Leasing;
import io.heapwise.buffers.internal.Slab;
import io.heapwise.buffers.internal.Taken;
import io.heapwise.buffers.internal.Tenure;
import java.lang.ref.Reference;

/**
 * A {@link io.netty.buffer.ByteBuf} that has a slot of an allocator. Invariant: the slot is this buffer's alone from the allocation to the last release, which gives it
 * back once.
 *
 * <p>A new object for each allocation, 88 bytes with its reference count: one that is released is never used again, so a stale reference meets a count of zero and no
 * memory, not the bytes of a stranger.
 */
final class LeasedByteBuf extends MemoryByteBuf {
    private Block block;
    private int slot;
    private final Tenure tenure;

    private LeasedByteBuf(
            NettyAllocator allocator, Leasing leasing, Block block, int slot, int capacity, int maxCapacity) {
        super(allocator, maxCapacity);
        this.block = block;
        this.slot = slot;
        place(block.memory(), block.offsetOf(slot), capacity);
        this.tenure = leasing.tenure(this, block, slot);
    }

    /** Takes memory; what is in it is whatever its last owner left. */
    static LeasedByteBuf take(NettyAllocator allocator, Leasing leasing, int capacity, int maxCapacity) {
        Slab slab = leasing.slabFor(capacity);
        int slot = slab.take();
        if (slot >= 0) {
            slab.markUsed(slot);
            if (leasing.charge(slab, slot)) {
                return of(allocator, leasing, slab, slot, capacity, maxCapacity);
            }
        }
        Taken taken = leasing.take(capacity);
        taken.block().markUsed(taken.slot());
        return of(allocator, leasing, taken.block(), taken.slot(), capacity, maxCapacity);
    }

    private static LeasedByteBuf of(
            NettyAllocator allocator, Leasing leasing, Block block, int slot, int capacity, int maxCapacity) {
        try {
            return new LeasedByteBuf(allocator, leasing, block, slot, capacity, maxCapacity);
        } catch (Throwable failed) {
            leasing.giveBack(block, slot);
            throw failed;
        }
    }

    @Override
    public int maxFastWritableBytes() {
        return Math.min(block.slotBytes(), maxCapacity()) - writerIndex();
    }

    @Override
    public boolean hasMemoryAddress() {
        return block.memoryAddress() != Block.NO_ADDRESS;
    }

    @Override
    public long memoryAddress() {
        ensureAccessible();
        long address = block.memoryAddress();
        if (address == Block.NO_ADDRESS) {
            throw new UnsupportedOperationException(
                    "a buffer without a memory address (expected hasMemoryAddress() first): use internalNioBuffer");
        }
        return address + base();
    }

    @Override
    void resize(int newCapacity) {
        if (newCapacity <= block.slotBytes()) {
            place(memory(), base(), newCapacity);
        } else {
            move(newCapacity);
        }
    }

    private void move(int newCapacity) {
        tenure.moving(block);
        Taken target = tenure.leasing().take(newCapacity);
        Block to = target.block();
        to.markUsed(target.slot());
        Block from = block;
        int fromSlot = slot;
        to.memory().put(to.offsetOf(target.slot()), from.memory(), from.offsetOf(fromSlot), capacity());
        block = to;
        slot = target.slot();
        tenure.moved(to, slot);
        place(to.memory(), to.offsetOf(slot), newCapacity);
        tenure.giveBack(from, fromSlot);
    }

    @Override
    protected void deallocate() {
        displace();
        try {
            tenure.end(block, slot);
        } finally {
            Reference.reachabilityFence(this); // else it might be found dropped while it is given back
        }
    }
}
