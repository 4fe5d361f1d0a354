package io.heapwise.pools.internal;

import io.heapwise.pools.Lease;
import java.lang.ref.Reference;

/** A loan of one place. Invariant: gives back at most once, since it must show the word that the place was lent with. */
class SlotLease<T> implements Lease<T> {
    private final Cohort<T> cohort;
    private final T object;
    private final int slot;
    private final long word;

    SlotLease(Cohort<T> cohort, T object, int slot, long word) {
        this.cohort = cohort;
        this.object = object;
        this.slot = slot;
        this.word = word;
    }

    @Override
    public T get() {
        return object;
    }

    @Override
    public void close() {
        try {
            cohort.lending.giveBack(slot, word, object);
        } finally {
            Reference.reachabilityFence(cohort); // while it is given back it is not yet dropped
        }
    }

    @Override
    public void invalidate() {
        try {
            cohort.lending.destroy(slot, word);
        } finally {
            Reference.reachabilityFence(cohort);
        }
    }

    @Override
    public String toString() {
        return "Lease[" + object + "]";
    }
}
