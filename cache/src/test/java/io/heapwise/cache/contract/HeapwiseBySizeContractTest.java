package io.heapwise.cache.contract;

/** Holds every contract against our cache, bounded by the number of entries where a test names no bound. */
final class HeapwiseBySizeContractTest extends WholeContract {
    HeapwiseBySizeContractTest() {
        super(HeapwiseMaker.bySize());
    }
}
