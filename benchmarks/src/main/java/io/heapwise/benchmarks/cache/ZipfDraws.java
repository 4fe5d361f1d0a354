package io.heapwise.benchmarks.cache;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * Repeatable streams of keys whose popularity falls with a power of their rank. Equal arguments give equal streams on
 * every machine, since nothing here depends on the platform's mathematics beyond {@link StrictMath}.
 */
final class ZipfDraws {
    private static final double EXPONENT = 0.99;

    private ZipfDraws() {}

    /**
     * Draws from {@code [0, keys)}; the key of rank {@code r} comes with a probability proportional to
     * {@code 1 / r^0.99}. Ranks are dealt to keys at random, so that neighbouring keys have nothing in common.
     */
    static int[] draw(int keys, int draws, long seed) {
        IntSupplier source = source(keys, seed);
        int[] drawn = new int[draws];
        for (int i = 0; i < draws; i++) {
            drawn[i] = source.getAsInt();
        }
        return drawn;
    }

    /** The same draws one by one, for whoever has no room to keep them all. Not thread-safe. */
    static IntSupplier source(int keys, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] cumulative = new double[keys];
        double sum = 0;
        for (int rank = 0; rank < keys; rank++) {
            sum += StrictMath.pow(rank + 1, -EXPONENT);
            cumulative[rank] = sum;
        }
        int[] keyOfRank = shuffled(keys, random);
        double total = sum;
        return () -> {
            int found = Arrays.binarySearch(cumulative, random.nextDouble() * total);
            int rank = Math.min(keys - 1, found >= 0 ? found : -found - 1);
            return keyOfRank[rank];
        };
    }

    /**
     * The scrambled Zipf load of the Yahoo! cloud serving benchmark, which Caffeine's GetPutBenchmark uses: ranks are
     * drawn from ten billion and then hashed into {@code [0, keys)}, which is flatter than a Zipf load over the keys.
     * The draw is the closed form of Gray and others, "Quickly generating billion-record synthetic databases" (SIGMOD
     * 1994), section 3.2.
     */
    static int[] drawScrambled(int keys, int draws, long seed) {
        long ranks = 10_000_000_000L;
        double total = zeta(ranks);
        double alpha = 1 / (1 - EXPONENT);
        double firstTwo = 1 + StrictMath.pow(0.5, EXPONENT);
        double eta = (1 - StrictMath.pow(2.0 / ranks, 1 - EXPONENT)) / (1 - firstTwo / total);
        SplittableRandom random = new SplittableRandom(seed);
        int[] drawn = new int[draws];
        for (int i = 0; i < draws; i++) {
            double u = random.nextDouble();
            long rank;
            if (u * total < 1) {
                rank = 0;
            } else if (u * total < firstTwo) {
                rank = 1;
            } else {
                rank = (long) (ranks * StrictMath.pow(eta * u - eta + 1, alpha));
            }
            drawn[i] = (int) Math.floorMod(scramble(rank), (long) keys);
        }
        return drawn;
    }

    /** The sum of {@code i^-0.99} for i from 1 to n: a short sum, and the Euler-Maclaurin tail for the rest. */
    static double zeta(long n) {
        int summed = (int) Math.min(n, 100_000);
        double sum = 0;
        for (int i = 1; i <= summed; i++) {
            sum += StrictMath.pow(i, -EXPONENT);
        }
        double rest = 1 - EXPONENT;
        return sum
                + (StrictMath.pow((double) n, rest) - StrictMath.pow(summed, rest)) / rest
                + (StrictMath.pow((double) n, -EXPONENT) - StrictMath.pow(summed, -EXPONENT)) / 2;
    }

    private static long scramble(long rank) {
        long hash = rank * 0x9E3779B97F4A7C15L;
        hash = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        return hash ^ (hash >>> 32);
    }

    private static int[] shuffled(int length, SplittableRandom random) {
        int[] order = new int[length];
        for (int i = 0; i < length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
