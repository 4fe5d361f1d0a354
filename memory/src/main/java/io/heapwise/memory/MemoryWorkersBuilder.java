package io.heapwise.memory;

import java.util.concurrent.ThreadFactory;

/**
 * Says how many workers there are, what each may use, and how many tasks may queue. Not thread-safe; may build several.
 *
 * @since 0.1.0
 */
public final class MemoryWorkersBuilder {
    private final String name;
    private final MemoryBudget budget;
    private final ThreadFactory threads;
    private int workers = Runtime.getRuntime().availableProcessors();
    private long bytesEach;
    private int maximumQueued = 100;

    MemoryWorkersBuilder(String name, MemoryBudget budget, ThreadFactory threads) {
        this.name = name;
        this.budget = budget;
        this.threads = threads;
    }

    /**
     * How many workers there are, each with a thread of its own.
     *
     * @param workers 1 or more; as many as there are processors unless set
     * @return this
     * @throws IllegalArgumentException if below 1
     */
    public MemoryWorkersBuilder workers(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException(
                    "workers=" + workers + " (expected >= 1): without any no task would ever run");
        }
        this.workers = workers;
        return this;
    }

    /**
     * What the task of one worker may use.
     *
     * @param bytesEach 1 to the capacity of the budget; an equal part of that for each worker unless set
     * @return this
     * @throws IllegalArgumentException if out of these bounds
     */
    public MemoryWorkersBuilder bytesEach(long bytesEach) {
        if (bytesEach < 1 || bytesEach > budget.capacityBytes()) {
            throw new IllegalArgumentException("bytesEach=" + bytesEach + " (expected 1 to " + budget.capacityBytes()
                    + ", the capacity of " + budget.name() + "): give what the largest task takes");
        }
        this.bytesEach = bytesEach;
        return this;
    }

    /**
     * How many tasks may be accepted beyond those that run. The bytes of a task that is queued are reserved too.
     *
     * @param maximumQueued 0 or more; 100 unless set
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public MemoryWorkersBuilder maximumQueued(int maximumQueued) {
        if (maximumQueued < 0) {
            throw new IllegalArgumentException("maximumQueued=" + maximumQueued
                    + " (expected >= 0): 0 accepts a task only when a worker is free for it");
        }
        this.maximumQueued = maximumQueued;
        return this;
    }

    /**
     * Starts the workers.
     *
     * @return workers, to be closed by the caller
     * @throws IllegalStateException when the factory threw, or gave no thread, or one that could not be started; then none is left
     */
    public MemoryWorkers build() {
        long each = bytesEach == 0 ? Math.max(1, budget.capacityBytes() / workers) : bytesEach;
        return new MemoryWorkers(name, budget, workers, each, maximumQueued, threads);
    }
}
