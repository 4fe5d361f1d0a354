package io.heapwise.cache.contract;

/** Holds every contract against our cache, bounded by a share of the heap where a test names no bound. */
final class HeapwiseByHeapShareContractTest extends WholeContract {
    HeapwiseByHeapShareContractTest() {
        super(HeapwiseMaker.byHeapShare());
    }
}
