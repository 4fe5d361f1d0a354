package io.heapwise.streams;

import org.jspecify.annotations.Nullable;

/**
 * Hands out chunks, or what was made of them, and knows how far its consumer is: a place to go on from after a restart.
 *
 * <p>For one thread at a time, {@link #close} too.
 *
 * @param <E> a chunk, or the result of one
 * @since 0.1.0
 */
public interface ChunkIterator<E extends @Nullable Object> extends CloseableIterator<E> {
    /**
     * The position of the consumer: how many items of the source are in the chunks handed out so far, or were skipped before the
     * first. What has been read ahead does not count. Store it when the last chunk handed out has been dealt with, and give it to
     * {@link Chunks#startingAtItem} to go on from there.
     *
     * @return items since the start of the source
     */
    long itemsSeen();

    /**
     * How many chunks have been handed out.
     *
     * @return chunks of this iterator
     */
    long chunksSeen();
}
