package io.heapwise.cache.contract;

import org.junit.jupiter.api.Nested;

/** Holds the contract of expiry against our cache, by each bound and each kind of expiry. */
final class HeapwiseExpiryContractTest {
    @Nested
    final class SizedAfterWrite extends ExpiryContract {
        SizedAfterWrite() {
            super(HeapwiseMaker.bySize(), Kind.AFTER_WRITE);
        }
    }

    @Nested
    final class SizedAfterAccess extends ExpiryContract {
        SizedAfterAccess() {
            super(HeapwiseMaker.bySize(), Kind.AFTER_ACCESS);
        }
    }

    @Nested
    final class SizedVariably extends ExpiryContract {
        SizedVariably() {
            super(HeapwiseMaker.bySize(), Kind.VARIABLY);
        }
    }

    @Nested
    final class SizedByItsOwnDuration extends VariableExpiryContract {
        SizedByItsOwnDuration() {
            super(HeapwiseMaker.bySize());
        }
    }

    @Nested
    final class WeightedAfterWrite extends ExpiryContract {
        WeightedAfterWrite() {
            super(HeapwiseMaker.byWeight(), Kind.AFTER_WRITE);
        }
    }

    @Nested
    final class WeightedAfterAccess extends ExpiryContract {
        WeightedAfterAccess() {
            super(HeapwiseMaker.byWeight(), Kind.AFTER_ACCESS);
        }
    }

    @Nested
    final class WeightedVariably extends ExpiryContract {
        WeightedVariably() {
            super(HeapwiseMaker.byWeight(), Kind.VARIABLY);
        }
    }

    @Nested
    final class WeightedByItsOwnDuration extends VariableExpiryContract {
        WeightedByItsOwnDuration() {
            super(HeapwiseMaker.byWeight());
        }
    }

    @Nested
    final class SharedAfterWrite extends ExpiryContract {
        SharedAfterWrite() {
            super(HeapwiseMaker.byHeapShare(), Kind.AFTER_WRITE);
        }
    }

    @Nested
    final class SharedAfterAccess extends ExpiryContract {
        SharedAfterAccess() {
            super(HeapwiseMaker.byHeapShare(), Kind.AFTER_ACCESS);
        }
    }

    @Nested
    final class SharedVariably extends ExpiryContract {
        SharedVariably() {
            super(HeapwiseMaker.byHeapShare(), Kind.VARIABLY);
        }
    }

    @Nested
    final class SharedByItsOwnDuration extends VariableExpiryContract {
        SharedByItsOwnDuration() {
            super(HeapwiseMaker.byHeapShare());
        }
    }

    @Nested
    final class AsyncAfterWrite extends ExpiryContract {
        AsyncAfterWrite() {
            super(HeapwiseMaker.byWeight().asynchronous(), Kind.AFTER_WRITE);
        }
    }

    @Nested
    final class AsyncAfterAccess extends ExpiryContract {
        AsyncAfterAccess() {
            super(HeapwiseMaker.byWeight().asynchronous(), Kind.AFTER_ACCESS);
        }
    }

    @Nested
    final class AsyncVariably extends ExpiryContract {
        AsyncVariably() {
            super(HeapwiseMaker.byWeight().asynchronous(), Kind.VARIABLY);
        }
    }

    @Nested
    final class AsyncByItsOwnDuration extends VariableExpiryContract {
        AsyncByItsOwnDuration() {
            super(HeapwiseMaker.bySize().asynchronous());
        }
    }

    @Nested
    final class AdaptiveAfterWrite extends ExpiryContract {
        AdaptiveAfterWrite() {
            super(HeapwiseMaker.adaptive(), Kind.AFTER_WRITE);
        }
    }

    @Nested
    final class AdaptiveAfterAccess extends ExpiryContract {
        AdaptiveAfterAccess() {
            super(HeapwiseMaker.adaptive(), Kind.AFTER_ACCESS);
        }
    }

    @Nested
    final class AdaptiveVariably extends ExpiryContract {
        AdaptiveVariably() {
            super(HeapwiseMaker.adaptive(), Kind.VARIABLY);
        }
    }
}
