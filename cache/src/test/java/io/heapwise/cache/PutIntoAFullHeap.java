package io.heapwise.cache;

import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * The main class of a child JVM: fills the heap to its last bytes, over and over, and each time uses a cache until memory was
 * refused to it many times. Ends with "survived" if the cache's books are right then.
 */
final class PutIntoAFullHeap {
    private static final int ROUNDS = 8;
    private static final int USES_WHEN_FULL = 12;
    private static final int USES_BETWEEN = 3_000;
    private static final int KEYS = 6_000;

    private static final Object[] NOTHING = {};
    private static final Duration LIFE = Duration.ofMillis(20);
    private static final Duration SHORT_WHILE = Duration.ofMillis(1);

    /** By the real time others would work too, and threads and pools of the JDK don't all outlive a refusal. */
    private static final ManualTicker TIME = new ManualTicker();

    private static Object[] ballast = NOTHING;
    private static int refused;
    private static int evicted;

    private PutIntoAFullHeap() {}

    public static void main(String[] args) {
        String[] kind = args[0].split(" ", 2);
        MemoryAwareCacheBuilder<Integer, Object> builder = MemoryAwareCache.<Integer, Object>builder()
                .executor(Runnable::run)
                .evictionListener((key, value, cause) -> evicted++) // what is noted for it takes memory, too
                .maximumSize(3_000)
                .evictionPolicy(EvictionPolicy.valueOf(kind[0]));
        if (kind.length > 1) {
            builder.expireAfterAccess(LIFE).ticker(TIME);
        }
        MemoryAwareCache<Integer, Object> cache = builder.build();
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < ROUNDS; round++) {
            if (round % 4 == 0) {
                cache.invalidateAll(); // tables have to grow again, in a full heap
            }
            fill();
            use(cache, random, USES_WHEN_FULL);
            ballast = NOTHING;
            use(cache, random, USES_BETWEEN);
            CacheIntegrity.checkWhileInUse(cache);
        }
        if (refused == 0) {
            throw new AssertionError("memory was refused 0 times (expected more): fill the heap");
        }
        if (kind.length > 1) {
            TIME.advance(LIFE.multipliedBy(2));
            if (cache.estimatedSize() > 0) {
                throw new AssertionError("entries left=" + cache.estimatedSize() + " (expected 0: all have expired)");
            }
        }
        System.out.println("survived, memory was refused " + refused + " times, " + evicted + " evicted; " + cache);
    }

    /** Takes all there is, in ever smaller pieces, each of which holds the one before. */
    private static void fill() {
        for (int size = 1 << 17; size >= 4; size /= 32) {
            try {
                while (true) {
                    Object[] piece = new Object[size];
                    piece[0] = ballast;
                    ballast = piece;
                }
            } catch (OutOfMemoryError full) {
                // The next smaller ones may still fit.
            }
        }
    }

    private static void use(MemoryAwareCache<Integer, Object> cache, SplittableRandom random, int uses) {
        for (int i = 0; i < uses; i++) {
            try {
                Integer key = random.nextInt(KEYS);
                switch (random.nextInt(9)) {
                    case 8 -> TIME.advance(SHORT_WHILE);
                    case 0 -> cache.invalidate(key);
                    case 1, 2, 3 -> cache.getIfPresent(key);
                    case 4 -> cache.get(key, any -> key);
                    default -> cache.put(key, key);
                }
            } catch (VirtualMachineError
                    | LinkageError expected) { // what is linked for the first time fails with others, too
                refused++;
            }
        }
    }
}
