package io.heapwise.cache.contract;

/** Holds every contract against the synchronous views of our caches of futures. */
final class HeapwiseAsyncContractTest extends WholeContract {
    HeapwiseAsyncContractTest() {
        super(HeapwiseMaker.bySize().asynchronous());
    }
}
