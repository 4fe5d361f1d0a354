package io.heapwise.pools.internal;

import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.PressureLevel;
import io.heapwise.memory.PressureState;
import io.heapwise.memory.Subscription;
import java.lang.ref.WeakReference;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Looks after idle objects: lets go of the old, keeps the others alive, and has new ones made where too few are idle.
 * Invariant: an object is touched only while its place is reserved, so that nobody can borrow it meanwhile.
 *
 * <p>Thread-safe; one round at a time. A pool that is dropped without being closed is not kept alive by its rounds: they end.
 */
final class Housekeeper<T> {
    private static final long SHORTEST_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** How long a dropped lease stays unnoticed at least, beside what the collector takes. */
    private static final long COHORT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Lending<T> lending;
    private final PoolRules rules;
    private final @Nullable MemoryPressure pressure;
    private final boolean isPressureOwn;
    private final AtomicBoolean isAtWork = new AtomicBoolean();
    private volatile Subscription listening = Subscription.none();
    private int lastRound;

    Housekeeper(Lending<T> lending, PoolRules rules, @Nullable MemoryPressure pressure, boolean isPressureOwn) {
        this.lending = lending;
        this.rules = rules;
        this.pressure = pressure;
        this.isPressureOwn = isPressureOwn;
        this.lastRound = lending.lifetimes == null ? 0 : lending.lifetimes.now();
    }

    /** Begins the rounds, if there is anything to do in them and time goes on by itself, and to listen to the pressure. */
    void start() {
        WeakReference<Housekeeper<T>> self = new WeakReference<>(this);
        if ((rules.needHousekeeping() || lending.cohorts.isTracking()) && !(lending.ticker instanceof ManualTicker)) {
            arm(self, periodNanos());
        }
        if (pressure != null) {
            listening = pressure.onChange(PoolThreads.SHARED, new Shedding<>(self, isPressureOwn ? pressure : null));
        }
    }

    /** Four rounds in the shortest time that matters, so that none is exceeded by more than a quarter. */
    private long periodNanos() {
        long shortest = Math.min(rules.lifetimeNanos(), Math.min(rules.idleExpiryNanos(), rules.keepAliveNanos()));
        long longest = lending.cohorts.isTracking() ? COHORT_NANOS : LONGEST_PERIOD_NANOS;
        return Math.max(SHORTEST_PERIOD_NANOS, Math.min(longest, shortest / 4));
    }

    private static <T> void arm(WeakReference<Housekeeper<T>> self, long periodNanos) {
        var unused = Alarm.after(periodNanos, PoolThreads.SHARED, () -> {
            Housekeeper<T> keeper = self.get();
            if (keeper != null && !keeper.lending.mode.isAny(Mode.CLOSED)) {
                try {
                    keeper.round();
                } finally {
                    arm(self, periodNanos);
                }
            }
        });
    }

    /** Ends what {@link #start} began. */
    void close() {
        listening.close();
        if (pressure != null && isPressureOwn) {
            pressure.close();
        }
    }

    /** Does once all there is to do. */
    void round() {
        if (lending.mode.isAny(Mode.CLOSED) || !isAtWork.compareAndSet(false, true)) {
            return;
        }
        try {
            if (lending.lifetimes != null) {
                look(lending.lifetimes);
            }
            if (pressure != null && pressure.atLeast(PressureLevel.HIGH)) {
                shed(pressure.state());
            }
            lending.cohorts.advance();
            lending.makeUp();
        } finally {
            isAtWork.set(false);
        }
    }

    private void look(Lifetimes lifetimes) {
        int now = lifetimes.now();
        int idle = lending.slots.countOf(Slots.IDLE);
        for (int slot : oldestFirst()) {
            if (!lending.slots.reserveIf(slot, Slots.IDLE)) {
                continue;
            }
            long times = lending.slots.timesOf(slot);
            boolean isTooMany = lifetimes.isIdleForLong(times, now) && idle > rules.minimumIdle();
            if (isTooMany
                    || lifetimes.isOver(times, now)
                    || (lifetimes.isKeepAliveDue(times, lastRound, now)
                            && !lending.hooks.isValid(lending.objectAt(slot)))) {
                lending.destroyReserved(slot);
                idle--;
            } else {
                lending.free(slot);
            }
        }
        lastRound = now;
    }

    /** Gives memory back: of the idle ones that need not be kept ready, half while it is tight, all when it is nearly out. */
    private void shed(PressureState state) {
        if (!state.level().atLeast(PressureLevel.HIGH)) {
            return;
        }
        int spare = lending.slots.countOf(Slots.IDLE) - rules.minimumIdle();
        int toGo = state.level().atLeast(PressureLevel.CRITICAL) ? spare : (spare + 1) / 2;
        for (int slot : oldestFirst()) {
            if (toGo <= 0) {
                return;
            }
            if (lending.slots.reserveIf(slot, Slots.IDLE)) {
                lending.destroyReserved(slot);
                toGo--;
            }
        }
    }

    /** The idle places, the one idle longest first; where no times are kept, the one lent least often. */
    private int[] oldestFirst() {
        Slots slots = lending.slots;
        Lifetimes lifetimes = lending.lifetimes;
        int now = lifetimes == null ? 0 : lifetimes.now();
        return IntStream.range(0, slots.count())
                .filter(slot -> slots.statusOf(slot) == Slots.IDLE)
                .mapToObj(slot -> new Idle(
                        slot,
                        lifetimes == null
                                ? Slots.loansIn(slots.word(slot))
                                : -lifetimes.idleTicks(slots.timesOf(slot), now)))
                .sorted((one, other) -> Long.compare(one.order, other.order))
                .mapToInt(Idle::slot)
                .toArray();
    }

    private record Idle(int slot, long order) {}

    /** Tells a housekeeper, if there still is one. */
    private record Shedding<T>(
            WeakReference<Housekeeper<T>> keeper, @Nullable MemoryPressure own) implements Consumer<PressureState> {
        @Override
        public void accept(PressureState state) {
            Housekeeper<T> known = keeper.get();
            if (known != null) {
                known.shed(state);
            } else if (own != null) {
                own.close(); // the pool was dropped without being closed
            }
        }
    }
}
