package io.heapwise.pools.internal;

/**
 * What all leases taken at about the same time share, and nothing else refers to once the next cohort has begun: when it can't
 * be reached any more, none of its leases can. Invariant: {@code number} is one more than that of the cohort before.
 */
class Cohort<T> {
    final Lending<T> lending;
    final long number;

    /** What sends a lease by the long way: the lending's own mode, here so that closing has fewer steps to go. */
    final Mode mode;

    final long[] words;

    Cohort(Lending<T> lending, long number) {
        this(lending, number, lending.mode);
    }

    Cohort(Lending<T> lending, long number, Mode mode) {
        this.lending = lending;
        this.number = number;
        this.mode = mode;
        this.words = lending.slots.words;
    }

    /** Takes back a loan of this cohort, the long way, if it still is the one of this word. */
    void giveBack(int slot, long loan, T object) {
        lending.giveBack(slot, loan, object);
    }

    /** Destroys the object of a loan of this cohort if it still is the one of this word. */
    void destroy(int slot, long loan) {
        lending.destroy(slot, loan);
    }

    /** The loan that this is of alone, if there is one, is about to end. */
    void endTracking() {}
}
