package io.heapwise.cache.contract;

/** Holds every contract against caches of ours that look whether a value should be refreshed, where they have a loader. */
final class HeapwiseRefreshingContractTest extends WholeContract {
    HeapwiseRefreshingContractTest() {
        super(HeapwiseMaker.bySize().refreshing());
    }
}
