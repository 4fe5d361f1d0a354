package io.heapwise.memory;

import io.heapwise.memory.internal.ControlLaw;
import io.heapwise.memory.internal.DaemonThreads;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Asks those who hold memory to give some back when the live set fills the heap, and lets them grow again when there is
 * room. Invariant: one decision for all shrinkables together, so that several caches behave as one; and nobody is asked
 * because of memory that is in use but dead.
 *
 * <p>It judges once per collection of the whole heap, by the live bound of {@link MemoryPressure} alone, and predicts
 * between two collections by the shrinkables' own accounting. Above {@code high} it orders back a part of the overshoot;
 * between {@code target} and {@code high} it lets nobody use up the rest; below it gives room again, step by step.
 *
 * <p>Shrinkables are held weakly: one that is dropped without closing its subscription disappears by itself. The first
 * registration opens the pressure, the last one that goes closes it. There is no thread between two collections of
 * the whole heap while there is nothing to decide.
 *
 * <p>Thread-safe. Shrinkables are called one at a time, never with a lock held and never on the JVM's notification thread;
 * what they throw is logged once and ignored. Not guaranteed: a shrinkable that lies about its footprint, or does not give
 * back, makes the others pay.
 *
 * @since 0.1.0
 */
public final class HeapGovernor implements AutoCloseable {
    private static final GovernorDesk JVM =
            new GovernorDesk(MemoryPressure::ofJvm, onDemandThread(), Policy.defaults(), Ticker.system());

    private final GovernorDesk desk;
    private volatile boolean closed;

    private HeapGovernor(GovernorDesk desk) {
        this.desk = desk;
    }

    /**
     * The governor of this JVM. All handles share one decision. Costs nothing until something is registered.
     *
     * @return a new handle; it needs closing only to take out everything that was registered through it
     */
    public static HeapGovernor ofJvm() {
        return new HeapGovernor(JVM);
    }

    /**
     * A governor over a pressure of one's own, for tests mostly, with the default policy and its own daemon thread, which
     * exists only while it has something to do.
     *
     * @param pressure where evidence comes from; stays the caller's to close
     * @return a new governor
     */
    public static HeapGovernor of(MemoryPressure pressure) {
        return of(pressure, onDemandThread(), Policy.defaults());
    }

    /**
     * A governor over a pressure of one's own.
     *
     * @param pressure where evidence comes from; stays the caller's to close
     * @param executor runs the decisions and calls the shrinkables; with {@code Runnable::run} they run where the evidence
     *     arrives, which is for tests only
     * @param policy how to decide
     * @return a new governor
     */
    public static HeapGovernor of(MemoryPressure pressure, Executor executor, Policy policy) {
        Objects.requireNonNull(pressure, "pressure");
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(policy, "policy");
        return new HeapGovernor(new GovernorDesk(pressure, executor, policy));
    }

    /**
     * Puts somebody under the governor. Held weakly: the caller keeps it alive. Registering the same one twice counts it
     * twice.
     *
     * @param shrinkable who can give back
     * @return the handle; closing it takes the shrinkable out and lifts its limit, on the closing thread
     * @throws IllegalStateException if this handle is closed
     */
    public Subscription register(Shrinkable shrinkable) {
        Objects.requireNonNull(shrinkable, "shrinkable");
        if (closed) {
            throw new IllegalStateException("closed=true (expected false): this HeapGovernor was closed, get another");
        }
        Subscription handle = desk.register(shrinkable, this);
        if (closed) {
            handle.close(); // closed meanwhile: its close may have come too early to see this one
        }
        return handle;
    }

    /**
     * The last decision. Any thread, one volatile read.
     *
     * @return what was decided, and why
     */
    public Decision lastDecision() {
        return desk.lastDecision();
    }

    /** Takes out what was registered through this handle, and lifts its limits. Closing twice is harmless. */
    @Override
    public void close() {
        closed = true;
        desk.takeAllOf(this);
    }

    void checkIntegrity() {
        desk.checkIntegrity();
    }

    GovernorDesk desk() {
        return desk;
    }

