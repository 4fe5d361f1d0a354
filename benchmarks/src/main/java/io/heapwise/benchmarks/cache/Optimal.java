package io.heapwise.benchmarks.cache;

import java.util.Arrays;
import java.util.PriorityQueue;

/**
 * The clairvoyant cache: it evicts what will be asked for last, or never (L. Belady, "A study of replacement algorithms
 * for a virtual-storage computer", IBM Systems Journal 5(2), 1966). No cache of that size hits more often. Cost:
 * O(n log n) time.
 */
final class Optimal {
    private static final int NEVER = Integer.MAX_VALUE;

    private Optimal() {}

    /** The number of hits over {@code requests}, whose keys are numbered from 0 to {@code distinctKeys - 1}. */
    static long hits(int[] requests, int distinctKeys, int maximumEntries) {
        int[] nextUse = nextUses(requests, distinctKeys);
        int[] residentUntil = new int[distinctKeys];
        Arrays.fill(residentUntil, -1);
        // A resident's next use and its key, latest first. A key that is used again leaves its old pair behind; such a
        // pair is known by a next use that is not the resident's.
        PriorityQueue<Long> latestFirst = new PriorityQueue<>((a, b) -> Long.compare(b, a));
        long hits = 0;
        int residents = 0;
        for (int i = 0; i < requests.length; i++) {
            int key = requests[i];
            if (residentUntil[key] >= 0) {
                hits++;
            } else {
                residents++;
            }
            residentUntil[key] = nextUse[i];
            latestFirst.add(pair(nextUse[i], key));
            while (residents > maximumEntries) {
                long candidate = latestFirst.remove();
                int victim = (int) candidate;
                if (residentUntil[victim] == (int) (candidate >>> 32)) {
                    residentUntil[victim] = -1;
                    residents--;
                }
            }
        }
        return hits;
    }

    private static long pair(int nextUse, int key) {
        return (long) nextUse << 32 | key;
    }

    private static int[] nextUses(int[] requests, int distinctKeys) {
        int[] nextOfKey = new int[distinctKeys];
        Arrays.fill(nextOfKey, NEVER);
        int[] nextUse = new int[requests.length];
        for (int i = requests.length - 1; i >= 0; i--) {
            nextUse[i] = nextOfKey[requests[i]];
            nextOfKey[requests[i]] = i;
        }
        return nextUse;
    }
}
