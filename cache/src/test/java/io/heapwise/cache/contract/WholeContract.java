package io.heapwise.cache.contract;

import org.junit.jupiter.api.Nested;

/** All that holds for a cache of whatever kind: one small subclass a kind, and its maker is all that tells them apart. */
abstract class WholeContract {
    private final CacheMaker maker;

    WholeContract(CacheMaker maker) {
        this.maker = maker;
    }

    @Nested
    final class Reading extends ReadContract {
        Reading() {
            super(maker);
        }
    }

    @Nested
    final class Writing extends WriteContract {
        Writing() {
            super(maker);
        }
    }

    @Nested
    final class Counting extends StatsContract {
        Counting() {
            super(maker);
        }
    }

    @Nested
    final class Computing extends ComputeContract {
        Computing() {
            super(maker);
        }
    }

    @Nested
    final class MapViews extends MapViewContract {
        MapViews() {
            super(maker);
        }
    }

    @Nested
    final class Policies extends PolicyContract {
        Policies() {
            super(maker);
        }
    }

    @Nested
    final class Listening extends ListenerContract {
        Listening() {
            super(maker);
        }
    }

    @Nested
    final class Weighing extends WeigherContract {
        Weighing() {
            super(maker);
        }
    }

    @Nested
    final class Nulls extends NullContract {
        Nulls() {
            super(maker);
        }
    }

    @Nested
    final class Loading extends LoadingContract {
        Loading() {
            super(maker);
        }
    }

    @Nested
    final class Refreshing extends RefreshContract {
        Refreshing() {
            super(maker);
        }
    }

    @Nested
    final class HostileKeys extends HostileKeyContract {
        HostileKeys() {
            super(maker);
        }
    }

    @Nested
    final class SingleFlight extends SingleFlightContract {
        SingleFlight() {
            super(maker);
        }
    }
}
