package io.heapwise.benchmarks.buffers;

import java.util.Random;

/**
 * Which sizes a service asks for. Invariant: draws depend on the random numbers alone, so that equal seeds give equal sizes
 * on every JDK.
 */
public enum SizeMix {
    /**
     * A proxy of web sockets: five sizes are 86 of 100, as in the pattern that Netty's maintainers recorded; the rest is
     * spread so that the mean is that of the recording, 2,534 bytes.
     */
    WEB_SOCKET(2_534) {
        @Override
        int draw(Random random) {
            int percent = random.nextInt(100);
            return percent < 33
                    ? 1_024
                    : percent < 57
                            ? 256
                            : percent < 69
                                    ? 15
                                    : percent < 80 ? 16_639 : percent < 86 ? 636 : logNormal(random, 7.02, 1, 16_639);
        }
    },

    /** A gateway of APIs: half are below 2 KB, five of 100 above 10 KB. */
    API_GATEWAY(3_290) {
        @Override
        int draw(Random random) {
            return logNormal(random, 7.6, 1, 1 << 20);
        }
    };

    private static final int LEAST_BYTES = 8;

    private final int meanBytes;

    SizeMix(int meanBytes) {
        this.meanBytes = meanBytes;
    }

    abstract int draw(Random random);

    /** Of many draws. */
    int meanBytes() {
        return meanBytes;
    }

    private static int logNormal(Random random, double logMean, double logDeviation, int mostBytes) {
        double bytes = StrictMath.exp(logMean + logDeviation * random.nextGaussian());
        return (int) Math.max(LEAST_BYTES, Math.min(bytes, mostBytes));
    }
}
