package io.heapwise.cache.internal;

/** Who stands where, and how much it was used: all that a choice among entries looks at. */
interface Residents {
    int slots();

    boolean isOccupied(int slot);

    /** A {@link Use}. */
    int useAt(int slot);

    void setUse(int slot, int use);

    int weightAt(int slot);
}
