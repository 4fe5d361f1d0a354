package io.heapwise.pools;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.Ticker;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.CreationRules;
import io.heapwise.pools.internal.Hooks;
import io.heapwise.pools.internal.ObjectPool;
import io.heapwise.pools.internal.PoolRules;
import io.heapwise.pools.internal.PoolThreads;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says how objects are made, how many there may be, and who gets them. Not thread-safe; may build several pools.
 *
 * @param <T> what is lent
 */
public final class PoolBuilder<T> {
    private static final LeakTracker SHARED_TRACKER = LeakTracker.named("lease of a pool", LeakTracker.Mode.SAMPLED);

    private final Callable<? extends T> factory;
    private int maximumSize = 8;
    private int maximumWaiters = Integer.MAX_VALUE;
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private Duration fairnessBound = Duration.ofMillis(1);
    private @Nullable Predicate<? super T> validator;
    private @Nullable Consumer<? super T> beforeLending;
    private @Nullable Consumer<? super T> afterReturn;
    private @Nullable Consumer<? super T> destroyer;
    private @Nullable Consumer<? super T> aborter;
    private Executor creationExecutor = PoolThreads.SHARED;
    private int concurrentCreations = 4;
    private boolean failFast;
    private Duration firstPause = Duration.ofMillis(10);
    private Duration longestPause = Duration.ofSeconds(5);
    private long creationTimeLimitNanos = PoolRules.NEVER;
    private int minimumIdle;
    private int maximumIdle = Integer.MAX_VALUE;
    private boolean isEager;
    private long lifetimeNanos = PoolRules.NEVER;
    private double lifetimeJitter = 0.25;
    private long idleExpiryNanos = PoolRules.NEVER;
    private long validateAfterNanos;
    private long keepAliveNanos = PoolRules.NEVER;
    private @Nullable Ticker ticker;
    private @Nullable MemoryPressure pressure;
    private boolean isIgnoringPressure;
    private LeakTracker leakTracker = SHARED_TRACKER;

    PoolBuilder(Callable<? extends T> factory) {
        this.factory = factory;
    }

    /**
     * How many objects there may be, counting those on loan and those being made. Objects are made when asked for: at once where none
     * may come back, else once somebody has waited for a quarter of the time that making one takes, or 100 milliseconds, so that a burst
     * which is over before leaves no objects behind that nobody needs.
     *
     * @param maximumSize 1 to 1,048,576; 8 unless set
     * @return this
     */
    public PoolBuilder<T> maximumSize(int maximumSize) {
        this.maximumSize = Arguments.requireBetween("maximumSize", maximumSize, 1, Arguments.MOST_OBJECTS);
        return this;
    }

    /**
     * How many callers may queue for objects that others hold; one more fails at once, which sheds load before it piles up. Those for
     * whom an object is being made, or still may be, queue beside.
     *
     * @param maximumWaiters 0 or more; unlimited unless set
     * @return this
     */
    public PoolBuilder<T> maximumWaiters(int maximumWaiters) {
        this.maximumWaiters = Arguments.requireBetween("maximumWaiters", maximumWaiters, 0, Integer.MAX_VALUE);
        return this;
    }

    /**
     * How long those wait that do not say: {@link Pool#acquire()}, {@link Pool#apply} and {@link Pool#accept}.
     *
     * @param acquireTimeout zero to wait for nothing; 30 seconds unless set
     * @return this
     */
    public PoolBuilder<T> acquireTimeout(Duration acquireTimeout) {
        Arguments.nanosOf("acquireTimeout", acquireTimeout);
        this.acquireTimeout = acquireTimeout;
        return this;
    }

    /**
     * For how long the first in the queue may be overtaken by callers that just come along. Zero serves strictly in turn;
     * the longer, the more often a running thread takes what was just given back, without a switch to another thread, and
     * the longer the longest wait.
     *
     * @param fairnessBound a millisecond unless set
     * @return this
     */
    public PoolBuilder<T> fairnessBound(Duration fairnessBound) {
        Arguments.nanosOf("fairnessBound", fairnessBound);
        this.fairnessBound = fairnessBound;
        return this;
    }

    /**
     * Tests each object before it is lent, on the borrower's thread. One that fails, or whose test throws, is destroyed, and
     * the borrower gets another.
     *
     * @param validator true for an object that may be lent
     * @return this
     */
    public PoolBuilder<T> validator(Predicate<? super T> validator) {
        this.validator = Arguments.require("validator", validator);
        return this;
    }

    /**
     * Runs before each loan, on the borrower's thread, after the validator. When it throws the object is destroyed, and the
     * borrower gets another.
     *
     * @param hook readies an object
     * @return this
     */
    public PoolBuilder<T> beforeLending(Consumer<? super T> hook) {
        this.beforeLending = Arguments.require("beforeLending", hook);
        return this;
    }

    /**
     * Runs when an object is given back, on the thread that does so. When it throws the object is destroyed.
     *
     * @param hook cleans an object up for the next borrower
     * @return this
     */
    public PoolBuilder<T> afterReturn(Consumer<? super T> hook) {
        this.afterReturn = Arguments.require("afterReturn", hook);
        return this;
    }

