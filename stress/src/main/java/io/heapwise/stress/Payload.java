package io.heapwise.stress;

/** A value with a plain, not final, field: only the cache's own publication makes it visible to a reader. */
final class Payload {
    Object key;
    int number;

    Payload(Object key, int number) {
        this.key = key;
        this.number = number;
    }

    /** The number; 0 for nothing, -1 for the value of another key, -2 for one that was not published whole. */
    static int seenUnder(Object key, Payload payload) {
        if (payload == null) {
            return 0;
        }
        Object seenKey = payload.key;
        int seenNumber = payload.number;
        if (seenKey == null || seenNumber == 0) {
            return -2;
        }
        return seenKey == key ? seenNumber : -1;
    }
}
