package io.heapwise.cache.internal;

import org.jspecify.annotations.Nullable;

/**
 * Who stands where, and how much it was used: all that a choice among entries looks at. Invariant: a slot is occupied exactly
 * while its hash is odd, as all hashes are that {@link Table#spread} makes.
 *
 * <p>A class with the arrays in it, not an interface: a choice looks at dozens of slots, and would ask at each whose they are.
 */
abstract class Residents {
    /** The hash and the {@link Use} of each slot in turn. */
    final int[] meta;

    /** Null where all weigh 1. */
    final int @Nullable [] weights;

    Residents(int slots, boolean isWeighted) {
        this.meta = new int[2 * slots];
        this.weights = isWeighted ? new int[slots] : null;
    }

    final int slots() {
        return meta.length >> 1;
    }

    final boolean isOccupied(int slot) {
        return (meta[slot << 1] & 1) != 0;
    }

    final int hashAt(int slot) {
        return meta[slot << 1];
    }

    final int useAt(int slot) {
        return meta[(slot << 1) + 1];
    }

    final void setUse(int slot, int use) {
        meta[(slot << 1) + 1] = use;
    }

    final int weightAt(int slot) {
        return weights == null ? 1 : weights[slot];
    }

    final boolean isWeighted() {
        return weights != null;
    }
}
