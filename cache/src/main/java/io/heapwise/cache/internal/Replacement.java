package io.heapwise.cache.internal;

/** Decides which entry leaves a stripe. One for each stripe; under its lock. Runs no code of the user. */
abstract class Replacement {
    static final int NOBODY = -1;

    /**
     * The slot of the entry that should leave, or {@link #NOBODY} when all weigh nothing: these are spared. The caller takes
     * it out.
     */
    abstract int choose(Table table, int entries, int clock);

    /** How many uses an entry of that hash has behind it when it comes in, this one included. */
    int usesOf(int hash) {
        return 1;
    }

    /** An entry has come in. */
    void inserted(Table table, int slot) {}

    /** An entry is about to leave, evicted or taken out by somebody. */
    void leaving(Table table, int slot, boolean asEvicted) {}

    /**
     * A key was asked for, and not found, or found for the first time in this tick of the clock. Called by readers, without
     * the lock.
     *
     * @param slot where it was a moment ago, or {@link #NOBODY}
     */
    void asked(int hash, int slot) {}

    /** All entries have moved into another table; {@code newSlots} says where. */
    void moved(Table to, int[] newSlots) {}

    /** The stripe was emptied: gives memory back. */
    abstract void forgetAll();

    /** One for a half of the stripe, whose table has taken over those whose new slot is not {@link #NOBODY}. */
    abstract Replacement forHalf(Table half, int[] newSlots, boolean isUpper);

    /** The bytes of this object and all it holds. */
    abstract long bytes();

    /** Throws unless the invariants hold. */
    void checkIntegrity(Table table) {}
}
