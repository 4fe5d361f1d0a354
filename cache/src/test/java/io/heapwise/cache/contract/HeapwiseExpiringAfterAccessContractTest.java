package io.heapwise.cache.contract;

/** Holds every contract against a cache of ours whose entries expire after an hour and have two deadlines, bounded by weight where a test names no bound. */
final class HeapwiseExpiringAfterAccessContractTest extends WholeContract {
    HeapwiseExpiringAfterAccessContractTest() {
        super(HeapwiseMaker.byWeight().expiringAfterWriteAndAccess());
    }
}
