package io.heapwise.memory;

import io.heapwise.memory.internal.Coalescer;
import io.heapwise.memory.internal.ControlLaw;
import io.heapwise.memory.internal.FairShares;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a governor's registrations and its control law meet. Invariant: attached to the pressure exactly while something
 * is registered, and the law is stepped by one thread at a time.
 *
 * <p>Dead shrinkables are found at the next evidence, not at once: until then the pressure stays open for them.
 */
final class GovernorDesk {
    private static final int SMALLEST_PURGE = 32;

    private static final System.Logger LOGGER = System.getLogger("io.heapwise.memory");

    private final Supplier<MemoryPressure> opener;
    private final boolean ownsPressure;
    private final Ticker ticker;
    private final Coalescer evaluation;

    private final Object lock = new Object();
    private final List<Registration> registrations = new ArrayList<>();
    private int purgeAtSize = SMALLEST_PURGE;
    private @Nullable MemoryPressure pressure;
    private Subscription evidence = Subscription.none();

    private final HeapGovernor.Policy policy;
    /** Replaced when the last shrinkable goes: whoever comes later must not inherit a limit, nor the old count of evidence. */
    private volatile ControlLaw law;

    /** The last collection of the whole heap that was shown to the shrinkables. */
    private volatile long shownCollection;

    private volatile HeapGovernor.Decision last = nothingYet();

    GovernorDesk(Supplier<MemoryPressure> opener, Executor executor, HeapGovernor.Policy policy, Ticker ticker) {
        this(opener, true, executor, policy, ticker);
    }

    GovernorDesk(MemoryPressure pressure, Executor executor, HeapGovernor.Policy policy) {
        this(() -> pressure, false, executor, policy, pressure.ticker());
    }

    private GovernorDesk(
            Supplier<MemoryPressure> opener,
            boolean ownsPressure,
            Executor executor,
            HeapGovernor.Policy policy,
            Ticker ticker) {
        this.opener = opener;
        this.ownsPressure = ownsPressure;
        this.ticker = ticker;
        this.policy = policy;
        this.law = newLaw();
        this.evaluation = new Coalescer("the heap governor", executor, this::evaluate);
    }

    private ControlLaw newLaw() {
        return new ControlLaw(policy.target(), policy.high(), policy.gain(), policy.largestCut());
    }

    private static HeapGovernor.Decision nothingYet() {
        return new HeapGovernor.Decision(
                HeapGovernor.Action.UNKNOWN,
                "no evidence yet",
                PressureLevel.NORMAL,
                0,
                0,
                0,
                Long.MAX_VALUE,
                List.of());
    }

    /**
     * Takes a shrinkable in.
     *
     * @param owner by whom {@link #takeAllOf} finds it
     */
    Subscription register(Shrinkable shrinkable, Object owner) {
        Registration registration = new Registration(shrinkable, owner);
        boolean limited;
        synchronized (lock) {
            if (pressure == null) {
                MemoryPressure opened = opener.get();
                evidence = opened.onEvidence(this::evidenceArrived);
                pressure = opened;
            }
            if (registrations.size() >= purgeAtSize) {
                // Else those that were dropped unclosed would pile up for as long as nothing has to be decided.
                registrations.removeIf(Registration::isDead);
                purgeAtSize = Math.max(SMALLEST_PURGE, 2 * registrations.size());
            }
            registrations.add(registration);
            limited = last.limitBytes() != Long.MAX_VALUE;
        }
        if (limited) {
            evaluation.signal();
        }
        return Subscription.of(() -> {
            take(registration);
            registration.lift();
        });
    }

    /** Takes out all that {@code owner} registered, and lifts their limits. */
    void takeAllOf(Object owner) {
        List<Registration> its;
        synchronized (lock) {
            its = registrations.stream()
                    .filter(registration -> registration.owner == owner)
                    .toList();
        }
        for (Registration registration : its) {
            take(registration);
            registration.lift();
        }
    }

    HeapGovernor.Decision lastDecision() {
        return last;
    }

    int size() {
        synchronized (lock) {
            return registrations.size();
        }
    }

    /** Runs on the thread that brought the evidence, so it only decides whether to wake anybody. */
    private void evidenceArrived() {
        MemoryPressure open = openPressure();
        if (open == null) {
            return;
        }
        PressureState state = open.state();
        if (isNew(state) || law.isInterestedIn(state)) {
            evaluation.signal();
        }
    }

    private boolean isNew(PressureState state) {
        return state.known() && state.wholeHeapCollections() != shownCollection;
    }

    private @Nullable MemoryPressure openPressure() {
        synchronized (lock) {
            return pressure;
        }
    }

    private void take(@Nullable Registration gone) {
        MemoryPressure toClose = null;
        Subscription toEnd = Subscription.none();
        synchronized (lock) {
            registrations.removeIf(registration -> registration == gone || registration.isDead());
            if (registrations.isEmpty()) {
                toEnd = evidence;
                toClose = pressure;
                evidence = Subscription.none();
                pressure = null;
                law = newLaw();
                last = nothingYet();
                shownCollection = 0;
            }
        }
        toEnd.close();
        if (ownsPressure && toClose != null) {
            toClose.close();
        }
    }

