package io.heapwise.buffers.internal;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Memory whose lease has ended and that is kept for a while, to find out who still writes to it. Invariant: it is no more than the bounds; each piece is
 * looked at and freed once, by whoever takes it out.
 *
 * <p>Thread-safe. What is in here is held, and reserved, as what is leased: whoever is refused memory empties it first.
 */
final class Quarantine {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.buffers");

    static final int MOST_BLOCKS = 1_024;
    static final long MOST_BYTES = Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 16);

    private final RegionStore store;
    private final ReentrantLock lock = new ReentrantLock();
    /** Of a fixed size, so that nothing is lost when the heap has no room. */
    private final ArrayDeque<Guarded> blocks = new ArrayDeque<>(MOST_BLOCKS + 1);

    private long bytes;
    private final LongAdder damages = new LongAdder();

    Quarantine(RegionStore store) {
        this.store = store;
    }

    /** Takes memory in, and the first out while there is too much. */
    void add(Guarded block) {
        lock.lock();
        try {
            blocks.add(block);
            bytes += block.heldBytes();
        } finally {
            lock.unlock();
        }
        free(MOST_BLOCKS, MOST_BYTES);
    }

    /** Frees all. */
    void empty() {
        free(0, 0);
    }

    private void free(int mostBlocks, long mostBytes) {
        Guarded first = poll(mostBlocks, mostBytes);
        while (first != null) {
            try {
                examine(first);
            } finally {
                store.free(first);
            }
            first = poll(mostBlocks, mostBytes);
        }
    }

    private @Nullable Guarded poll(int mostBlocks, long mostBytes) {
        lock.lock();
        try {
            if (blocks.size() <= mostBlocks && bytes <= mostBytes) {
                return null;
            }
            Guarded first = blocks.remove();
            bytes -= first.heldBytes();
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void examine(Guarded block) {
        String written = block.lateWrite();
        if (written != null) {
            damages.increment();
            LOGGER.log(Level.WARNING, written, block.history());
        }
    }

    /** Bytes taken from the system. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    /** Counts what was found before the lease had ended. */
    void damaged() {
        damages.increment();
    }

    long damages() {
        return damages.sum();
    }
}
