package io.heapwise.buffers.internal;

/**
 * Slices of a region, side by side, that the caller has taken.
 *
 * @param region where
 * @param firstSlice the first of them
 * @param sliceCount how many
 * @param isFresh whether none has ever been taken before: then all their bytes are zero
 */
record Run(Region region, int firstSlice, int sliceCount, boolean isFresh) {}
