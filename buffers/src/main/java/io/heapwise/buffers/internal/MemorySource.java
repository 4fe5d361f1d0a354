package io.heapwise.buffers.internal;

import io.heapwise.memory.DirectMemory;
import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.Subscription;
import java.nio.ByteBuffer;

/**
 * Where memory comes from. Invariant: what it gives is zero, begins at the alignment asked for, and is the caller's until {@link Memory#free}.
 */
public enum MemorySource {
    /** Arrays. */
    HEAP {
        @Override
        public Memory allocate(int bytes, int alignment) {
            return new Memory(ByteBuffer.allocate(bytes), () -> {}, true, Subscription.none());
        }
    },

    /** Memory outside the heap. */
    DIRECT {
        @Override
        public Memory allocate(int bytes, int alignment) {
            return NativeMemory.allocate(bytes, alignment);
        }
    };

    /**
     * Takes memory.
     *
     * @param bytes how many, at least 1
     * @param alignment of the first, a power of two; only for direct memory
     * @throws OutOfMemoryError when there is not so much
     */
    public abstract Memory allocate(int bytes, int alignment);

    /**
     * Memory, and how to give it back.
     *
     * @param buffer all of it
     * @param freeing gives it back; once, when nobody uses it any more
     * @param isCollected whether the collector does so too, once the buffer and all views of it have been dropped
     * @param reported where it was {@linkplain DirectMemory reported}, to be closed when it is given back
     */
    public record Memory(ByteBuffer buffer, Runnable freeing, boolean isCollected, Subscription reported) {
        /** Throws if somebody uses it at this moment: then nothing has been done. */
        void free() {
            freeing.run();
            reported.close();
        }

        /** Has it freed when its owner is dropped, and then tells, unless what is returned is closed before. Arrays are not watched. */
        Subscription watch(Object owner, Runnable afterwards) {
            if (!buffer.isDirect()) {
                return Subscription.none();
            }
            Runnable free = isCollected ? () -> {} : freeing;
            Subscription known = reported;
            return LeakTracker.whenDropped(owner, () -> {
                free.run();
                known.close();
                afterwards.run();
            });
        }
    }
}
