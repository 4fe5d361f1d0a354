package io.heapwise.memory;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that may be used at the same time, handed out first come, first served. Invariant: what is reserved of a budget never
 * exceeds its capacity, and is the sum of its reservations and of what its children have reserved.
 *
 * <pre>{@code
 * MemoryBudget budget = MemoryBudget.builder("imports", 256 << 20).pressure(MemoryPressure.ofJvm()).build();
 * try (Reservation reservation = budget.reserve(file.size(), Duration.ofSeconds(10))) {
 *     parse(file);
 * }
 * }</pre>
 *
 * <p>It counts what its users say they will take, before they take it: so, unlike a look at how full the heap is, it holds also
 * when many look at the same time, and garbage does not count. Nothing is allocated here.
 *
 * <p><b>Turns.</b> A request waits behind all earlier ones that wait for the same budget, however small it is; one that a child's
 * own capacity holds back does not hold back those of other children. Whoever holds a reservation and waits for another of the
 * same budget may wait for itself, until its time is over.
 *
 * <p><b>Pressure.</b> With a {@link MemoryPressure} the budget is tightened while the heap is: halved with the evidence that it is
 * HIGH, to a tenth when it is CRITICAL, and widened by a tenth of its capacity with each evidence that it is NORMAL, or each ten
 * seconds without any; one step a second. What is reserved already stays. If nothing is reserved the first in turn goes
 * ahead whatever the pressure: nobody here could free anything by waiting.
 *
 * <p><b>Threads.</b> Thread-safe. A request takes one short lock of all the budgets under one root; no user code runs under it. What
 * happened before a reservation was given back happens before the grant that it made room for.
 *
 * @since 0.1.0
 */
public final class MemoryBudget implements AutoCloseable {
    private final String name;
    private final long capacityBytes;
    private final @Nullable MemoryBudget parent;
    private final Duration waitTimeout;
    private final BudgetTurns turns;

    // Guarded by the lock of the turns.
    private long reservedBytes;
    private long open;
    private long granted;
    private long timedOut;
    private long refused;
    private long dropped;
    private int waiting;
    private boolean isClosed;

    MemoryBudget(
            String name, long capacityBytes, @Nullable MemoryBudget parent, Duration waitTimeout, BudgetTurns turns) {
        this.name = name;
        this.capacityBytes = capacityBytes;
        this.parent = parent;
        this.waitTimeout = waitTimeout;
        this.turns = turns;
    }

    /**
     * Begins a budget.
     *
     * @param name what it is for, in messages
     * @param capacityBytes how many bytes may be reserved at a time, 1 or more
     * @return a builder
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public static MemoryBudgetBuilder builder(String name, long capacityBytes) {
        return new MemoryBudgetBuilder(Objects.requireNonNull(name, "name"), requireCapacity(capacityBytes));
    }

    /**
     * A part of this budget with a capacity of its own: what is reserved of the child is reserved of this one too. It needs
     * no closing.
     *
     * @param name what it is for, in messages
     * @param capacityBytes how many bytes of it may be reserved at a time; may exceed what this one has
     * @return the child
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public MemoryBudget child(String name, long capacityBytes) {
        return new MemoryBudget(
                Objects.requireNonNull(name, "name"), requireCapacity(capacityBytes), this, waitTimeout, turns);
    }

    private static long requireCapacity(long capacityBytes) {
        if (capacityBytes < 1) {
            throw new IllegalArgumentException(
                    "capacityBytes=" + capacityBytes + " (expected >= 1): give the bytes that may be in use at a time");
        }
        return capacityBytes;
    }

    // ---- reserving -------------------------------------------------------------------------------------------------

    /**
     * Reserves bytes, waiting for as long as the builder's {@link MemoryBudgetBuilder#waitTimeout}.
     *
     * @param bytes how many, 0 or more
     * @return to be closed when they are free again
     * @throws MemoryBudgetException when the time was over, or too many wait already
     * @throws IllegalArgumentException when they could never be had: negative, or more than a capacity
     * @throws IllegalStateException when the budget is closed
     * @throws InterruptedException when the thread is interrupted while it waits; nothing is reserved then
     */
    public Reservation reserve(long bytes) throws InterruptedException {
        return reserve(bytes, waitTimeout);
    }

    /**
     * Reserves bytes, waiting for at most {@code timeout}.
     *
     * @param bytes how many, 0 or more
     * @param timeout zero to wait for nothing
     * @return to be closed when they are free again
     * @throws MemoryBudgetException when the time was over, or too many wait already
     * @throws IllegalArgumentException when they could never be had: negative, or more than a capacity; or the timeout is negative
     * @throws IllegalStateException when the budget is closed
     * @throws InterruptedException when the thread is interrupted while it waits; nothing is reserved then
     */
    public Reservation reserve(long bytes, Duration timeout) throws InterruptedException {
        long timeoutNanos = nanosOf(timeout);
        requirePossible(bytes);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return turns.await(new BudgetWaiter(this, bytes, Thread.currentThread()), timeoutNanos);
    }

    /**
     * Reserves bytes if that passes nobody who waits and needs no waiting.
     *
     * @param bytes how many, 0 or more
     * @return to be closed when they are free again, or null
     * @throws IllegalArgumentException when they could never be had: negative, or more than a capacity
     * @throws IllegalStateException when the budget is closed
     */
    public @Nullable Reservation tryReserve(long bytes) {
        requirePossible(bytes);
        return turns.tryNow(new BudgetWaiter(this, bytes, null));
    }