    /**
     * Runs when an object leaves the pool for good, once for each. What it throws is counted in
     * {@link PoolStats#hookFailures}; the place is free all the same.
     *
     * @param destroyer lets go of what the object holds
     * @return this
     */
    public PoolBuilder<T> destroyer(Consumer<? super T> destroyer) {
        this.destroyer = Arguments.require("destroyer", destroyer);
        return this;
    }

    /**
     * Runs in place of the {@link #destroyer} for an object that its borrower still has when the grace of {@link Pool#close} is over:
     * for objects that can only be broken off while a call is under way, since to end them properly would wait for it.
     *
     * @param aborter breaks off what the object does, and lets go of what it holds; the destroyer unless set
     * @return this
     */
    public PoolBuilder<T> aborter(Consumer<? super T> aborter) {
        this.aborter = Arguments.require("aborter", aborter);
        return this;
    }

    /**
     * Where objects are made. Not on the borrower's thread unless set so, since a factory that hangs would hang the borrower
     * beyond its timeout, and a borrower whose object comes back earlier need not wait for the new one.
     *
     * @param creationExecutor daemon threads shared by all pools unless set; {@code Runnable::run} for the borrower's thread
     * @return this
     */
    public PoolBuilder<T> creationExecutor(Executor creationExecutor) {
        this.creationExecutor = Arguments.require("creationExecutor", creationExecutor);
        return this;
    }

    /**
     * How many objects may be made at a time.
     *
     * @param concurrentCreations 1 or more; 4 unless set
     * @return this
     */
    public PoolBuilder<T> concurrentCreations(int concurrentCreations) {
        this.concurrentCreations =
                Arguments.requireBetween("concurrentCreations", concurrentCreations, 1, Arguments.MOST_OBJECTS);
        return this;
    }

    /**
     * Tells the first in the queue when an object could not be made, by {@link PoolCreationException}. Unless set, callers
     * wait for the next attempt or for an object that comes back, and learn of the failure only as cause of their timeout.
     *
     * @return this
     */
    public PoolBuilder<T> failFast() {
        this.failFast = true;
        return this;
    }

    /**
     * How long to wait after a failed attempt before the next: doubled with each failure in a row, and up to half of it less
     * by chance, so that many pools do not call upon a server that comes back all at once.
     *
     * @param first after one failure; 10 milliseconds unless set
     * @param longest however many there were; 5 seconds unless set
     * @return this
     */
    public PoolBuilder<T> pauseAfterFailure(Duration first, Duration longest) {
        long firstNanos = Arguments.nanosOf("first", first);
        if (firstNanos == 0 || Arguments.nanosOf("longest", longest) < firstNanos) {
            throw new IllegalArgumentException("first=" + first + ", longest=" + longest
                    + " (expected 0 < first <= longest): without a pause a broken factory would be called without end");
        }
        this.firstPause = first;
        this.longestPause = longest;
        return this;
    }

    /**
     * How long one attempt to make an object may take. After that its thread is interrupted, it counts as failed, and another may
     * begin. What it makes in the end all the same is lent if there is room, else destroyed.
     *
     * @param limit above zero; unlimited unless set
     * @return this
     */
    public PoolBuilder<T> creationTimeLimit(Duration limit) {
        this.creationTimeLimitNanos = Arguments.positiveNanosOf("limit", limit);
        return this;
    }

    /**
     * How many idle objects to keep ready, within the maximum size. They are made from the first call for an object on,
     * and made up for from time to time.
     *
     * @param minimumIdle 0 or more; 0 unless set
     * @return this
     */
    public PoolBuilder<T> minimumIdle(int minimumIdle) {
        this.minimumIdle = Arguments.requireBetween("minimumIdle", minimumIdle, 0, Arguments.MOST_OBJECTS);
        return this;
    }

    /**
     * Makes the {@linkplain #minimumIdle idle objects to keep ready} as soon as the pool is built, in the background.
     *
     * @return this
     */
    public PoolBuilder<T> fillEagerly() {
        this.isEager = true;
        return this;
    }

    /**
     * How many idle objects to keep; one more that comes back while nobody waits is destroyed. Costs each return a look at all
     * places. Under a load that comes and goes objects are then made and destroyed all the time: prefer {@link #idleExpiry}.
     *
     * @param maximumIdle 0 or more; unlimited unless set
     * @return this
     */
    public PoolBuilder<T> maximumIdle(int maximumIdle) {
        this.maximumIdle = Arguments.requireBetween("maximumIdle", maximumIdle, 0, Integer.MAX_VALUE);
        return this;
    }

    /**
     * How long an object may be idle before it is destroyed, as long as more than {@link #minimumIdle} are. Looked after four times
     * in that time, but at most every 20 milliseconds; until then it may still be lent.
     *
     * @param idleExpiry above zero; unlimited unless set
     * @return this
     */
    public PoolBuilder<T> idleExpiry(Duration idleExpiry) {
        this.idleExpiryNanos = Arguments.positiveNanosOf("idleExpiry", idleExpiry);
        return this;
    }

