package io.heapwise.memory;

import io.heapwise.memory.internal.DropQueue;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says which resource was dropped without being closed, and where it was taken. Invariant: a resource is reported at most once,
 * and only if its handle was collected while its tracking was open.
 *
 * <p>To track a resource is to note the stack of its taker, which takes a microsecond or two and a kilobyte, so by default one in
 * {@value #SAMPLE} is tracked. A leak that is found makes the next {@value #ALERT} be tracked, since what leaks once tends to leak
 * again, and from the same place. An owner that finds leaks by itself, all of them, says so with {@link #report}.
 *
 * <p>Nothing is found before a collection has looked at where the handle lies: a handle that has lived for long is found by a
 * collection of the old generation, which may be late.
 *
 * <p>Thread-safe. Listeners and the actions for dropped resources run on one thread of the library, which ends when nothing is
 * tracked; they should be short.
 *
 * @since 0.1.0
 */
public final class LeakTracker {
    /** How much is tracked. */
    public enum Mode {
        /** Nothing. */
        OFF,
        /** One in {@value LeakTracker#SAMPLE}, and after a leak all for a while. */
        SAMPLED,
        /** All. */
        FULL
    }

    /** Of so many resources one is tracked. */
    public static final int SAMPLE = 65_536;

    /** After a leak this many are tracked one after the other. */
    public static final int ALERT = 1_024;

    private static final System.Logger LOGGER = System.getLogger("io.heapwise.memory");
    private static final long NOTHING = -1;

    private final String what;
    private final Mode mode;
    private final Listeners<Consumer<? super Leak>> listeners = Listeners.named("leaks");
    private final AtomicLong leaks = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger alert = new AtomicInteger();

    /** A resource is tracked when its number has none of these bits. */
    private volatile long mask;

    private LeakTracker(String what, Mode mode) {
        this.what = what;
        this.mode = mode;
        this.mask = usualMask();
    }

    /**
     * A tracker that has found nothing yet.
     *
     * @param what what is tracked, for messages: "lease of the parsers"
     * @param mode how much is tracked
     * @return a tracker
     */
    public static LeakTracker named(String what, Mode mode) {
        return new LeakTracker(Objects.requireNonNull(what, "what"), Objects.requireNonNull(mode, "mode"));
    }

    /**
     * How much is tracked when no leak was found.
     *
     * @return as given
     */
    public Mode mode() {
        return mode;
    }

    /**
     * Whether to track a resource; one read.
     *
     * @param sequence its number, from 1; counts what is taken, not necessarily without gaps
     * @return whether to call {@link #track}
     */
    public boolean isToTrack(long sequence) {
        return (sequence & mask) == 0;
    }

    /**
     * Tracks a resource: notes the stack of this thread, and when the handle is collected frees the resource and reports it.
     *
     * @param handle what its user must close; neither the action nor what it refers to may refer to it
     * @param free frees the resource; false if that was done already, by whatever other way: then nothing is reported
     * @return to be closed when the resource is, while the handle is {@linkplain java.lang.ref.Reference#reachabilityFence still
     *     reachable}; then nothing is reported
     */
    public Subscription track(Object handle, BooleanSupplier free) {
        Objects.requireNonNull(free, "free");
        if (alert.get() > 0 && alert.decrementAndGet() == 0) {
            mask = usualMask();
        }
        String thread = Thread.currentThread().getName();
        Throwable taken = new Throwable("taken here by thread " + thread);
        AtomicBoolean isOpen = new AtomicBoolean(true);
        open.incrementAndGet();
        Subscription watch = DropQueue.SHARED.watch(Objects.requireNonNull(handle, "handle"), () -> {
            if (isOpen.compareAndSet(true, false)) {
                open.decrementAndGet();
                if (free.getAsBoolean()) {
                    report(new Leak(what, "taken by thread " + thread, taken));
                }
            }
        });
        return () -> {
            if (isOpen.compareAndSet(true, false)) {
                open.decrementAndGet();
                watch.close();
            }
        };
    }

    /**
     * Runs an action when an object is collected, and reports nothing: for owners that find leaks in a way of their own.
     *
     * @param handle the object; neither the action nor what it refers to may refer to it
     * @param action what to do; what it throws is logged
     * @return to be closed to forget it
     */
    public static Subscription whenDropped(Object handle, Runnable action) {
        return DropQueue.SHARED.watch(
                Objects.requireNonNull(handle, "handle"), Objects.requireNonNull(action, "action"));
    }

    /**
     * Reports a resource that its owner found dropped: counts it, tells the listeners, logs it, and tracks those that follow.
     *
     * @param which what is known of it: "taken by thread worker-3"
     */
    public void report(String which) {
        report(new Leak(what, Objects.requireNonNull(which, "which"), null));
    }

    private void report(Leak leak) {
        long count = leaks.incrementAndGet();
        if (mode == Mode.SAMPLED) {
            alert.set(ALERT);
            mask = 0;
        }
        if (Long.bitCount(count) == 1) { // the first, second, fourth, eighth: a flood must not fill the disk
            LOGGER.log(Level.WARNING, leak + " (" + count + " so far)", leak.taken());
        }
        listeners.forEach(listener -> listener.accept(leak));
    }

    /**
     * Adds a listener. What it throws is logged.
     *
     * @param listener gets each leak, on the thread that found it
     * @return closed to take it out
     */
    public Subscription onLeak(Consumer<? super Leak> listener) {
        return listeners.add(listener);
    }

    /**
     * How many leaks were found.
     *
     * @return the count
     */
    public long leaks() {
        return leaks.get();
    }

    /**
     * How many resources are tracked now.
     *
     * @return the count
     */
    public int tracked() {
        return open.get();
    }

    private long usualMask() {
        return switch (mode) {
            case OFF -> NOTHING;
            case SAMPLED -> SAMPLE - 1;
            case FULL -> 0;
        };
    }

    /** Throws if a law of this class is broken. */
    public void checkIntegrity() {
        if (open.get() < 0 || (mode != Mode.SAMPLED && mask != usualMask())) {
            throw new IllegalStateException("tracked=" + open.get() + " (expected >= 0), mask=" + mask
                    + " (expected that of " + mode + "): report this as a defect");
        }
    }

    /**
     * A resource that was dropped without being closed.
     *
     * @param what what it is
     * @param which what is known of it
     * @param taken where it was taken, as the stack of a throwable; null if it was not tracked
     * @since 0.1.0
     */
    public record Leak(String what, String which, @Nullable Throwable taken) {
        @Override
        public String toString() {
            return "A " + what + " was dropped without being closed, " + which
                    + (taken == null ? "; where is known of tracked ones only" : "") + ": close it by try";
        }
    }
}
