package io.heapwise.cache;

import io.heapwise.cache.internal.CacheIntegrity;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The main class of a child JVM: feeds a cache with default settings, or with the policy that is its argument, five times as
 * much as the heap holds, while other objects of the application grow to 45 % of the heap and go again. Ends with "survived", or not at all.
 */
final class FeedPastTheHeap {
    private static final int SMALLEST_BYTES = 100;
    private static final int LARGEST_BYTES = 30_000;
    private static final int BALLAST_PIECE_BYTES = 64 * 1024;

    private FeedPastTheHeap() {}

    public static void main(String[] args) {
        long heap = Runtime.getRuntime().maxMemory();
        long toFeed = 5 * heap;
        List<byte[]> ballast = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        MemoryAwareCacheBuilder<Long, byte[]> builder = MemoryAwareCache.builder();
        if (args.length > 0) {
            builder.evictionPolicy(EvictionPolicy.valueOf(args[0]));
        }
        try (MemoryAwareCache<Long, byte[]> cache = builder.build()) {
            long fed = 0;
            for (long key = 0; fed < toFeed; key++) {
                byte[] value = new byte[sizeOf(random)];
                value[0] = (byte) key;
                cache.put(key, value);
                fed += value.length;
                byte[] back = cache.getIfPresent(key - random.nextInt(1_000));
                require(back == null || back.length >= SMALLEST_BYTES, "a value changed its size");
                grow(ballast, fed, toFeed, heap);
            }
            require(cache.estimatedSize() > 0, "the cache is empty");
            require(cache.footprint().totalBytes() < heap, "the footprint is larger than the heap");
            cache.cleanUp();
            CacheIntegrity.check(cache);
            System.out.println("survived with " + cache.estimatedSize() + " entries, " + cache.footprint() + ", "
                    + cache.lastDecision());
        }
    }

    /** Many small, few large: the logarithm is spread evenly. */
    private static int sizeOf(SplittableRandom random) {
        return (int) (SMALLEST_BYTES * Math.pow((double) LARGEST_BYTES / SMALLEST_BYTES, random.nextDouble()));
    }

    /** Grows over the middle of the run to 45 % of the heap, and is let go for its last quarter. */
    private static void grow(List<byte[]> ballast, long fed, long toFeed, long heap) {
        double done = (double) fed / toFeed;
        if (done > 0.75) {
            ballast.clear();
        } else if (done > 0.25) {
            double share = Math.min(0.45, 0.9 * (done - 0.25));
            while ((long) ballast.size() * BALLAST_PIECE_BYTES < share * heap) {
                ballast.add(new byte[BALLAST_PIECE_BYTES]);
            }
        }
    }

    private static void require(boolean claim, String otherwise) {
        if (!claim) {
            throw new AssertionError(otherwise);
        }
    }
}
