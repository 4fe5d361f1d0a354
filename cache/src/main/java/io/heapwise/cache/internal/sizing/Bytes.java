package io.heapwise.cache.internal.sizing;

/** Sums of byte counts. Invariant: operands and results are in [0, Long.MAX_VALUE]; what would be more stops there. */
final class Bytes {
    private Bytes() {}

    static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    /** The total of {@code count} things of which {@code samples > 0} together have {@code sampleBytes}. */
    static long extrapolate(long sampleBytes, int samples, long count) {
        if (samples == count) {
            return sampleBytes;
        }
        return (long) ((double) sampleBytes / samples * count); // a cast from double saturates
    }
}
