package io.heapwise.cache.contract;

/** Holds the contract of timed refreshes against Caffeine, so that it is known to be true. */
final class CaffeineTimedRefreshContractTest extends TimedRefreshContract {
    CaffeineTimedRefreshContractTest() {
        super(new CaffeineMaker());
    }
}
