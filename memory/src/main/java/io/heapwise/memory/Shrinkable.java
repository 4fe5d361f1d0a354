package io.heapwise.memory;

/**
 * Somebody who holds memory and can give some back. Invariant: told a limit, it comes down to it by itself, in slices if
 * that takes long, and stays there until told another.
 *
 * <p>The governor calls from its own executor, one call at a time for all its shrinkables. What a call throws is logged
 * and ignored; a call that blocks keeps the other shrinkables waiting.
 *
 * @since 0.1.0
 */
public interface Shrinkable {
    /**
     * A name for reports. Needs not be unique.
     *
     * @return the name
     */
    String name();

    /**
     * What it holds now, by its own accounting. Cheap, never blocks, any thread.
     *
     * @return bytes, not negative
     */
    long footprintBytes();

    /**
     * What it needs in any case; the governor asks for nothing below.
     *
     * @return bytes, not negative
     */
    default long minimumBytes() {
        return 0;
    }

    /**
     * Learns what a collection of the whole heap left: what was held then, less what was held at an earlier one, is what
     * the live bound should have grown by. Called once for each such collection while registered, also while nothing is
     * limited, and before a limit that follows from it.
     *
     * @param evidence the state after it; {@code known}
     * @param heldBytes what all shrinkables of the governor hold together, this one included, by their own accounting
     */
    default void heapCollected(PressureState evidence, long heldBytes) {}

    /**
     * Hold at most this much from now on. Must return soon, and may give back later.
     *
     * @param bytes the limit, not negative; {@link Long#MAX_VALUE} for none by pressure
     */
    void limitBytes(long bytes);
}
