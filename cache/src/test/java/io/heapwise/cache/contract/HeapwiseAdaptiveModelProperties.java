package io.heapwise.cache.contract;

/** Holds the model against our cache with the adaptive policy. */
final class HeapwiseAdaptiveModelProperties extends ModelProperties {
    HeapwiseAdaptiveModelProperties() {
        super(HeapwiseMaker.adaptive());
    }
}
