package io.heapwise.pools;

import io.heapwise.pools.internal.Arguments;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Lends objects that are dear to make, each to one borrower at a time.
 *
 * <pre>{@code
 * Pool<Parser> parsers = Pool.builder(Parser::new).maximumSize(16).build();
 * Document page = parsers.apply(parser -> parser.parse(input));
 * try (Lease<Parser> lease = parsers.acquire(Duration.ofMillis(200))) {
 *     lease.get().parse(input);
 * }
 * }</pre>
 *
 * <p><b>Which to take.</b> {@link #apply} and {@link #accept} give back by themselves, once, on the same thread, which costs
 * one atomic step and no memory. A {@link Lease} may be kept, handed to another thread and closed there, and closed any
 * number of times by any number of threads: it gives back once. That costs a second atomic step, and 32 bytes where the lease
 * escapes the method.
 *
 * <p><b>Turns.</b> While objects are idle whoever comes takes one. When none is, callers queue in the order they came. A caller
 * that finds an object just given back may take it before those who wait, since it runs already and they must first be woken;
 * but only until the first of them has waited for the {@linkplain PoolBuilder#fairnessBound bound}. From then on each object
 * is handed to the first in the queue, and nobody can take it on the way. One that was overtaken may sleep for up to a
 * millisecond beside an object that was given back meanwhile.
 *
 * <p><b>Threads.</b> Thread-safe, for platform and virtual threads alike; nothing is kept for each thread. What happened
 * before an object was given back happens before the next borrower receives it. A thread that gives back never waits.
 *
 * @param <T> what is lent
 */
public interface Pool<T> extends PoolControl {

    /**
     * Begins a pool of what {@code factory} makes.
     *
     * @param factory makes an object; may throw, must not return null; called from the pool's own threads unless
     *     {@link PoolBuilder#creationExecutor} says otherwise
     * @param <T> what is lent
     * @return a builder with a maximum of 8
     */
    static <T> PoolBuilder<T> builder(Callable<? extends T> factory) {
        return new PoolBuilder<>(Arguments.require("factory", factory));
    }

    /**
     * Borrows an object, waiting for as long as the builder's {@link PoolBuilder#acquireTimeout}.
     *
     * @return an object on loan, to be closed by the caller
     * @throws PoolTimeoutException when none became available in time
     * @throws PoolCreationException when one could not be made and the pool is to {@linkplain PoolBuilder#failFast fail fast}
     * @throws IllegalStateException when the pool is closed, or too many wait already
     * @throws InterruptedException when the thread is interrupted before an object is available; nothing is taken then
     */
    Lease<T> acquire() throws InterruptedException;

    /**
     * Borrows an object, waiting for at most {@code timeout}.
     *
     * @param timeout zero to wait for nothing but an object that is idle now; may be longer than any clock counts
     * @return an object on loan, to be closed by the caller
     * @throws PoolTimeoutException when none became available in time
     * @throws PoolCreationException when one could not be made and the pool is to {@linkplain PoolBuilder#failFast fail fast}
     * @throws IllegalArgumentException when the timeout is negative
     * @throws IllegalStateException when the pool is closed, or too many wait already
     * @throws InterruptedException when the thread is interrupted before an object is available; nothing is taken then
     */
    Lease<T> acquire(Duration timeout) throws InterruptedException;

    /**
     * Borrows an object if one is idle now. When none is and there may be more, one is ordered, for whoever asks next.
     *
     * @return an object on loan, or null
     * @throws IllegalStateException when the pool is closed
     */
    @Nullable Lease<T> tryAcquire();

    /**
     * Borrows an object without a thread that waits for it. Queues with all others, first come first served. To cancel the future
     * gives up the place in the queue; a lease that comes too late for that is given back.
     *
     * @param timeout as for {@link #acquire(Duration)}
     * @return completes on {@link CompletableFuture#defaultExecutor() the default executor}, where hooks run too, with a lease to be
     *     closed by whoever takes it, or with what {@link #acquire(Duration)} would have thrown
     * @throws IllegalArgumentException when the timeout is negative
     */
    CompletableFuture<Lease<T>> acquireAsync(Duration timeout);

    /**
     * Borrows an object for the time of one call, waiting as {@link #acquire()} does. It is given back also when the
     * function throws.
     *
     * @param function uses the object; must not keep it
     * @param <R> what the function returns
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X what the function threw
     * @throws InterruptedException as {@link #acquire()}
     */
    <R extends @Nullable Object, X extends Exception> R apply(PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException;

    /**
     * Borrows an object for the time of one call, as {@link #apply} does.
     *
     * @param action uses the object; must not keep it
     * @param <X> what the action may throw
     * @throws X what the action threw
     * @throws InterruptedException as {@link #acquire()}
     */
    default <X extends Exception> void accept(PoolAction<? super T, X> action) throws X, InterruptedException {
        this.<@Nullable Object, X>apply(object -> {
            action.accept(object);
            return null;
        });
    }
}
