package io.heapwise.cache.contract;

/** Holds every contract against our cache, bounded by weight where a test names no bound. */
final class HeapwiseByWeightContractTest extends WholeContract {
    HeapwiseByWeightContractTest() {
        super(HeapwiseMaker.byWeight());
    }
}
