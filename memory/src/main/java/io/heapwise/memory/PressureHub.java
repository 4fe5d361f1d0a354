package io.heapwise.memory;

import io.heapwise.memory.internal.Coalescer;
import io.heapwise.memory.internal.PressureCore;
import io.heapwise.memory.internal.SharedClock;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Ties a source, the arithmetic, the clock and the listeners together. Invariant: the source is open exactly while at
 * least one handle is, and the clock is used exactly while time alone could change something.
 *
 * <p>Evidence arrives on the JVM's notification thread, where nothing may block or throw: this class catches everything
 * there, and only the arithmetic runs under a lock.
 */
final class PressureHub implements PressureSource.Sink {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.memory");
    private static final long TICK_NANOS = 1_000_000_000L;
    /** Falling again and again within a second would make listeners undo and redo. */
    private static final long BETWEEN_FALLS_NANOS = 1_000_000_000L;

    private static final Object JVM_LOCK = new Object();
    private static @Nullable PressureHub jvm;

    final PressureCore core;
    final Ticker ticker;

    private final PressureSource source;
    private final Listeners<ChangeListener> changes = Listeners.named("MemoryPressure.onChange", 100);
    private final Listeners<Runnable> evidence = Listeners.named("MemoryPressure evidence", 100);

    private final Object lifecycle = new Object();
    private volatile int handles;
    private Subscription registration = Subscription.none();

    /** Not {@code lifecycle}: evidence may arrive while a source is still being opened, and must not wait for it. */
    private final Object clockLock = new Object();

    private @Nullable Subscription clock;

    private final Object outwardLock = new Object();
    private PressureLevel toldLevel = PressureLevel.NORMAL;
    private long toldNanos;
    private boolean fallPending;

    PressureHub(PressureSource source, Ticker ticker, PressureThresholds thresholds) {
        this.source = source;
        this.ticker = ticker;
        this.core = new PressureCore(thresholds, ticker.nanos());
        this.toldNanos = ticker.nanos() - BETWEEN_FALLS_NANOS;
    }

    static PressureHub retainJvm(Supplier<PressureSource> source) {
        synchronized (JVM_LOCK) {
            PressureHub hub = jvm;
            if (hub == null) {
                hub = new PressureHub(source.get(), Ticker.system(), PressureThresholds.defaults());
                jvm = hub;
            }
            hub.retain();
            return hub;
        }
    }

    static @Nullable PressureState peekJvm() {
        PressureHub hub;
        synchronized (JVM_LOCK) {
            hub = jvm;
        }
        return hub == null ? null : hub.state();
    }

    void retain() {
        synchronized (lifecycle) {
            handles++;
            if (handles > 1) {
                return;
            }
            try {
                registration = source.open(this);
                source.sample(this);
            } catch (Throwable thrown) {
                // Errors too: a runtime without the management classes throws a LinkageError here.
                core.unknown("the source could not be opened: " + thrown);
            }
        }
        adjustClock();
    }

    void release() {
        Subscription last = Subscription.none();
        boolean wasLast = false;
        synchronized (JVM_LOCK) {
            synchronized (lifecycle) {
                handles--;
                if (handles == 0) {
                    last = registration;
                    registration = Subscription.none();
                    wasLast = true;
                }
            }
            if (wasLast && jvm == this) {
                jvm = null;
            }
        }
        try {
            last.close();
        } catch (Throwable thrown) {
            LOGGER.log(Level.WARNING, "The source of memory pressure could not be closed", thrown);
        }
        adjustClock();
    }

    PressureState state() {
        return core.state(ticker.nanos());
    }

    long nanos() {
        return ticker.nanos();
    }

    Subscription onChange(Executor executor, Consumer<? super PressureState> listener) {
        return changes.add(new ChangeListener(executor, listener));
    }

    Subscription onEvidence(Runnable action) {
        return evidence.add(action);
    }

    @Override
    public void collection(HeapEvidence collected) {
        try {
            core.collection(collected, ticker.nanos());
            evidence.forEach(Runnable::run);
            afterChange();
        } catch (Throwable thrown) {
            dropped(thrown);
        }
    }

