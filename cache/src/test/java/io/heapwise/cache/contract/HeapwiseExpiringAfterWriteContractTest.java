package io.heapwise.cache.contract;

/** Holds every contract against a cache of ours whose entries expire after an hour, bounded by the number of entries where a test names no bound. */
final class HeapwiseExpiringAfterWriteContractTest extends WholeContract {
    HeapwiseExpiringAfterWriteContractTest() {
        super(HeapwiseMaker.bySize().expiringAfterWrite());
    }
}
