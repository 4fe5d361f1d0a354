package io.heapwise.pools.internal;

import io.heapwise.memory.CoarseTicker;
import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.MemoryPressure;
import io.heapwise.memory.Ticker;
import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolFunction;
import io.heapwise.pools.PoolStats;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The pool as its users see it. Invariant: what {@link #acquire} takes is in a lease, what {@link #apply} takes is given back
 * by it; and the completion of closing is complete once no object is left.
 */
public final class ObjectPool<T> implements Pool<T> {
    /**
     * For how long after closing to look for places that were freed by a store not seen yet. It is seen in much less than a
     * millisecond, unless the system takes the processor away just before it; and each interval is twice the last, so that a
     * minute takes but twenty looks.
     */
    private static final long SWEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Lending<T> lending;

    /** The lending's own, which the short ways need without a detour. */
    private final Slots slots;

    private final Mode mode;
    private final Cohorts<T> cohorts;

    private final Housekeeper<T> housekeeper;
    private final @Nullable CoarseTicker ownTicker;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();

    /**
     * Made by the builder.
     *
     * @param ticker the clock for all times; null for the system's
     * @param pressure what tells of tight memory; null not to be told
     * @param isPressureOwn whether to close that with the pool
     * @param tracker what is told of dropped leases
     */
    public ObjectPool(
            Hooks<T> hooks,
            PoolRules rules,
            CreationRules creationRules,
            @Nullable Ticker ticker,
            @Nullable MemoryPressure pressure,
            boolean isPressureOwn,
            LeakTracker tracker) {
        this.ownTicker = ticker == null && rules.needTimes() ? Ticker.coarse() : null;
        Ticker coarse = ownTicker != null ? ownTicker : ticker;
        this.lending = new Lending<>(
                hooks,
                rules,
                creationRules,
                ticker == null ? Ticker.system() : ticker,
                coarse != null && rules.needTimes() ? new Lifetimes(rules, coarse) : null,
                tracker,
                this::closed);
        this.slots = lending.slots;
        this.mode = lending.mode;
        this.cohorts = lending.cohorts;
        this.housekeeper = new Housekeeper<>(lending, rules, pressure, isPressureOwn);
    }

    /** To be called once, by who made it. */
    public ObjectPool<T> start() {
        housekeeper.start();
        lending.demand();
        return this;
    }

    // ---- borrowing -------------------------------------------------------------------------------------------------

    @Override
    public SlotLease<T> acquire() throws InterruptedException {
        return borrow(lending.rules.acquireTimeoutNanos());
    }

    @Override
    public Lease<T> acquire(Duration timeout) throws InterruptedException {
        return borrow(Arguments.nanosOf("timeout", timeout));
    }

    private SlotLease<T> borrow(long timeoutNanos) throws InterruptedException {
        SlotLease<T> lease = leaseOfIdle();
        return lease == null ? leaseOfReserved(lending.await(timeoutNanos)) : lease;
    }

    /**
     * The short way, as in {@link #apply}: once more, since what a method in common returned would have to be looked up again. In a
     * frame of its own, which is gone when the caller waits: who waits must not keep a cohort.
     */
    private @Nullable SlotLease<T> leaseOfIdle() {
        Slots slots = this.slots;
        Mode mode = this.mode;
        Cohorts<T> cohorts = this.cohorts;
        if (mode.isAny(Mode.NO_PLAIN_LENDING)) {
            return leaseFound();
        }
        Cohort<T> cohort = cohorts.current();
        long[] words = slots.words;
        @Nullable Object[] objects = slots.objects;
        long id = Thread.currentThread().getId();
        int at = slots.startOf(id);
        int slot = slots.slotAt(at);
        long loan = Slots.claim(words, at, id);
        if (loan == Slots.NO_LOAN) {
            return leaseFound();
        }
        @SuppressWarnings("unchecked") // only what the factory made is ever put in
        T object = (T) objects[slot];
        if (mode.isAny(Mode.NO_PLAIN_LENDING)
                || object == null
                || cohort != cohorts.current()
                || cohorts.isToTrack(loan)) {
            return leaseOfClaimed(slot, cohort);
        }
        return new SlotLease<>(cohort, object, at, loan);
    }

    private @Nullable SlotLease<T> leaseFound() {
        Cohort<T> before = cohorts.current();
        int slot = lending.takeIdle();
        return slot == Slots.NONE ? null : leaseOfReady(slot, before);
    }

    private @Nullable SlotLease<T> leaseOfClaimed(int slot, Cohort<T> before) {
        return lending.isReady(slot) ? leaseOfReady(slot, before) : null;
    }

    private SlotLease<T> leaseOfReady(int slot, Cohort<T> before) {
        T object = lending.objectAt(slot);
        return cohorts.lease(cohorts.cohortOf(slot, before), object, slot);
    }

    @Override
    public @Nullable Lease<T> tryAcquire() {
        Lease<T> lease = leaseOfIdle();
        if (lease != null) {
            return lease;
        }
        int slot = lending.tryTake();
        return slot == Slots.NONE ? null : leaseOfReserved(slot);
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync(Duration timeout) {
        long timeoutNanos = Arguments.nanosOf("timeout", timeout);
        try {
            lending.requireOpen();
            AsyncWaiter<T> waiter =
                    new AsyncWaiter<>(lending.turns, lending, this::leaseOfReserved, lending.ticker, timeoutNanos);
            lending.enqueue(waiter);
            return waiter.start();
        } catch (IllegalStateException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R apply(PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Slots slots = this.slots;
        Mode mode = this.mode;
        Cohorts<T> cohorts = this.cohorts;
        if (mode.isAny(Mode.NO_PLAIN_LENDING)) {
            return applyFound(function);
        }
        Cohort<T> cohort = cohorts.current();
        long[] words = slots.words;
        @Nullable Object[] objects = slots.objects;
        long id = Thread.currentThread().getId();
        int at = slots.startOf(id);
        int slot = slots.slotAt(at);
        long loan = Slots.claim(words, at, id);
        if (loan == Slots.NO_LOAN) {
            return applyFound(function);
        }
        @SuppressWarnings("unchecked") // only what the factory made is ever put in
        T object = (T) objects[slot];
        if (mode.isAny(Mode.NO_PLAIN_LENDING) || object == null || cohort != cohorts.current()) {
            return lending.isReady(slot) ? applyReady(slot, cohort, function) : applyFound(function);
        }
        try {
            return function.apply(object);
        } finally {
            if (mode.isAny(Mode.NO_PLAIN_RETURN | Mode.TAKEN_WITH_CARE)) {
                lending.takeBack(slot, object);
            } else {
                Slots.release(words, at, loan);
                if (mode.isAny(Mode.NO_PLAIN_RETURN)) {
                    lending.freed();
                }
            }
            Reference.reachabilityFence(cohort); // else this loan, which has no lease, might be found dropped
        }
    }

    private <R extends @Nullable Object, X extends Exception> R applyFound(
            PoolFunction<? super T, ? extends R, X> function) throws X, InterruptedException {
        @Nullable Cohort<T> cohort = cohorts.current();
        int slot = lending.takeIdle();
        if (slot == Slots.NONE) {
            cohort = null; // who waits must not keep it
            slot = lending.await(lending.rules.acquireTimeoutNanos());
        }
        return applyReady(slot, cohort, function);
    }

    /** Applies to the object of a place that the caller has; {@code before} is the cohort in which the loan began, null if it is reserved. */
    private <R extends @Nullable Object, X extends Exception> R applyReady(
            int slot, @Nullable Cohort<T> before, PoolFunction<? super T, ? extends R, X> function) throws X {
        T object = lending.objectAt(slot);
        Cohort<T> cohort = before == null ? cohorts.lend(slot, null) : cohorts.cohortOf(slot, before);
        try {
            return function.apply(object);
        } finally {
            lending.takeBack(slot, object);
            Reference.reachabilityFence(cohort);
        }
    }

    private SlotLease<T> leaseOfReserved(int slot) {
        T object = lending.objectAt(slot);
        return lending.cohorts.lease(lending.cohorts.lend(slot, null), object, slot);
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    @Override
    public void resize(int maximumSize) {
        Arguments.requireBetween("maximumSize", maximumSize, 1, Arguments.MOST_OBJECTS);
        lending.occupancy.resize(maximumSize);
        lending.destroyUnwanted();
        lending.demand();
    }

    @Override
    public void pause() {
        lending.mode.add(Mode.PAUSED);
    }

    @Override
    public void resume() {
        if (lending.mode.remove(Mode.PAUSED)) {
            lending.turns.callHead(); // each one called takes an object and calls the next
            lending.demand();
        }
    }

    @Override
    public void refresh() {
        lending.creation.outdate();
        lending.occupancy.outdate();
        lending.destroyUnwanted();
        lending.demand();
    }

    /** Makes one object now, on this thread, for whoever asks first. */
    public void add(Callable<? extends T> factory) throws Exception {
        Throwable failure = lending.creation.makeOne(factory);
        if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw (Exception) failure;
        }
    }

    /** Destroys what is idle now, and nothing else. */
    public void clear() {
        lending.destroyIdle();
    }

    public boolean isClosed() {
        return lending.mode.isAny(Mode.CLOSED);
    }

    /** Whether it has no object, and nobody who wants one. */
    public boolean isUnused() {
        return lending.occupancy.isEmpty() && lending.queue.isEmpty();
    }

    @Override
    public void maintain() {
        housekeeper.round();
    }

    @Override
    public CompletableFuture<Void> close(Duration grace) {
        long graceNanos = Arguments.nanosOf("grace", grace);
        lending.close();
        housekeeper.close();
        sweep(Turns.FIRST_NAP_NANOS);
        if (!closing.isDone() && graceNanos != Long.MAX_VALUE) {
            Alarm end = Alarm.after(graceNanos, PoolThreads.SHARED, this::abort);
            var unused = closing.whenComplete((nothing, failure) -> end.cancel());
        }
        return closing.copy();
    }

    /** Destroys what is idle; and, since a place just freed may not be seen yet, does so again for a while. */
    private void sweep(long napNanos) {
        VarHandle.fullFence();
        lending.destroyUnwanted();
        lending.checkEmpty();
        if (!closing.isDone() && napNanos < SWEEP_NANOS) {
            var unused = Alarm.after(napNanos, PoolThreads.SHARED, () -> sweep(2 * napNanos));
        }
    }

    /** Destroys what is still on loan, in its borrowers' hands. The places stay lent: who holds them gives them back some time, or never. */
    private void abort() {
        int count = lending.slots.count();
        for (int slot = 0; slot < count; slot++) {
            if (lending.slots.statusOf(slot) == Slots.HELD) {
                lending.abortObjectAt(slot);
            }
        }
        closed();
    }

    private void closed() {
        if (ownTicker != null) {
            ownTicker.close();
        }
        closing.complete(null);
    }

    // ---- observing -------------------------------------------------------------------------------------------------

    @Override
    public PoolStats stats() {
        return lending.census.stats();
    }

    /** Throws unless the invariants hold. Only while no other thread uses the pool. */
    public void checkIntegrity() {
        lending.checkIntegrity();
    }

    /** All there is to know, place by place, for a message. */
    public String describe() {
        return stats() + " " + lending.occupancy.describe();
    }

    @Override
    public String toString() {
        return "Pool[" + stats() + "]";
    }
}