    @Override
    public void collectorTime(long stoppedMillis, long cycleMillis) {
        try {
            core.collectorTime(stoppedMillis, cycleMillis, ticker.nanos());
            afterChange();
        } catch (Throwable thrown) {
            dropped(thrown);
        }
    }

    @Override
    public void usage(PressureResource resource, long usedBytes, long maxBytes) {
        try {
            core.usage(resource, usedBytes, maxBytes, ticker.nanos());
            afterChange();
        } catch (Throwable thrown) {
            dropped(thrown);
        }
    }

    @Override
    public void container(long workingSetBytes, long limitBytes, double someStallPercent, double fullStallPercent) {
        try {
            core.container(workingSetBytes, limitBytes, someStallPercent, fullStallPercent, ticker.nanos());
            afterChange();
        } catch (Throwable thrown) {
            dropped(thrown);
        }
    }

    @Override
    public void unknown(String reason) {
        core.unknown(reason);
    }

    private void dropped(Throwable thrown) {
        // The level was published before anything here could fail; the next evidence tries the rest again.
        try {
            LOGGER.log(Level.DEBUG, "Handling evidence failed", thrown);
        } catch (Throwable alsoThrown) {
            // Likely no memory to log with.
        }
    }

    private void tick() {
        try {
            source.sample(this);
        } catch (Throwable thrown) {
            dropped(thrown);
        }
        core.tick(ticker.nanos());
        // A decay is no evidence, but those who act on the level must hear of it.
        afterChange();
    }

    private void afterChange() {
        tellOutward();
        adjustClock();
    }

    private void tellOutward() {
        boolean tell = false;
        synchronized (outwardLock) {
            PressureLevel level = core.level();
            long now = ticker.nanos();
            if (level.compareTo(toldLevel) > 0) {
                tell = true;
            } else if (level != toldLevel) {
                tell = now - toldNanos >= BETWEEN_FALLS_NANOS;
                fallPending = !tell;
            } else {
                fallPending = false;
            }
            if (tell) {
                toldLevel = level;
                toldNanos = now;
                fallPending = false;
            }
        }
        if (tell) {
            changes.forEach(ChangeListener::signal);
        }
    }

    private boolean needsClock() {
        synchronized (outwardLock) {
            return fallPending || core.needsTime(ticker.nanos());
        }
    }

    private void adjustClock() {
        synchronized (clockLock) {
            boolean wanted = handles > 0 && needsClock();
            Subscription running = clock;
            if (wanted && running == null) {
                clock = ticker instanceof ManualTicker manual
                        ? manual.every(TICK_NANOS, this::tick)
                        : SharedClock.every(TICK_NANOS, this::tick);
            } else if (!wanted && running != null) {
                clock = null;
                running.close();
            }
        }
    }

    void checkIntegrity() {
        core.checkIntegrity();
        synchronized (clockLock) {
            if (handles < 0 || (clock != null && handles == 0)) {
                throw new IllegalStateException("handles=" + handles + ", clock=" + (clock != null)
                        + " (expected no clock without a handle): report this as a defect");
            }
            if (handles > 0 && needsClock() && clock == null) {
                throw new IllegalStateException("clock=null (expected one at level " + core.level() + "): report this");
            }
        }
    }

    /** One listener and what it saw last. Invariant: called only if the level differs from what it saw. */
    private final class ChangeListener {
        private final Coalescer calls;
        private final Consumer<? super PressureState> listener;
        private PressureLevel seenLevel = core.level();

        ChangeListener(Executor executor, Consumer<? super PressureState> listener) {
            this.listener = listener;
            this.calls = new Coalescer("a listener of memory pressure", executor, this::call);
        }

        void signal() {
            calls.signal();
        }

        private void call() {
            PressureState state = state();
            if (state.level() != seenLevel) {
                seenLevel = state.level();
                listener.accept(state);
            }
        }
    }
}
