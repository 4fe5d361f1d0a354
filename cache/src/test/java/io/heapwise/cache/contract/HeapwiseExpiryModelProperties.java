package io.heapwise.cache.contract;

/** Holds the model with time against our cache. */
final class HeapwiseExpiryModelProperties extends ExpiryModelProperties {
    HeapwiseExpiryModelProperties() {
        super(HeapwiseMaker.bySize());
    }
}
