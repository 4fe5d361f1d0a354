package io.heapwise.memory;

import io.heapwise.memory.internal.JvmSource;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How tight memory is. Invariant: what is in use but dead never raises the level, only what collections of the whole heap
 * have proved to be live, together with how hard the collector had to work, or a limit outside the heap.
 *
 * <p>{@link #level()} costs one volatile read. Heap evidence comes with the JVM's own collection notifications: there is
 * no thread and no polling while the level is NORMAL and no container limit is known; otherwise the shared daemon
 * {@code heapwise-clock} looks once a second. Nothing here ever calls {@link System#gc()}.
 *
 * <p>Not guaranteed: the level lags behind the heap by the time to the next collection of the whole heap, and by the delay
 * of the JVM's notification thread (below a second, measured with all cores busy). One allocation bigger than what is
 * free fails whatever the level says.
 *
 * <p>Thread-safe. This is a handle: closing it lets go of what it holds, and leaves other handles of the same JVM alone.
 *
 * @since 0.1.0
 */
public final class MemoryPressure implements AutoCloseable {
    private final PressureHub hub;
    private boolean closed;

    private MemoryPressure(PressureHub hub) {
        this.hub = hub;
    }

    /**
     * The pressure of this JVM. All handles share one registration with the JVM, made with the first and taken back with
     * the last. Never throws: where the JVM cannot be seen, {@link #state()} says so and the level stays NORMAL.
     *
     * @return a new handle
     */
    public static MemoryPressure ofJvm() {
        return new MemoryPressure(PressureHub.retainJvm(JvmSource::ofThisJvm));
    }

    /**
     * Pressure from a source of one's own, for tests mostly.
     *
     * @param source where evidence comes from; opened before this returns
     * @param ticker time; with a {@link ManualTicker} nothing happens by itself
     * @param thresholds when to change the level
     * @return a new handle, which owns the source's registration
     */
    public static MemoryPressure of(PressureSource source, Ticker ticker, PressureThresholds thresholds) {
        PressureHub hub = new PressureHub(
                Objects.requireNonNull(source, "source"),
                Objects.requireNonNull(ticker, "ticker"),
                Objects.requireNonNull(thresholds, "thresholds"));
        hub.retain();
        return new MemoryPressure(hub);
    }

    /** The state of the JVM's pressure if some handle is open, without opening one. */
    static @Nullable PressureState peekJvm() {
        return PressureHub.peekJvm();
    }

    /**
     * The level now. One volatile read; never blocks, never allocates. After close the last level stays.
     *
     * @return the level
     */
    public PressureLevel level() {
        return hub.core.level();
    }

    /**
     * Whether the level is the given one or above. Costs what {@link #level()} costs.
     *
     * @param level the level to compare with
     * @return true if so
     */
    public boolean atLeast(PressureLevel level) {
        return level().atLeast(level);
    }

    /**
     * The level with the evidence behind it. Takes a short lock and allocates one record.
     *
     * @return the state now
     */
    public PressureState state() {
        return hub.state();
    }

    /**
     * What the collector did lately.
     *
     * @param window how far back, rounded up to whole seconds; 1 to 60 seconds
     * @return the sums
     * @throws IllegalArgumentException if the window is out of bounds
     */
    public GcActivity gcActivity(Duration window) {
        Objects.requireNonNull(window, "window");
        if (window.isNegative() || window.isZero() || window.compareTo(Duration.ofSeconds(60)) > 0) {
            throw new IllegalArgumentException(
                    "window=" + window + " (expected above 0 and at most PT1M): read more often to see further back");
        }
        return hub.core.activity((int) window.plusNanos(999_999_999L).toSeconds(), hub.nanos());
    }

    /**
     * Tells of changes of the level. Coalesced: a slow listener finds the newest state, never a backlog, and sees a change
     * that came and went not at all. A rise is told at once, a fall at most once a second. One call at a time.
     *
     * @param executor runs the listener; with {@code Runnable::run} it runs on the JVM's notification thread, where it
     *     must not block
     * @param listener gets the state; what it throws is logged once and dropped
     * @return the handle; it ends with this pressure, too
     * @throws IllegalStateException if this handle is closed
     */
    public Subscription onChange(Executor executor, Consumer<? super PressureState> listener) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(listener, "listener");
        requireOpen();
        return hub.onChange(executor, listener);
    }

    /** Calls after each piece of evidence, on the thread that brought it: for code of this library only. */
    Subscription onEvidence(Runnable action) {
        requireOpen();
        return hub.onEvidence(action);
    }

    Ticker ticker() {
        return hub.ticker;
    }

    /** Lets go. The last handle takes back everything that was registered. Closing twice is harmless. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        hub.release();
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "closed=true (expected false): this MemoryPressure was closed, open another");
        }
    }

    void checkIntegrity() {
        hub.checkIntegrity();
    }

    @Override
    public String toString() {
        return "MemoryPressure[" + state() + "]";
    }
}
