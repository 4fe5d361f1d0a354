package io.heapwise.cache.contract;

/** Holds the model against our cache. */
final class HeapwiseModelProperties extends ModelProperties {
    HeapwiseModelProperties() {
        super(HeapwiseMaker.bySize());
    }
}
