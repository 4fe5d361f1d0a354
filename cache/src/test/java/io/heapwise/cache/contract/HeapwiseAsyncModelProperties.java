package io.heapwise.cache.contract;

/** Holds the model against the synchronous view of our caches of futures. */
final class HeapwiseAsyncModelProperties extends ModelProperties {
    HeapwiseAsyncModelProperties() {
        super(HeapwiseMaker.bySize().asynchronous());
    }
}