    private void evaluate() {
        take(null);
        MemoryPressure open = openPressure();
        if (open == null) {
            return;
        }
        List<Registration> present;
        synchronized (lock) {
            present = List.copyOf(registrations);
        }
        PressureState state = open.state();
        List<Holding> holdings = new ArrayList<>(present.size());
        long footprint = 0;
        long minimum = 0;
        for (Registration registration : present) {
            Holding holding = registration.look(state.heapMaxBytes());
            if (holding != null) {
                holdings.add(holding);
                footprint += holding.footprint;
                minimum += holding.minimum;
            }
        }
        show(state, holdings, footprint);
        ControlLaw current = law;
        if (!current.isInterestedIn(state)) {
            return;
        }
        long limit = current.step(state, footprint, minimum, ticker.nanos());
        List<HeapGovernor.Demand> demands = tell(holdings, limit);
        HeapGovernor.Decision decision = new HeapGovernor.Decision(
                HeapGovernor.Action.of(current.action()),
                current.why(),
                state.level(),
                state.liveUpperBoundBytes(),
                state.evidenceAgeNanos(),
                footprint,
                limit,
                demands);
        synchronized (lock) {
            // A shrinkable may have closed the last registration from within its call.
            last = law == current ? decision : last;
        }
    }

    private void show(PressureState state, List<Holding> holdings, long footprint) {
        if (isNew(state)) {
            shownCollection = state.wholeHeapCollections();
            for (Holding holding : holdings) {
                holding.registration.show(holding.shrinkable, state, footprint);
            }
        }
    }

    private static List<HeapGovernor.Demand> tell(List<Holding> holdings, long limit) {
        long[] footprints = new long[holdings.size()];
        long[] minimums = new long[holdings.size()];
        for (int i = 0; i < footprints.length; i++) {
            footprints[i] = holdings.get(i).footprint;
            minimums[i] = holdings.get(i).minimum;
        }
        long[] shares = FairShares.of(limit, footprints, minimums);
        List<HeapGovernor.Demand> demands = new ArrayList<>(shares.length);
        for (int i = 0; i < shares.length; i++) {
            Holding holding = holdings.get(i);
            holding.registration.tell(holding.shrinkable, shares[i]);
            demands.add(new HeapGovernor.Demand(holding.name, holding.footprint, shares[i]));
        }
        return demands;
    }

    void checkIntegrity() {
        synchronized (lock) {
            if (registrations.isEmpty() != (pressure == null)) {
                throw new IllegalStateException(
                        "registrations=" + registrations.size() + ", attached=" + (pressure != null)
                                + " (expected attached exactly while something is registered): report this as a defect");
            }
        }
    }

    /** Drops the weak reference of every registration, as the collector would. */
    void forgetAllShrinkables() {
        synchronized (lock) {
            registrations.forEach(registration -> registration.shrinkable.clear());
        }
    }

    private record Holding(
            Registration registration, Shrinkable shrinkable, String name, long footprint, long minimum) {}

    /** One shrinkable, held weakly. Invariant: told a limit only if it differs from the one it was told last. */
    private static final class Registration {
        private final WeakReference<Shrinkable> shrinkable;
        private final Object owner;
        private final Object telling = new Object();
        private long toldBytes = Long.MAX_VALUE;
        private boolean closed;
        private boolean reported;

        Registration(Shrinkable shrinkable, Object owner) {
            this.shrinkable = new WeakReference<>(shrinkable);
            this.owner = owner;
        }

        boolean isDead() {
            return shrinkable.refersTo(null);
        }

        /** What it holds, or null if it is gone or would not say. */
        @Nullable Holding look(long heapMaxBytes) {
            Shrinkable alive = shrinkable.get();
            if (alive == null) {
                return null;
            }
            try {
                // Nobody holds less than nothing or more than the heap, whatever they say.
                long most = heapMaxBytes > 0 ? heapMaxBytes : Long.MAX_VALUE / 1024;
                long footprint = Math.max(0, Math.min(most, alive.footprintBytes()));
                long minimum = Math.max(0, Math.min(footprint, alive.minimumBytes()));
                return new Holding(this, alive, String.valueOf(alive.name()), footprint, minimum);
            } catch (Throwable thrown) {
                report(thrown);
                return null;
            }
        }

        void show(Shrinkable alive, PressureState state, long heldBytes) {
            try {
                alive.heapCollected(state, heldBytes);
            } catch (Throwable thrown) {
                report(thrown);
            }
        }

        void tell(Shrinkable alive, long bytes) {
            synchronized (telling) {
                if (closed || bytes == toldBytes) {
                    return;
                }
                toldBytes = bytes;
            }
            call(alive, bytes);
        }

        void lift() {
            Shrinkable alive = shrinkable.get();
            boolean limited;
            synchronized (telling) {
                closed = true;
                limited = toldBytes != Long.MAX_VALUE;
            }
            if (alive != null && limited) {
                call(alive, Long.MAX_VALUE);
            }
        }

        private void call(Shrinkable alive, long bytes) {
            try {
                alive.limitBytes(bytes);
            } catch (Throwable thrown) {
                synchronized (telling) {
                    // Not told: the next evaluation tries again.
                    toldBytes = -1;
                }
                report(thrown);
            }
        }

        private void report(Throwable thrown) {
            if (reported) {
                return;
            }
            reported = true;
            try {
                LOGGER.log(Level.WARNING, "A shrinkable failed; later failures of it are not logged", thrown);
            } catch (Throwable alsoThrown) {
                // Likely no memory to log with.
            }
        }
    }
}
