package io.heapwise.pools;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.internal.Arguments;
import io.heapwise.pools.internal.CreationRules;
import io.heapwise.pools.internal.CreationThreads;
import io.heapwise.pools.internal.Hooks;
import io.heapwise.pools.internal.ObjectPool;
import io.heapwise.pools.internal.PoolRules;
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
    private static final int MOST_OBJECTS = 1 << 20;

    private final Callable<? extends T> factory;
    private int maximumSize = 8;
    private int maximumWaiters = Integer.MAX_VALUE;
    private Duration acquireTimeout = Duration.ofSeconds(30);
    private Duration fairnessBound = Duration.ofMillis(1);
    private @Nullable Predicate<? super T> validator;
    private @Nullable Consumer<? super T> beforeLending;
    private @Nullable Consumer<? super T> afterReturn;
    private @Nullable Consumer<? super T> destroyer;
    private Executor creationExecutor = CreationThreads.SHARED;
    private int concurrentCreations = 4;
    private boolean failFast;
    private Duration firstPause = Duration.ofMillis(10);
    private Duration longestPause = Duration.ofSeconds(5);
    private Ticker ticker = Ticker.system();

    PoolBuilder(Callable<? extends T> factory) {
        this.factory = factory;
    }

    /**
     * How many objects there may be, counting those on loan and those being made. Objects are made when asked for.
     *
     * @param maximumSize 1 to 1,048,576; 8 unless set
     * @return this
     */
    public PoolBuilder<T> maximumSize(int maximumSize) {
        this.maximumSize = Arguments.requireBetween("maximumSize", maximumSize, 1, MOST_OBJECTS);
        return this;
    }

    /**
     * How many callers may queue; one more fails at once, which sheds load before it piles up.
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
                Arguments.requireBetween("concurrentCreations", concurrentCreations, 1, MOST_OBJECTS);
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
     * The clock for waits and pauses.
     *
     * @param ticker the system's unless set
     * @return this
     */
    public PoolBuilder<T> ticker(Ticker ticker) {
        this.ticker = Arguments.require("ticker", ticker);
        return this;
    }

    /**
     * Makes the pool. It holds nothing yet, and needs no thread of its own.
     *
     * @return a pool, to be closed by the caller
     */
    public Pool<T> build() {
        return new ObjectPool<>(
                new Hooks<>(factory, validator, beforeLending, afterReturn, destroyer),
                new PoolRules(
                        maximumSize,
                        maximumWaiters,
                        Arguments.nanosOf("acquireTimeout", acquireTimeout),
                        Arguments.nanosOf("fairnessBound", fairnessBound),
                        failFast),
                new CreationRules(
                        creationExecutor,
                        concurrentCreations,
                        Arguments.nanosOf("first", firstPause),
                        Arguments.nanosOf("longest", longestPause)),
                ticker);
    }
}
