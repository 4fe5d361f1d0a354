package io.heapwise.cache.contract;

import org.junit.jupiter.api.Nested;

/** Holds the contract of expiry against Caffeine itself, so that it is known to be true. */
final class CaffeineExpiryContractTest {
    @Nested
    final class SizedAfterWrite extends ExpiryContract {
        SizedAfterWrite() {
            super(new CaffeineMaker(), Kind.AFTER_WRITE);
        }
    }

    @Nested
    final class SizedAfterAccess extends ExpiryContract {
        SizedAfterAccess() {
            super(new CaffeineMaker(), Kind.AFTER_ACCESS);
        }
    }

    @Nested
    final class SizedVariably extends ExpiryContract {
        SizedVariably() {
            super(new CaffeineMaker(), Kind.VARIABLY);
        }
    }

    @Nested
    final class SizedByItsOwnDuration extends VariableExpiryContract {
        SizedByItsOwnDuration() {
            super(new CaffeineMaker());
        }
    }
}