    /**
     * How old an object may get. An older one is not lent any more; what is on loan is destroyed when next looked at.
     *
     * @param lifetime above zero; unlimited unless set
     * @param jitter the share of it that is left to chance for each object, so that those made together do not all go at once;
     *     0 to 1
     * @return this
     */
    public PoolBuilder<T> lifetime(Duration lifetime, double jitter) {
        this.lifetimeNanos = Arguments.positiveNanosOf("lifetime", lifetime);
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("jitter=" + jitter + " (expected 0 to 1): give a share of the lifetime");
        }
        this.lifetimeJitter = jitter;
        return this;
    }

    /**
     * How old an object may get, with a quarter of it left to chance.
     *
     * @param lifetime above zero; unlimited unless set
     * @return this
     */
    public PoolBuilder<T> lifetime(Duration lifetime) {
        return lifetime(lifetime, 0.25);
    }

    /**
     * Spares objects that were used just now the {@link #validator}: it is asked before a loan only if the object was idle for this
     * long, to about 20 milliseconds.
     *
     * @param idle zero to ask each time, as is done unless set
     * @return this
     */
    public PoolBuilder<T> validateWhenIdleFor(Duration idle) {
        this.validateAfterNanos = Arguments.nanosOf("idle", idle);
        return this;
    }

    /**
     * Asks the {@link #validator} of each idle object about this often, so that what it is connected to does not give it up. One that
     * fails is destroyed.
     *
     * @param every above zero; never unless set
     * @return this
     */
    public PoolBuilder<T> keepAlive(Duration every) {
        this.keepAliveNanos = Arguments.positiveNanosOf("every", every);
        return this;
    }

    /**
     * What tells of tight memory. While it is HIGH half of the idle objects above {@link #minimumIdle} are let go of, those
     * idle longest first, and all of them when it gets CRITICAL.
     *
     * @param pressure stays the caller's to close; a handle of the JVM's unless set
     * @return this
     */
    public PoolBuilder<T> pressure(MemoryPressure pressure) {
        this.pressure = Arguments.require("pressure", pressure);
        return this;
    }

    /**
     * Keeps idle objects however tight memory is.
     *
     * @return this
     */
    public PoolBuilder<T> ignorePressure() {
        this.isIgnoringPressure = true;
        return this;
    }

    /**
     * What is told of leases that were dropped without being closed. Whatever it samples, every such lease is found once the
     * collector has found it, its object is destroyed, and its place is free again; a tracker that is off switches that off too. A
     * lease kept for very long may hide others taken within ten seconds of it.
     *
     * @param leakTracker one shared by all pools that have none of their own, which samples, unless set
     * @return this
     */
    public PoolBuilder<T> leakTracker(LeakTracker leakTracker) {
        this.leakTracker = Arguments.require("leakTracker", leakTracker);
        return this;
    }

    /**
     * The clock for waits, pauses and ages.
     *
     * @param ticker the system's unless set; with a {@link ManualTicker} nothing is done by itself from time to time, only by
     *     {@link Pool#maintain}
     * @return this
     */
    public PoolBuilder<T> ticker(Ticker ticker) {
        this.ticker = Arguments.require("ticker", ticker);
        return this;
    }

    /**
     * Makes the pool. It holds nothing yet unless it is to be {@linkplain #fillEagerly filled}.
     *
     * @return a pool, to be closed by the caller
     * @throws IllegalStateException when options contradict each other
     */
    public Pool<T> build() {
        PoolRules rules = new PoolRules(
                maximumSize,
                minimumIdle,
                maximumIdle,
                isEager,
                maximumWaiters,
                Arguments.nanosOf("acquireTimeout", acquireTimeout),
                Arguments.nanosOf("fairnessBound", fairnessBound),
                failFast,
                lifetimeNanos,
                lifetimeJitter,
                idleExpiryNanos,
                validateAfterNanos,
                keepAliveNanos);
        requireSense();
        return new ObjectPool<T>(
                        new Hooks<T>(factory, validator, beforeLending, afterReturn, destroyer, aborter),
                        rules,
                        new CreationRules(
                                creationExecutor,
                                concurrentCreations,
                                creationTimeLimitNanos,
                                Arguments.nanosOf("first", firstPause),
                                Arguments.nanosOf("longest", longestPause)),
                        ticker,
                        isIgnoringPressure ? null : pressure == null ? MemoryPressure.ofJvm() : pressure,
                        pressure == null,
                        leakTracker)
                .start();
    }

    private void requireSense() {
        if (minimumIdle > Math.min(maximumIdle, maximumSize)) {
            throw new IllegalStateException("minimumIdle=" + minimumIdle + " (expected <= "
                    + Math.min(maximumIdle, maximumSize) + "): allow as many idle objects as are to be kept ready");
        }
        if (validator == null && (keepAliveNanos != PoolRules.NEVER || validateAfterNanos != 0)) {
            throw new IllegalStateException(
                    "validator=null (expected one): set it, or drop keepAlive and validateWhenIdleFor, which call it");
        }
    }
}
