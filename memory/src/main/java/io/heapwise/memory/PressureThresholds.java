package io.heapwise.memory;

import java.util.Objects;

/**
 * At which value a level is entered and left. Invariant: every band leaves a level below where it enters it, and enters a
 * higher level at a higher value.
 *
 * <p>The default numbers were fitted on heaps of 128 to 512 MB on OpenJDK 17 and 25 with the Serial, Parallel, G1, Z and
 * Shenandoah collectors.
 *
 * @param heap the live bound as a share of the heap, or of the old generation where that has a limit of its own
 * @param effortGate the occupancy from which the collector's effort counts at all: garbage alone makes effort, too
 * @param stopped the share of the last 10 seconds in which collections stopped the program
 * @param duty the share of the last 10 seconds in which a concurrent cycle ran
 * @param offHeap direct memory and metaspace, as a share of their limits
 * @param container the working set as a share of the container's limit
 * @since 0.1.0
 */
public record PressureThresholds(Band heap, Band effortGate, Band stopped, Band duty, Band offHeap, Band container) {
    private static final PressureThresholds DEFAULTS = new PressureThresholds(
            new Band(0.70, 0.62, 0.85, 0.77, 0.94, 0.87),
            new Band(0.60, 0.55, 0.80, 0.75, 0.90, 0.85),
            new Band(0.10, 0.06, 0.25, 0.15, 0.50, 0.30),
            new Band(0.50, 0.35, 0.90, 0.70, 2.0, 1.9),
            new Band(0.80, 0.75, 0.90, 0.85, 0.97, 0.93),
            new Band(0.90, 0.86, 0.95, 0.91, 0.98, 0.95));

    /**
     * Checks that all bands are there.
     *
     * @param heap see above
     * @param effortGate see above
     * @param stopped see above
     * @param duty see above
     * @param offHeap see above
     * @param container see above
     */
    public PressureThresholds {
        Objects.requireNonNull(heap, "heap");
        Objects.requireNonNull(effortGate, "effortGate");
        Objects.requireNonNull(stopped, "stopped");
        Objects.requireNonNull(duty, "duty");
        Objects.requireNonNull(offHeap, "offHeap");
        Objects.requireNonNull(container, "container");
    }

    /**
     * The thresholds that are used where none are given.
     *
     * @return the defaults
     */
    public static PressureThresholds defaults() {
        return DEFAULTS;
    }

    /**
     * These thresholds with another band for the heap.
     *
     * @param band the new band
     * @return the changed copy
     */
    public PressureThresholds withHeap(Band band) {
        return new PressureThresholds(band, effortGate, stopped, duty, offHeap, container);
    }

    /**
     * Where each level is entered and left. Invariant: leave is below enter, and both rise with the level.
     *
     * @param enterElevated from here on ELEVATED
     * @param leaveElevated below this NORMAL again
     * @param enterHigh from here on HIGH
     * @param leaveHigh below this ELEVATED again
     * @param enterCritical from here on CRITICAL; above 1 for "never"
     * @param leaveCritical below this HIGH again
     * @since 0.1.0
     */
    public record Band(
            double enterElevated,
            double leaveElevated,
            double enterHigh,
            double leaveHigh,
            double enterCritical,
            double leaveCritical) {

        /**
         * Checks the order of the six numbers.
         *
         * @param enterElevated see above
         * @param leaveElevated see above
         * @param enterHigh see above
         * @param leaveHigh see above
         * @param enterCritical see above
         * @param leaveCritical see above
         * @throws IllegalArgumentException if they are out of order
         */
        public Band {
            boolean ordered = 0 < leaveElevated
                    && leaveElevated < leaveHigh
                    && leaveHigh < leaveCritical
                    && leaveElevated < enterElevated
                    && leaveHigh < enterHigh
                    && leaveCritical < enterCritical
                    && enterElevated < enterHigh
                    && enterHigh < enterCritical;
            if (!ordered) {
                throw new IllegalArgumentException(
                        "band=[" + enterElevated + "/" + leaveElevated + ", " + enterHigh + "/" + leaveHigh + ", "
                                + enterCritical + "/" + leaveCritical
                                + "] (expected enter > leave > 0, rising with the level): leave each level below its entry");
            }
        }

        /**
         * The level for a value, given the level so far.
         *
         * @param current the level so far
         * @param value the value now; NaN changes nothing
         * @return the highest level whose entry is reached, or that is held and not yet left
         */
        public PressureLevel next(PressureLevel current, double value) {
            if (Double.isNaN(value)) {
                return current;
            }
            if (value >= enterCritical || (current == PressureLevel.CRITICAL && value >= leaveCritical)) {
                return PressureLevel.CRITICAL;
            }
            if (value >= enterHigh || (current.atLeast(PressureLevel.HIGH) && value >= leaveHigh)) {
                return PressureLevel.HIGH;
            }
            if (value >= enterElevated || (current.atLeast(PressureLevel.ELEVATED) && value >= leaveElevated)) {
                return PressureLevel.ELEVATED;
            }
            return PressureLevel.NORMAL;
        }
    }
}
