package io.heapwise.cache.internal;

import java.util.Arrays;

/**
 * How often those who have left had been used: two for each slot, the most used longest. Invariant: a bucket holds four of
 * 16 bits, the newest lowest; 0 is nobody. Under the stripe's lock.
 */
final class Ghosts {
    /*
     * Twelve bits of the hash and four of uses, four to a word: one load to ask, one load and a store to note somebody. A
     * count-min sketch of the same four bytes an entry remembers more keys, but less exactly: it hit 0.2 points less.
     * With the same depth of the stripe, who belongs to a bucket stays in it, or in its neighbours when their number changes.
     */

    private static final int GHOST_BITS = 16;
    private static final int BUCKET_BITS = 64;
    private static final int NAME = 0xFFF0;
    private static final int USES = 0xF;
    private static final long HALF_THE_USES = 0x0007_0007_0007_0007L;
    private static final long NAMES = 0xFFF0_FFF0_FFF0_FFF0L;
    private static final long LOWEST = 0x0001_0001_0001_0001L;
    private static final long HIGHEST = 0x8000_8000_8000_8000L;
    private static final int NOWHERE = -1;

    private final long[] buckets;

    /** How many leading bits of the hash say nothing. */
    private final int depth;

    private Ghosts(long[] buckets, int depth) {
        this.buckets = buckets;
        this.depth = depth;
    }

    static Ghosts forSlots(int slots, int depth) {
        return new Ghosts(new long[bucketsFor(slots)], depth);
    }

    private static int bucketsFor(int slots) {
        return Math.max(1, slots / 2);
    }

    /** How often the one of that hash was used when it left, as far as known; else 0. */
    int usesOf(int hash) {
        long bucket = buckets[bucketOf(hash)];
        int shift = shiftOf(bucket, nameOf(hash));
        return shift == NOWHERE ? 0 : (int) (bucket >>> shift) & USES;
    }

    /** Notes one who leaves. Of the four in its bucket, the least used and eldest is forgotten, or its own former self. */
    void add(int hash, int uses) {
        int place = bucketOf(hash);
        long bucket = buckets[place];
        int name = nameOf(hash);
        int shift = shiftOf(bucket, name);
        if (shift == NOWHERE) {
            shift = shiftOfLeast(bucket);
        }
        // Those below the gap move up by one, those above stay.
        long younger = bucket & ((1L << shift) - 1);
        long elder = shift == BUCKET_BITS - GHOST_BITS ? 0 : bucket & (-1L << (shift + GHOST_BITS));
        buckets[place] = elder | younger << GHOST_BITS | name | uses;
    }

    /** Where the one of that name stands. Of all four at once: of a difference that is 0, the highest bit is borrowed from. */
    private static int shiftOf(long bucket, int name) {
        long differences = (bucket ^ (name * LOWEST)) & NAMES;
        long none = (differences - LOWEST) & ~differences & HIGHEST;
        return none == 0 ? NOWHERE : Long.numberOfTrailingZeros(none) & -GHOST_BITS;
    }

    /** Where the least used stands, of several the eldest. Without a branch, since nobody could foresee it. */
    private static int shiftOfLeast(long bucket) {
        int least = Math.min(Math.min(rank(bucket, 0), rank(bucket, 1)), Math.min(rank(bucket, 2), rank(bucket, 3)));
        return (3 - (least & 3)) * GHOST_BITS;
    }

    private static int rank(long bucket, int at) {
        return ((int) (bucket >>> (at * GHOST_BITS)) & USES) << 2 | (3 - at);
    }

    /** Forgets half of what each has been used. */
    void halve() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = (buckets[i] & NAMES) | (buckets[i] >>> 1 & HALF_THE_USES);
        }
    }

    /** These, or as many as so many slots call for. */
    Ghosts fitting(int slots) {
        int wanted = bucketsFor(slots);
        return Math.abs(wanted - buckets.length) * 8L <= buckets.length ? this : part(0, buckets.length, wanted, depth);
    }

    /** Those of the lower or upper half of the hashes. */
    Ghosts half(boolean isUpper, int slots) {
        int middle = buckets.length / 2;
        return middle == 0
                ? forSlots(slots, depth + 1)
                : part(isUpper ? buckets.length - middle : 0, middle, bucketsFor(slots), depth + 1);
    }

    private Ghosts part(int from, int length, int wanted, int depth) {
        long[] part = new long[wanted];
        Arrays.setAll(part, i -> buckets[from + (int) ((long) i * length / wanted)]);
        return new Ghosts(part, depth);
    }

    long bytes() {
        return 40L + 8L * buckets.length;
    }

    private int bucketOf(int hash) {
        return (int) (((hash << depth & 0xFFFF_FFFFL) * buckets.length) >>> 32);
    }

    /** The lowest bits, which the place of the bucket does not tell; the very lowest is the same for all. */
    private static int nameOf(int hash) {
        return hash << 3 & NAME;
    }
}
