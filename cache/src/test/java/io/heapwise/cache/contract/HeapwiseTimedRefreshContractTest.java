package io.heapwise.cache.contract;

/** Holds the contract of timed refreshes against our cache. */
final class HeapwiseTimedRefreshContractTest extends TimedRefreshContract {
    HeapwiseTimedRefreshContractTest() {
        super(HeapwiseMaker.bySize());
    }
}
