package io.heapwise.buffers.netty;

import io.heapwise.memory.Subscription;
import io.netty.buffer.ByteBuf;
import java.lang.ref.Reference;

/**
 * A buffer of another allocator whose bytes count for a limit. Invariant: while it is referred to, {@code charged} bytes are charged for it, which is its capacity, or 0
 * if it fell back to the heap; and it is the one owner of the buffer within.
 */
final class ChargedByteBuf extends MemoryByteBuf {
    private final LimitedByteBufAllocator limited;
    private final Charge charge;
    private Subscription watch = Subscription.none();

    ChargedByteBuf(LimitedByteBufAllocator limited, Charge charge, int maxCapacity) {
        super(limited, maxCapacity);
        this.limited = limited;
        this.charge = charge;
        placeWithin();
    }

    private void placeWithin() {
        ByteBuf within = charge.within();
        place(within.nioBuffer(0, within.capacity()), 0, within.capacity());
    }

    /** To be told when it is over, to stop watching. */
    void watchedBy(Subscription watch) {
        this.watch = watch;
    }

    @Override
    public int maxFastWritableBytes() {
        return Math.min(capacity(), maxCapacity()) - writerIndex(); // more would have to be charged
    }

    @Override
    public boolean hasMemoryAddress() {
        return charge.within().hasMemoryAddress();
    }

    @Override
    public long memoryAddress() {
        ensureAccessible();
        return charge.within().memoryAddress();
    }

    @Override
    void resize(int newCapacity) {
        limited.resize(charge, newCapacity);
        placeWithin();
    }

    @Override
    protected void deallocate() {
        displace();
        try {
            watch.close();
            charge.end();
        } finally {
            Reference.reachabilityFence(this); // else it might be found dropped while it is given back
        }
    }
}
