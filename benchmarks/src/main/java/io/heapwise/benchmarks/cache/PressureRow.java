package io.heapwise.benchmarks.cache;

/**
 * One line of pressure.json: how one contestant got through one scenario on one collector. Of a cell that did not end well the
 * figures are those of its last sign of life.
 *
 * @param handSizedBytes the weight that the hand-sized cache was given, all caches together; 0 for the others
 * @param outcome {@link #SURVIVED}, or how it ended
 * @param lastPhaseHitPercent of the requests of the last eighth
 * @param wallMillis from the first request to the last
 * @param processorMillis what all threads of the process used meanwhile, the collector's too
 * @param stoppedMillis what the collector's beans tell of pauses
 * @param concurrentMillis what they tell of cycles beside the program
 * @param heldBytes keys and values in the caches at the end
 * @param evictions what was loaded and was no longer there at the end
 */
public record PressureRow(
        String scenario,
        String collector,
        String contestant,
        long handSizedBytes,
        String outcome,
        long requests,
        double hitPercent,
        double lastPhaseHitPercent,
        long wallMillis,
        long processorMillis,
        long stoppedMillis,
        long concurrentMillis,
        long collections,
        long heldBytes,
        long evictions) {
    public static final String SURVIVED = "survived";
    public static final String OUT_OF_MEMORY = "OutOfMemoryError";
    public static final String OUT_OF_TIME = "out of time";

    /** Whom the others are compared with. */
    public static final String BY_HAND = "caffeineByHand";

    public boolean hasSurvived() {
        return outcome.equals(SURVIVED);
    }

    public long gcMillis() {
        return stoppedMillis + concurrentMillis;
    }

    /** Cycles beside the program count as the pauses do, so this can come near one on a collector that does nothing else. */
    public double gcShare() {
        return gcMillis() / (double) wallMillis;
    }

    PressureRow ended(String how) {
        return new PressureRow(
                scenario,
                collector,
                contestant,
                handSizedBytes,
                how,
                requests,
                hitPercent,
                lastPhaseHitPercent,
                wallMillis,
                processorMillis,
                stoppedMillis,
                concurrentMillis,
                collections,
                heldBytes,
                evictions);
    }
}
