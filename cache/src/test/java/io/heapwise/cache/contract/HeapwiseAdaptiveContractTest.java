package io.heapwise.cache.contract;

/** Holds every contract against our cache with the adaptive policy. */
final class HeapwiseAdaptiveContractTest extends WholeContract {
    HeapwiseAdaptiveContractTest() {
        super(HeapwiseMaker.adaptive());
    }
}
