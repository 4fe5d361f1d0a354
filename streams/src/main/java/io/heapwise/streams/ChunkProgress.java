package io.heapwise.streams;

import org.jspecify.annotations.Nullable;

/**
 * Tells how far a consumer is. Invariant: a chunk is reported once, and not before its consumer has asked for more, since only then has
 * it dealt with that chunk: whoever stores what is reported never stores what was lost.
 *
 * <p>For one thread at a time.
 */
final class ChunkProgress {
    private final Chunks.@Nullable Progress listener;
    private long chunks;
    private long items;
    private long reported;

    ChunkProgress(Chunks.@Nullable Progress listener) {
        this.listener = listener;
    }

    void handedOut(long itemsSoFar) {
        chunks++;
        items = itemsSoFar;
    }

    /** The consumer asks for more. */
    void report() {
        if (reported != chunks) {
            reported = chunks;
            if (listener != null) {
                listener.onChunk(chunks, items);
            }
        }
    }

    long chunks() {
        return chunks;
    }
}
