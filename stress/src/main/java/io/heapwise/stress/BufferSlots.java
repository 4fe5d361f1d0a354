package io.heapwise.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.heapwise.buffers.internal.AwaitedMemory;
import io.heapwise.buffers.internal.Block;
import io.heapwise.buffers.internal.MemorySource;
import io.heapwise.buffers.internal.Slab;
import io.heapwise.buffers.internal.SlabPool;
import io.heapwise.buffers.internal.Taken;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** A slot of memory has one owner at a time, who sees what the last one wrote; and none is lost, whatever happens to its slab. */
public final class BufferSlots {
    private static final int BYTES = 4 << 10;

    private BufferSlots() {}

    /** Memory in slabs of two slots, in a region each. */
    static class Memory {
        final SlabPool pool = new SlabPool(MemorySource.HEAP, true, 1, null, 64 << 10, new AwaitedMemory(0));
        final Block block;

        Memory() {
            Taken first = take();
            block = first.block();
            block.release(first.slot());
        }

        final Taken take() {
            Taken taken = pool.take(BYTES);
            if (taken == null) {
                throw new AssertionError("there is no limit");
            }
            return taken;
        }

        /** Takes a slot of the slab as a thread does that has read it as current, however long ago. */
        final int takeOfSlab() {
            int slot = ((Slab) block).take();
            while (slot == Slab.CONTENDED) {
                slot = ((Slab) block).take();
            }
            return slot;
        }

        /** 1 if so many slots are taken and no law is broken. */
        final int isSound(int leases) {
            pool.checkIntegrity();
            return pool.census().leases() == leases ? 1 : 0;
        }

        /** 1 if all comes back. */
        final int isAllBack() {
            pool.trim();
            pool.checkIntegrity();
            return pool.heldBytes() == 0 ? 1 : 0;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"0, 1", "1, 0"},
            expect = ACCEPTABLE,
            desc = "each has its own")
    @Outcome(expect = FORBIDDEN, desc = "both have one, or one has none")
    public static class TwoTake extends Memory {
        @Actor
        public void first(II_Result r) {
            r.r1 = takeOfSlab();
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = takeOfSlab();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "not yet given back")
    @Outcome(id = "42", expect = ACCEPTABLE, desc = "given back, and seen as it was left")
    @Outcome(expect = FORBIDDEN, desc = "what was written is not seen")
    public static class NextOwner extends Memory {
        final int held = takeOfSlab();
        final int other = takeOfSlab();

        @Actor
        public void gives() {
            block.memory().put(block.offsetOf(held), (byte) 42);
            block.release(held);
        }

        @Actor
        public void takes(I_Result r) {
            int slot = takeOfSlab();
            r.r1 = slot < 0 ? -1 : block.memory().get(block.offsetOf(slot));
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"-1, 1", "0, 1", "1, 1"},
            expect = ACCEPTABLE,
            desc = "none, or one that is free no more")
    @Outcome(expect = FORBIDDEN, desc = "a slot is lost, or had twice")
    public static class TakeOfThoseThatCameBack extends Memory {
        final int held = takeOfSlab();
        final int other = takeOfSlab();

        @Actor
        public void givesBoth() {
            block.release(held);
            block.release(other);
        }

        @Actor
        public void takes(II_Result r) {
            r.r1 = takeOfSlab();
        }

        @Arbiter
        public void looks(II_Result r) {
            r.r2 = isSound(r.r1 < 0 ? 0 : 1);
            if (r.r1 >= 0) {
                block.release(r.r1);
            }
            r.r2 &= isAllBack();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "it is current, or in the list")
    @Outcome(expect = FORBIDDEN, desc = "nobody will ever find it")
    public static class GivenBackWhileGivenUp extends Memory {
        final int held = takeOfSlab();
        final int other = takeOfSlab();
        Taken next;

        @Actor
        public void gives() {
            block.release(held);
        }

        @Actor
        public void replaces() {
            next = take();
        }

        @Arbiter
        public void looks(I_Result r) {
            r.r1 = isSound(2);
            block.release(other);
            next.block().release(next.slot());
            r.r1 &= isAllBack();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "who has a slot has it, and all comes back")
    @Outcome(expect = FORBIDDEN, desc = "a slot of a slab that has retired, or slices that are lost")
    public static class LastGivenBackWhileOneTakes extends Memory {
        final int held = takeOfSlab();
        final int other = takeOfSlab();
        final Taken next = take(); // the slab is full, and current no more
        int late;

