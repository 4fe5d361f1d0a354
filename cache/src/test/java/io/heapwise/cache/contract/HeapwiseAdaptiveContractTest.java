package io.heapwise.cache.contract;

import org.junit.jupiter.api.Nested;

/** Holds every contract against our cache with the adaptive policy. */
final class HeapwiseAdaptiveContractTest {
    private static final CacheMaker MAKER = HeapwiseMaker.adaptive();

    @Nested
    final class Reading extends ReadContract {
        Reading() {
            super(MAKER);
        }
    }

    @Nested
    final class Writing extends WriteContract {
        Writing() {
            super(MAKER);
        }
    }

    @Nested
    final class Counting extends StatsContract {
        Counting() {
            super(MAKER);
        }
    }

    @Nested
    final class Computing extends ComputeContract {
        Computing() {
            super(MAKER);
        }
    }

    @Nested
    final class MapViews extends MapViewContract {
        MapViews() {
            super(MAKER);
        }
    }

    @Nested
    final class Policies extends PolicyContract {
        Policies() {
            super(MAKER);
        }
    }

    @Nested
    final class Listening extends ListenerContract {
        Listening() {
            super(MAKER);
        }
    }

    @Nested
    final class Weighing extends WeigherContract {
        Weighing() {
            super(MAKER);
        }
    }

    @Nested
    final class Nulls extends NullContract {
        Nulls() {
            super(MAKER);
        }
    }

    @Nested
    final class Loading extends LoadingContract {
        Loading() {
            super(MAKER);
        }
    }

    @Nested
    final class Refreshing extends RefreshContract {
        Refreshing() {
            super(MAKER);
        }
    }

    @Nested
    final class HostileKeys extends HostileKeyContract {
        HostileKeys() {
            super(MAKER);
        }
    }

    @Nested
    final class SingleFlight extends SingleFlightContract {
        SingleFlight() {
            super(MAKER);
        }
    }
}
