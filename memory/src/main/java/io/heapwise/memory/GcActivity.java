package io.heapwise.memory;

import java.time.Duration;

/**
 * What the collector did over a window. Invariant: counts of what was seen since the signal was opened, so never more
 * than happened.
 *
 * @param window how far back it reaches, whole seconds
 * @param minorCollections collections of the young generation, mixed ones included
 * @param majorCollections full collections and concurrent cycles
 * @param stopped how long the program was stopped; the JVM counts whole milliseconds, shorter pauses are lost
 * @param concurrent how long concurrent cycles over the whole heap ran
 * @param reclaimedBytes what collections freed; for concurrent collectors what was allocated meanwhile is set off
 * @param promotedBytes what moved to the old generation in young collections; 0 for heaps without generations
 * @param stalls how often the program had to wait for memory
 * @since 0.1.0
 */
public record GcActivity(
        Duration window,
        long minorCollections,
        long majorCollections,
        Duration stopped,
        Duration concurrent,
        long reclaimedBytes,
        long promotedBytes,
        long stalls) {}
