package io.heapwise.pools.internal;

import io.heapwise.pools.Lease;

/** A loan of one place. Invariant: gives back at most once, since it must show the word that the place was lent with. */
final class SlotLease<T> implements Lease<T> {
    private final Lending<T> lending;
    private final T object;
    private final int slot;
    private final long word;

    SlotLease(Lending<T> lending, T object, int slot, long word) {
        this.lending = lending;
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
        lending.giveBack(slot, word, object);
    }

    @Override
    public void invalidate() {
        lending.destroy(slot, word);
    }

    @Override
    public String toString() {
        return "Lease[" + object + "]";
    }
}