    @Override
    public String toString() {
        return "HeapGovernor[" + lastDecision() + "]";
    }

    /** Not the common pool: an application that blocks it would keep the governor from saving that application. */
    private static Executor onDemandThread() {
        ThreadPoolExecutor executor = new ThreadPoolExecutor(
                1, 1, 500, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), new DaemonThreads("heapwise-governor"));
        executor.allowCoreThreadTimeOut(true);
        return executor;
    }

    /**
     * How to decide. Invariant: {@code 0.1 < target < high <= 1}.
     *
     * @param target share of the heap that the live set is brought back to
     * @param high share of the heap above which shrinkables are asked to give back
     * @param gain share of the overshoot that one step removes, above 0 and at most 1
     * @param largestCut the largest share of what is held that an ordinary step takes, above 0 and at most 1; in an
     *     emergency a step takes a quarter, then half, whatever this says
     * @since 0.1.0
     */
    public record Policy(double target, double high, double gain, double largestCut) {
        private static final Policy DEFAULTS = new Policy(0.70, 0.80, 0.7, 0.30);

        /**
         * Checks the bounds.
         *
         * @param target see above
         * @param high see above
         * @param gain see above
         * @param largestCut see above
         * @throws IllegalArgumentException if a bound is broken
         */
        public Policy {
            if (!(target > 0.1 && target < high && high <= 1)) {
                throw new IllegalArgumentException("target=" + target + ", high=" + high
                        + " (expected 0.1 < target < high <= 1): give shares of the heap");
            }
            if (!(gain > 0 && gain <= 1 && largestCut > 0 && largestCut <= 1)) {
                throw new IllegalArgumentException("gain=" + gain + ", largestCut=" + largestCut
                        + " (expected above 0 and at most 1): give shares");
            }
        }

        /**
         * The policy that is used where none is given: back to 0.70 from 0.80, by 0.7 of the overshoot and at most 0.30 of
         * what is held.
         *
         * @return the defaults
         */
        public static Policy defaults() {
            return DEFAULTS;
        }
    }

    /** What a decision did. */
    public enum Action {
        /** Nothing is known, so nothing was asked. */
        UNKNOWN,
        /** Nothing new was asked. */
        HOLD,
        /** Growth was capped. */
        CAP,
        /** Memory was asked back. */
        SHRINK,
        /** Some room was given again. */
        GROW,
        /** All limits were lifted. */
        LIFT;

        static Action of(ControlLaw.Action action) {
            return switch (action) {
                case UNKNOWN -> UNKNOWN;
                case HOLD -> HOLD;
                case CAP -> CAP;
                case SHRINK -> SHRINK;
                case GROW -> GROW;
                case LIFT -> LIFT;
            };
        }
    }

    /**
     * A decision and its reason.
     *
     * @param action what was done
     * @param why the reason, in words
     * @param level the level of pressure at that time
     * @param liveUpperBoundBytes the live bound it rests on, 0 while unknown
     * @param evidenceAgeNanos how old that bound was
     * @param footprintBytes what the shrinkables held together, by their own accounting
     * @param limitBytes what they may hold together, {@link Long#MAX_VALUE} for no limit
     * @param demands who may hold how much
     * @since 0.1.0
     */
    public record Decision(
            Action action,
            String why,
            PressureLevel level,
            long liveUpperBoundBytes,
            long evidenceAgeNanos,
            long footprintBytes,
            long limitBytes,
            List<Demand> demands) {

        /**
         * Copies the list.
         *
         * @param action see above
         * @param why see above
         * @param level see above
         * @param liveUpperBoundBytes see above
         * @param evidenceAgeNanos see above
         * @param footprintBytes see above
         * @param limitBytes see above
         * @param demands see above
         */
        public Decision {
            demands = List.copyOf(demands);
        }
    }

    /**
     * What one shrinkable was told.
     *
     * @param name its name
     * @param footprintBytes what it held
     * @param limitBytes what it may hold, {@link Long#MAX_VALUE} for no limit
     * @since 0.1.0
     */
    public record Demand(String name, long footprintBytes, long limitBytes) {}
}
