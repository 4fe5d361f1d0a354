package io.heapwise.pools.internal;

/**
 * What all leases taken at about the same time share, and nothing else refers to once the next cohort has begun: when it can't
 * be reached any more, none of its leases can. Invariant: {@code number} is one more than that of the cohort before.
 */
final class Cohort<T> {
    final Lending<T> lending;
    final long number;

    Cohort(Lending<T> lending, long number) {
        this.lending = lending;
        this.number = number;
    }
}
