package io.heapwise.memory;

/**
 * How tight memory is, and what to do about it. Invariant: ordered, each level includes the instructions of those below.
 *
 * @since 0.1.0
 */
public enum PressureLevel {
    /** Go on. Also the level while nothing is known yet. */
    NORMAL,
    /** Stop growing: caches keep their size, nothing is fetched ahead. */
    ELEVATED,
    /** Give back: caches shrink, batches get smaller, optional work is refused. */
    HIGH,
    /** Refuse new work that needs much memory; stop being ready. */
    CRITICAL;

    /**
     * Whether this level is the given one or above.
     *
     * @param other the level to compare with
     * @return true if so
     */
    public boolean atLeast(PressureLevel other) {
        return compareTo(other) >= 0;
    }

    /**
     * The tighter of two levels.
     *
     * @param other the level to compare with
     * @return the higher one
     */
    public PressureLevel max(PressureLevel other) {
        return compareTo(other) >= 0 ? this : other;
    }

    /**
     * The looser of two levels.
     *
     * @param other the level to compare with
     * @return the lower one
     */
    public PressureLevel min(PressureLevel other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
