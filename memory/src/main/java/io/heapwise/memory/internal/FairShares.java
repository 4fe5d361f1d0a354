package io.heapwise.memory.internal;

/**
 * Divides a limit among holders. Invariant: shares sum to at most the limit, or to the sum of the minimums if that is
 * more; nobody gets less than its minimum; holders above their minimum give back in proportion to what they hold above it.
 *
 * <p>What nobody holds yet is divided evenly, and an eighth of the limit is always meant for those who hold little: a new
 * holder could otherwise never begin while the old ones fill the limit.
 */
public final class FairShares {
    private static final int STARTER_DIVISOR = 8;

    private FairShares() {}

    /**
     * The share of each.
     *
     * @param limit what all together may hold, {@link Long#MAX_VALUE} for no limit
     * @param footprints what each holds
     * @param minimums what each needs, at most its footprint
     * @return the shares, in the same order
     */
    public static long[] of(long limit, long[] footprints, long[] minimums) {
        int n = footprints.length;
        long[] shares = new long[n];
        if (limit == Long.MAX_VALUE) {
            java.util.Arrays.fill(shares, Long.MAX_VALUE);
            return shares;
        }
        long minimum = 0;
        double above = 0;
        double[] wants = new double[n];
        double starter = n < 2 ? 0 : (double) limit / STARTER_DIVISOR / n;
        for (int i = 0; i < n; i++) {
            minimum += minimums[i];
            wants[i] = Math.max(starter, (double) (footprints[i] - minimums[i]));
            above += wants[i];
        }
        double free = (double) Math.max(0, limit - minimum);
        double scale = above <= free || above == 0 ? 1 : free / above;
        double even = above < free ? (free - above) / n : 0;
        for (int i = 0; i < n; i++) {
            shares[i] = minimums[i] + (long) (wants[i] * scale + even);
        }
        return shares;
    }
}