    /**
     * Reserves bytes without a thread that waits. To cancel the future gives up the place in the queue; a reservation that comes
     * too late for that is given back.
     *
     * @param bytes how many, 0 or more
     * @param timeout as for {@link #reserve(long, Duration)}
     * @return completes on {@link CompletableFuture#defaultExecutor() the default executor}, with a reservation to be closed by whoever
     *     takes it, or with what {@link #reserve(long, Duration)} would have thrown
     * @throws IllegalArgumentException when they could never be had: negative, or more than a capacity; or the timeout is negative
     */
    public CompletableFuture<Reservation> reserveAsync(long bytes, Duration timeout) {
        long timeoutNanos = nanosOf(timeout);
        requirePossible(bytes);
        return turns.later(new BudgetWaiter(this, bytes, null), timeoutNanos);
    }

    private void requirePossible(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes=" + bytes + " (expected >= 0): give what will be used");
        }
        for (MemoryBudget budget = this; budget != null; budget = budget.parent) {
            if (bytes > budget.capacityBytes) {
                throw new IllegalArgumentException(
                        "bytes=" + bytes + " (expected <= " + budget.capacityBytes + ", the capacity of " + budget.name
                                + "): it would wait for ever; use less at a time, or allow more");
            }
        }
    }

    String name() {
        return name;
    }

    long capacityBytes() {
        return capacityBytes;
    }

    Duration waitTimeout() {
        return waitTimeout;
    }

    Ticker ticker() {
        return turns.ticker();
    }

    static long nanosOf(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout=" + timeout + " (expected >= 0): zero waits for nothing");
        }
        try {
            return timeout.toNanos();
        } catch (ArithmeticException longer) {
            return Long.MAX_VALUE;
        }
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    /**
     * What is reserved, and what has happened. Takes the lock.
     *
     * @return a snapshot
     */
    public MemoryBudgetStats stats() {
        return turns.locked(() -> new MemoryBudgetStats(
                name, capacityBytes, limitBytes(), reservedBytes, open, waiting, granted, timedOut, refused, dropped));
    }

    /**
     * Refuses all requests from now on, of its children too, and fails those that wait. Reservations stay as they are until they
     * are closed. Closing twice is harmless.
     */
    @Override
    public void close() {
        turns.close(this);
    }

    @Override
    public String toString() {
        return "MemoryBudget[" + stats() + "]";
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        turns.checkIntegrity(this);
    }

    // ---- under the lock of the turns -------------------------------------------------------------------------------

    @Nullable MemoryBudget parent() {
        return parent;
    }

    boolean isClosed() {
        return isClosed || (parent != null && parent.isClosed());
    }

    /** Closes; false if it was. */
    boolean markClosed() {
        boolean was = isClosed;
        isClosed = true;
        return !was;
    }

    boolean isWithin(MemoryBudget ancestor) {
        return this == ancestor || (parent != null && parent.isWithin(ancestor));
    }

    String closedMessage() {
        return "budget " + name + " is closed (expected an open one): let its users end before it is";
    }

    /** What may be reserved now: of a root less than its capacity while memory is tight, unless nothing is reserved. */
    long limitBytes() {
        return parent == null ? turns.limitBytes(capacityBytes, reservedBytes) : capacityBytes;
    }

    boolean hasRoom(long bytes) {
        return bytes <= limitBytes() - reservedBytes;
    }

    void charge(long bytes) {
        for (MemoryBudget budget = this; budget != null; budget = budget.parent) {
            budget.reservedBytes += bytes;
        }
    }

    void opened() {
        open++;
        granted++;
    }

    void ended(boolean isDropped) {
        open--;
        if (isDropped) {
            dropped++;
        }
    }

    void waits(int more) {
        waiting += more;
    }

    void refusedOne() {
        refused++;
    }

    /** Why a request got nothing. */
    MemoryBudgetException gaveUp(BudgetWaiter waiter, long waitedNanos, int ahead) {
        timedOut++;
        return new MemoryBudgetException(describe(waiter.bytes) + ", ahead of it=" + ahead + ", waited "
                + TimeUnit.NANOSECONDS.toMillis(waitedNanos) + " ms: use less at a time, allow more, or wait longer");
    }

    /** The numbers of the budget that has no room, which may be one above. */
    String describe(long bytes) {
        MemoryBudget full = this;
        while (full.parent != null && full.hasRoom(bytes)) {
            full = full.parent;
        }
        MemoryBudget told = full.hasRoom(bytes) ? this : full; // who waits in turn is held back though there is room
        return "bytes=" + bytes + " of " + name + " (expected <= "
                + Math.max(0, told.limitBytes() - told.reservedBytes)
                + (told == this ? " now" : " now, in " + told.name) + "): reserved=" + told.reservedBytes + " by "
                + told.open + ", limit=" + told.limitBytes() + " of " + told.capacityBytes + ", waiting=" + waiting;
    }

    String brokenLaw() {
        if (reservedBytes < 0 || reservedBytes > capacityBytes) {
            return "reserved=" + reservedBytes + " (expected 0 to " + capacityBytes + ")";
        }
        return open < 0 || open > granted || waiting < 0
                ? "open=" + open + ", granted=" + granted + ", waiting=" + waiting + " (expected 0 <= open <= granted)"
                : "";
    }
}
