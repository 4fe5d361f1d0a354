package io.heapwise.buffers.netty;

/**
 * What a {@link LimitedByteBufAllocator} has lent, at one moment. Invariant: {@code usedBytes} was at most {@code limitBytes}.
 *
 * @param name of the allocator
 * @param limitBytes the most that its buffers may have
 * @param usedBytes what they have, its children's among them
 * @param peakBytes the most they ever had
 * @param fallbacks how many buffers came of the heap as the limit allowed none, of the whole family
 * @param refusals how many were refused, of the whole family
 * @param waiting how many threads wait now, of the whole family
 * @param leaks how many buffers were found dropped, of the whole family
 * @since 0.1.0
 */
public record LimitedByteBufStats(
        String name,
        long limitBytes,
        long usedBytes,
        long peakBytes,
        long fallbacks,
        long refusals,
        int waiting,
        long leaks) {}
