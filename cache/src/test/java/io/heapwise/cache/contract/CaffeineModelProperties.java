package io.heapwise.cache.contract;

/** Holds the model against Caffeine. */
final class CaffeineModelProperties extends ModelProperties {
    CaffeineModelProperties() {
        super(new CaffeineMaker());
    }
}