        @Actor
        public void gives() {
            block.release(held);
            block.release(other);
        }

        @Actor
        public void takesLate() {
            late = takeOfSlab();
        }

        @Arbiter
        public void looks(I_Result r) {
            r.r1 = isSound(late < 0 ? 1 : 2);
            if (late >= 0) {
                block.release(late);
            }
            next.block().release(next.slot());
            r.r1 &= isAllBack();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one lease, and all comes back")
    @Outcome(expect = FORBIDDEN, desc = "memory is lost, or gone while it is in use")
    public static class TakeWhileTrimmed extends Memory {
        Taken taken;

        @Actor
        public void trims() {
            pool.trim();
        }

        @Actor
        public void takes() {
            taken = take();
        }

        @Arbiter
        public void looks(I_Result r) {
            r.r1 = isSound(1);
            taken.block().release(taken.slot());
            r.r1 &= isAllBack();
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "one lease, and all comes back")
    @Outcome(expect = FORBIDDEN, desc = "memory is lost, or gone while it is in use")
    public static class ManySlicesTakenWhileTrimmed {
        private static final int MANY_BYTES = 400 << 10; // more than a word of the region's bitmap says

        final SlabPool pool = new SlabPool(MemorySource.HEAP, true, 1, null, 64 << 20, new AwaitedMemory(0));
        final Taken before = pool.take(MANY_BYTES);
        Taken taken;

        @Actor
        public void trims() {
            before.block().release(before.slot());
            pool.trim();
        }

        @Actor
        public void takes() {
            taken = pool.take(MANY_BYTES);
        }

        @Arbiter
        public void looks(I_Result r) {
            pool.checkIntegrity();
            r.r1 = pool.census().leases() == 1 ? 1 : 0;
            taken.block().release(taken.slot());
            pool.trim();
            pool.checkIntegrity();
            r.r1 &= pool.heldBytes() == 0 ? 1 : 0;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "refused, or lent; and all has come back")
    @Outcome(expect = FORBIDDEN, desc = "memory is kept though the allocator is closed")
    public static class TakeWhileClosed extends Memory {
        Taken taken;

        @Actor
        public void closes() {
            pool.close();
        }

        @Actor
        public void takes() {
            try {
                taken = take();
            } catch (IllegalStateException closed) {
                taken = null;
            }
        }

        @Arbiter
        public void looks(I_Result r) {
            if (taken != null) {
                taken.block().release(taken.slot());
            }
            r.r1 = pool.heldBytes() == 0 ? 1 : 0;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "given back to the system by whoever came last")
    @Outcome(expect = FORBIDDEN, desc = "memory is kept though the allocator is closed")
    public static class GivenBackWhileClosed extends Memory {
        final int held = takeOfSlab();

        @Actor
        public void closes() {
            pool.close();
        }

        @Actor
        public void gives() {
            block.release(held);
        }

        @Arbiter
        public void looks(I_Result r) {
            r.r1 = pool.heldBytes() == 0 ? 1 : 0;
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"1, 1", "1, 0", "0, 1", "0, 0"},
            expect = ACCEPTABLE,
            desc = "who is late, or gets what the other had, is told that it was used")
    @Outcome(expect = FORBIDDEN, desc = "told that it was new, but the other has written there")
    public static class FirstUse {
        final SlabPool pool = new SlabPool(MemorySource.HEAP, true, 1, null, 64 << 10, new AwaitedMemory(0));

        @Actor
        public void first(II_Result r) {
            r.r1 = use();
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = use();
        }

        /** 1 if the slot is said to be zero, and is; then it is written and given back, so that the other may get it. */
        private int use() {
            Taken taken = pool.take(BYTES);
            if (taken == null) {
                return 3;
            }
            Block block = taken.block();
            int at = block.offsetOf(taken.slot());
            boolean isClean = block.markUsed(taken.slot());
            int seen = !isClean ? 0 : block.memory().get(at) == 0 ? 1 : 2;
            block.memory().put(at, (byte) 7);
            block.release(taken.slot());
            return seen;
        }
    }
}
