package io.heapwise.cache.contract;

/** Holds every contract against Caffeine itself: what fails here is a contract that states the wrong thing. */
final class CaffeineContractTest extends WholeContract {
    CaffeineContractTest() {
        super(new CaffeineMaker());
    }
}
