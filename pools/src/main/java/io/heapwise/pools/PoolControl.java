package io.heapwise.pools;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What is done with a pool by those who run it, and not by those who borrow from it. Thread-safe. */
public interface PoolControl extends AutoCloseable {

    /**
     * What the pool holds and has done, each number read at about the same time.
     *
     * @return a snapshot
     */
    PoolStats stats();

    /**
     * Changes how many objects there may be. More are made when asked for; of too many the idle ones are destroyed now and those on
     * loan as they come back.
     *
     * @param maximumSize 1 to 1,048,576
     * @throws IllegalArgumentException when out of these bounds
     */
    void resize(int maximumSize);

    /**
     * Lends nothing until {@link #resume}: who comes queues, as if all objects were on loan, and nothing is made. A loan whose call
     * began before may still be granted. Pausing twice is pausing once.
     */
    void pause();

    /** Ends a {@linkplain #pause pause}; without one has no effect. */
    void resume();

    /**
     * Replaces all objects, as after a change of credentials: the idle ones are destroyed now, those on loan or being made as they
     * come back. After this returns nobody is lent an object whose making began before it was called.
     */
    void refresh();

    /**
     * Does now what the pool does by itself from time to time: lets go of objects too old or too long idle, validates those due,
     * and has made what is missing of the minimum. For tests with a clock of their own, mostly. Runs hooks on this thread.
     */
    void maintain();

    /**
     * Closes the pool: those who wait fail at once, idle objects are destroyed now and those on loan as they come back.
     * What is still on loan when the grace is over is destroyed in its borrower's hands.
     *
     * @param grace how long borrowers may take to give back
     * @return completes when the last object is destroyed; to cancel it has no effect
     * @throws IllegalArgumentException when the grace is negative
     */
    CompletableFuture<Void> close(Duration grace);

    /**
     * Closes the pool as {@link #close(Duration)} does, with as much time for borrowers as they need.
     *
     * @return completes when the last object is destroyed; to cancel it has no effect
     */
    default CompletableFuture<Void> closeAsync() {
        return close(Duration.ofSeconds(Long.MAX_VALUE));
    }

    /** Begins to close the pool, as {@link #closeAsync} does, and waits for nothing. */
    @Override
    default void close() {
        var unused = closeAsync();
    }
}
