package io.heapwise.cache.contract;

/** Holds the contract of timed refreshes against the views of our caches of futures. */
final class HeapwiseAsyncTimedRefreshContractTest extends TimedRefreshContract {
    HeapwiseAsyncTimedRefreshContractTest() {
        super(HeapwiseMaker.bySize().asynchronous());
    }
}
