package io.heapwise.cache.contract;

/** Holds every contract against a cache of ours each of whose entries is asked how long it lives, bounded by a share of the heap where a test names no bound. */
final class HeapwiseExpiringVariablyContractTest extends WholeContract {
    HeapwiseExpiringVariablyContractTest() {
        super(HeapwiseMaker.byHeapShare().expiringVariably());
    }
}
