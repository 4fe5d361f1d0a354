package io.heapwise.cache.contract;

/** Holds the model with time against Caffeine, so that it is known to be true. */
final class CaffeineExpiryModelProperties extends ExpiryModelProperties {
    CaffeineExpiryModelProperties() {
        super(new CaffeineMaker());
    }
}
