package io.heapwise.cache.internal.sizing;

/**
 * The bytes of the array behind a structure of n elements. The JDK does not tell its length, so it is computed as if the
 * structure had grown to n by its own rule. An ArrayList is as often copied at its exact size, so there the middle between
 * the two is taken: it is off by at most a quarter of n, or by five slots of a short list. Stateless.
 */
final class Tables {
    private static final int ARRAY_LIST_SLOTS = 10;
    private static final int ARRAY_DEQUE_SLOTS = 17;
    private static final int PRIORITY_QUEUE_SLOTS = 11;

    /** Below this, queues double plus two; from there on they grow by a half. */
    private static final int QUEUE_DOUBLES_BELOW = 64;

    private static final int HASH_SLOTS = 16;
    private static final int IDENTITY_SLOTS = 64;

    private Tables() {}

    static long bytes(Shape shape, long n) {
        return switch (shape) {
            case ARRAY_LIST -> n == 0 ? 0 : references(middle(n, grown(ARRAY_LIST_SLOTS, 0, n)));
            case ARRAY_DEQUE -> references(grown(ARRAY_DEQUE_SLOTS, QUEUE_DOUBLES_BELOW, n + 1)); // one stays free
            case PRIORITY_QUEUE -> references(grown(PRIORITY_QUEUE_SLOTS, QUEUE_DOUBLES_BELOW, n));
            case REFERENCE_ARRAY, ATOMIC_REFERENCE_ARRAY, EXACT_LIST, EXACT_COLLECTION, IMMUTABLE_LIST, ENUM_MAP ->
                references(n);
            case IMMUTABLE_SET -> references(2 * n);
            case IMMUTABLE_MAP -> references(4 * n); // key and value in one table
            case HASHED_SET, HASHED_MAP -> n == 0 ? 0 : references(powerOfTwo(HASH_SLOTS, n + n / 3));
            case IDENTITY_MAP -> references(powerOfTwo(IDENTITY_SLOTS, 3 * n));
            default -> 0;
        };
    }

    private static long references(long slots) {
        return ClassProfiles.HEAP.referenceArrayBytes(slots);
    }

    private static long middle(long exact, long grown) {
        return exact + (grown - exact) / 2;
    }

    private static long grown(long initial, long doublesBelow, long needed) {
        long slots = initial;
        while (slots < needed) {
            slots += slots < doublesBelow ? slots + 2 : slots / 2;
        }
        return slots;
    }

    private static long powerOfTwo(long atLeast, long needed) {
        long slots = Math.max(atLeast, needed);
        return Long.highestOneBit(2 * slots - 1);
    }
}
