package io.heapwise.memory;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says how long requests may wait, how many, and what tightens the budget. Not thread-safe; may build several budgets.
 *
 * @since 0.1.0
 */
public final class MemoryBudgetBuilder {
    private static final LeakTracker SHARED_TRACKER =
            LeakTracker.named("reservation of a budget", LeakTracker.Mode.SAMPLED);

    private final String name;
    private final long capacityBytes;
    private int maximumWaiters = 10_000;
    private Duration waitTimeout = Duration.ofSeconds(30);
    private Ticker ticker = Ticker.system();
    private LeakTracker leakTracker = SHARED_TRACKER;
    private @Nullable MemoryPressure pressure;

    MemoryBudgetBuilder(String name, long capacityBytes) {
        this.name = name;
        this.capacityBytes = capacityBytes;
    }

    /**
     * How many requests may wait, those of children included; one more is refused at once.
     *
     * @param maximumWaiters 0 or more; 10,000 unless set
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public MemoryBudgetBuilder maximumWaiters(int maximumWaiters) {
        if (maximumWaiters < 0) {
            throw new IllegalArgumentException(
                    "maximumWaiters=" + maximumWaiters + " (expected >= 0): 0 refuses all that would have to wait");
        }
        this.maximumWaiters = maximumWaiters;
        return this;
    }

    /**
     * How long those wait that do not say.
     *
     * @param waitTimeout 30 seconds unless set
     * @return this
     * @throws IllegalArgumentException if negative
     */
    public MemoryBudgetBuilder waitTimeout(Duration waitTimeout) {
        var unused = MemoryBudget.nanosOf(waitTimeout);
        this.waitTimeout = waitTimeout;
        return this;
    }

    /**
     * What tightens the budget. It is not closed with the budget.
     *
     * @param pressure nothing unless set
     * @return this
     */
    public MemoryBudgetBuilder pressure(MemoryPressure pressure) {
        this.pressure = Objects.requireNonNull(pressure, "pressure");
        return this;
    }

    /**
     * The clock for waits and steps.
     *
     * @param ticker the system's unless set
     * @return this
     */
    public MemoryBudgetBuilder ticker(Ticker ticker) {
        this.ticker = Objects.requireNonNull(ticker, "ticker");
        return this;
    }

    /**
     * Who is told of reservations that were dropped without being closed. Their bytes are given back in any case, when the collector
     * has found them, unless the tracker is {@linkplain LeakTracker.Mode#OFF off}.
     *
     * @param leakTracker one shared by all budgets that have none of their own, which samples, unless set
     * @return this
     */
    public MemoryBudgetBuilder leakTracker(LeakTracker leakTracker) {
        this.leakTracker = Objects.requireNonNull(leakTracker, "leakTracker");
        return this;
    }

    /**
     * Builds the budget.
     *
     * @return an empty budget; to be closed if it has a pressure
     */
    public MemoryBudget build() {
        BudgetTurns turns = new BudgetTurns(maximumWaiters, ticker, leakTracker, pressure);
        MemoryBudget budget = new MemoryBudget(name, capacityBytes, null, waitTimeout, turns);
        turns.start(budget);
        return budget;
    }
}
