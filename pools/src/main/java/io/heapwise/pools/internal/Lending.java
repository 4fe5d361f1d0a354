package io.heapwise.pools.internal;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.Ticker;
import io.heapwise.pools.PoolCreationException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lends the objects in the places, and takes them back. Invariant: {@code created == idle + leased + destroyed} when nothing is
 * under way; an object leaves its place once, to be destroyed. Thread-safe.
 */
final class Lending<T> implements Turns.Lender, Creation.Outcome<T> {
    static final String CLOSED = "the pool is closed (expected an open one): let borrowers end before it is";

    final Slots slots;
    final Mode mode = new Mode();
    final Occupancy occupancy;
    final WaitQueue queue;
    final Turns turns;
    final Creation<T> creation;
    final Hooks<T> hooks;
    final PoolRules rules;
    final Ticker ticker;
    final Census census;
    final @Nullable Lifetimes lifetimes;
    final LongAdder destroyed = new LongAdder();
    final Cohorts<T> cohorts;

    /** Whether one more object is wanted by somebody who does not wait for it: until one is made, or can't be. */
    private volatile boolean isOrdered;

    /** Whether it is time to look after those to be kept ready. */
    private volatile boolean isMakingUp;

    private final Runnable onEmpty;
    private volatile boolean isKeepingIdle;

    Lending(
            Hooks<T> hooks,
            PoolRules rules,
            CreationRules creationRules,
            Ticker ticker,
            @Nullable Lifetimes lifetimes,
            LeakTracker tracker,
            Runnable onEmpty) {
        this.hooks = hooks;
        this.rules = rules;
        this.ticker = ticker;
        this.lifetimes = lifetimes;
        this.onEmpty = onEmpty;
        this.slots = new Slots(rules.maximumSize(), lifetimes != null);
        this.queue = new WaitQueue(mode, ticker);
        this.occupancy = new Occupancy(slots, mode);
        this.creation = new Creation<>(occupancy, hooks, creationRules, ticker, this);
        this.turns = new Turns(queue, slots, this, ticker, rules.fairnessBoundNanos());
        ReentrantLock looking = new ReentrantLock();
        this.cohorts = new Cohorts<>(this, tracker, looking);
        this.census = new Census(this, new Holders(slots, looking));
        if (!hooks.isLentAsItIs() || lifetimes != null) {
            mode.add(Mode.LENT_WITH_CARE);
        }
        if (!hooks.isTakenAsItIs() || lifetimes != null || rules.maximumIdle() != Integer.MAX_VALUE) {
            mode.add(Mode.TAKEN_WITH_CARE);
        }
        this.isKeepingIdle = rules.isEager();
    }

    // ---- lending ---------------------------------------------------------------------------------------------------

    /** Lends a place with an object that may be lent, if the first idle one is, or returns {@link Slots#NONE}. */
    int takeIdle() {
        if (!mode.isAny(Mode.PAUSED | Mode.CLOSED)) {
            int slot = slots.claim(Thread.currentThread().getId());
            if (slot != Slots.NONE && isReady(slot)) {
                return slot;
            }
        }
        return Slots.NONE;
    }

    /** Reserves a place with an object that may be lent, waiting for one. */
    int await(long timeoutNanos) throws InterruptedException {
        requireOpen();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Thread thread = Thread.currentThread();
        Waiter waiter = new Waiter(thread, ticker.nanos(), !VirtualThreads.isOne(thread));
        enqueue(waiter);
        return turns.await(waiter, timeoutNanos);
    }

    void enqueue(Waiter waiter) {
        if (!queue.add(waiter, mostWaiters())) {
            throw new IllegalStateException(census.describe("turned away", 0) + ": allow more than "
                    + rules.maximumWaiters() + " waiters, or lend for less long");
        }
        census.observe(waiter.sinceNanos);
        isKeepingIdle = true;
    }

    /** Those for whom an object can be made, or is being made, are no sign of load. */
    private int mostWaiters() {
        long most = (long) rules.maximumWaiters() + occupancy.room() + creation.underWay();
        return (int) Math.min(Integer.MAX_VALUE, most);
    }

    /** Reserves a place if one is idle now; else sees to it that there will be one. */
    int tryTake() {
        requireOpen();
        isKeepingIdle = true;
        int slot = claim(Thread.currentThread().getId());
        if (slot == Slots.NONE) {
            order();
        }
        return slot;
    }

    /**
     * Has one more object made, if there may be more, for whoever asks next. What could not be begun now is not made up for later;
     * unless it could not since an object was in hand, which is another's: then {@link #made} sees to it.
     */
    void order() {
        isOrdered = true;
        demand();
        if (!creation.isInHand()) {
            isOrdered = false;
        }
    }

    @Override
    public int claim(long id) {
        if (mode.isAny(Mode.PAUSED | Mode.CLOSED)) {
            return Slots.NONE;
        }
        int slot = slots.reserveIdleNear(id);
        while (slot != Slots.NONE && !isReady(slot)) {
            slot = slots.reserveIdleNear(id);
        }
        return slot;
    }

    @Override
    public boolean isReady(int slot) {
        if (!mode.isAny(Mode.NO_PLAIN_LENDING) || (!mustGo(slot) && isGood(slot))) {
            return true;
        }
        slots.reserveOwn(slot);
        destroyReserved(slot);
        return false;
    }

    private boolean isGood(int slot) {
        boolean isToValidate = true;
        if (lifetimes != null) {
            long times = slots.timesOf(slot);
            int now = lifetimes.now();
            if (lifetimes.isOver(times, now)) {
                return false;
            }
            isToValidate = lifetimes.isToValidate(times, now);
        }
        return hooks.isLentAsItIs() || hooks.prepare(objectAt(slot), isToValidate);
    }

    /** The object in a place just taken. A pool that is closed for good may have destroyed it already. */
    @SuppressWarnings("unchecked") // only what hooks.create() made is ever put in
    T objectAt(int slot) {
        Object object = slots.objectAt(slot);
        if (object == null) {
            free(slot);
            throw new IllegalStateException(CLOSED);
        }
        return (T) object;
    }

    @Override
    public RuntimeException gaveUp(long waitedNanos) {
        return census.timeout(waitedNanos);
    }

    // ---- taking back -----------------------------------------------------------------------------------------------

    /** Takes back what only the caller can give back. */
    void takeBack(int slot, T object) {
        if (mode.isAny(Mode.TAKEN_WITH_CARE)) {
            takeBackWithCare(slot, object);
        } else {
            free(slot);
        }
    }

    private void takeBackWithCare(int slot, T object) {
        slots.reserveOwn(slot); // what the hook does is no longer the borrower's use of it
        if (mode.isAny(Mode.CLOSED)
                || !hooks.takeBack(object)
                || (rules.maximumIdle()
                                != Integer.MAX_VALUE // else each return would look at all places, which others write to
                        && queue.isEmpty()
                        && slots.countOf(Slots.IDLE) >= rules.maximumIdle())) {
            destroyReserved(slot);
            return;
        }
        if (lifetimes != null) {
            slots.setTimes(slot, lifetimes.idleFrom(slots.timesOf(slot), lifetimes.now()));
        }
        free(slot);
    }

    @Override
    public void free(int slot) {
        if (!mode.isAny(Mode.NO_PLAIN_RETURN)) {
            slots.release(slot);
            if (!mode.isAny(Mode.NO_PLAIN_RETURN)) {
                return;
            }
        } else if (mustGo(slot)) {
            slots.reserveOwn(slot);
            destroyReserved(slot);
            return;
        } else if (!mode.isAny(Mode.PAUSED) && turns.handOver(slot)) {
            return;
        } else {
            slots.release(slot);
        }
        freed();
    }

    /** Takes back a loan if it still is the one of this word. */
    void giveBack(int slot, long word, T object) {
        if (!mode.isAny(Mode.NO_PLAIN_RETURN | Mode.TAKEN_WITH_CARE)) {
            if (slots.release(slot, word) && mode.isAny(Mode.NO_PLAIN_RETURN)) {
                freed();
            }
        } else if (slots.reserve(slot, word)) {
            takeBack(slot, object);
        }
    }

    /** Destroys the object of a loan if it still is the one of this word. */
    void destroy(int slot, long word) {
        if (slots.reserve(slot, word)) {
            destroyReserved(slot);
        }
    }

    /** A place became idle while something is out of the ordinary: sees to it that this one is not overlooked. */
    void freed() {
        VarHandle
                .fullFence(); // else the place might not be seen yet by the one that is not called, having been already
        if (mode.isAny(Mode.CLOSED | Mode.SURPLUS | Mode.OUTDATED)) {
            destroyUnwanted();
        }
        turns.callHead();
    }

    // ---- making and destroying -------------------------------------------------------------------------------------

    @Override
    public void made(int slot, T object) {
        boolean isToGo;
        boolean isHandedOver;
        try {
            isOrdered = false;
            slots.put(slot, object);
            if (lifetimes != null) {
                slots.setTimes(slot, lifetimes.begin(lifetimes.now()));
            }
            isToGo = mustGo(slot);
            isHandedOver = !isToGo && !mode.isAny(Mode.PAUSED) && turns.handToHead(slot);
            if (!isToGo && !isHandedOver) {
                slots.release(slot);
            }
        } finally {
            creation.handed();
        }
        if (isOrdered) {
            order();
        }
        if (isToGo) {
            demand(); // before the destroyer, which may hang
            destroyReserved(slot);
        } else if (!isHandedOver) {
            freed();
        }
    }

    @Override
    public void madeInVain(T object) {
        try {
            hooks.destroy(object);
        } finally {
            destroyed.increment();
        }
    }

    @Override
    public void failed(Throwable failure) {
        isOrdered = false;
        if (mode.isAny(Mode.CLOSED)) {
            checkEmpty();
        } else if (rules.failFast()) {
            Waiter head = queue.poll();
            if (head != null) {
                head.end(new PoolCreationException(
                        census.describe("waited", ticker.nanos() - head.sinceNanos) + ": see the cause", failure));
            }
        }
        turns.callHead(); // to see to the next attempt
    }

    @Override
    public int wanted() {
        int missing = 0;
        if (rules.minimumIdle() > 0 && isKeepingIdle) {
            missing = Math.max(0, rules.minimumIdle() - slots.countOf(Slots.IDLE));
        }
        return mode.isAny(Mode.PAUSED) ? 0 : queue.size() + (isOrdered ? 1 : 0) + missing;
    }

    @Override
    public long waitedNanos() {
        boolean mayOneComeBack = occupancy.occupied() > creation.underWay();
        if (isOrdered || !mayOneComeBack) {
            return Long.MAX_VALUE;
        }
        Waiter head = queue.head();
        if (head == null) {
            return isMakingUp ? Long.MAX_VALUE : 0; // too few are idle for a moment only, perhaps
        }
        return ticker.nanos() - head.sinceNanos;
    }

    /** Has made what is missing of those to be kept ready, also where others may come back. */
    void makeUp() {
        isMakingUp = true;
        try {
            demand();
        } finally {
            isMakingUp = false;
        }
    }

    @Override
    public void demand() {
        creation.demand();
    }

    @Override
    public long untilDemandNanos() {
        return creation.untilDemandNanos();
    }

    /** Whether an object that nobody uses must not be kept. */
    private boolean mustGo(int slot) {
        return mode.isCulling() && (mode.isAny(Mode.CLOSED) || occupancy.isOutdated(slot) || occupancy.isOneTooMany());
    }

    /** Destroys the object of a place that the caller alone has on loan. */
    void destroyOwn(int slot) {
        slots.reserveOwn(slot);
        destroyReserved(slot);
    }

    /** Destroys the object of a place that the caller has reserved. */
    void destroyReserved(int slot) {
        try {
            destroyObjectAt(slot);
        } finally {
            occupancy.vacate(slot);
            checkEmpty();
            if (!queue.isEmpty() || rules.minimumIdle() > 0) {
                demand();
            }
        }
    }

    /** Destroys the object of a place whoever has it, once. */
    void destroyObjectAt(int slot) {
        T object = takenFrom(slot);
        if (object != null) {
            madeInVain(object);
        }
    }

    /** Destroys the object of a place while its borrower has it, once. */
    void abortObjectAt(int slot) {
        T object = takenFrom(slot);
        if (object != null) {
            try {
                hooks.abort(object);
            } finally {
                destroyed.increment();
            }
        }
    }

    @SuppressWarnings("unchecked") // only what hooks.create() made is ever put in
    private @Nullable T takenFrom(int slot) {
        return (T) slots.take(slot);
    }

    /** Destroys the objects that are idle when looked at. */
    void destroyIdle() {
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            if (slots.reserveIf(slot, Slots.IDLE)) {
                destroyReserved(slot);
            }
        }
    }

    /** Destroys the idle objects that must not be kept. */
    void destroyUnwanted() {
        int count = slots.count();
        for (int slot = 0; slot < count && mode.isAny(Mode.CLOSED | Mode.OUTDATED); slot++) {
            if ((mode.isAny(Mode.CLOSED) || occupancy.isOutdated(slot)) && slots.reserveIf(slot, Slots.IDLE)) {
                destroyReserved(slot);
            }
        }
        while (occupancy.isOneTooMany()) {
            int slot = slots.reserveIdle();
            if (slot != Slots.NONE) {
                destroyReserved(slot);
                continue;
            }
            occupancy.nobodyLeaves();
            if (slots.countOf(Slots.IDLE) == 0) {
                return; // else one became idle behind the search, and was let stay since this one was to go
            }
        }
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    /** Lets nobody in any more, and sends away those who wait. */
    void close() {
        mode.add(Mode.CLOSED);
        creation.close();
        queue.close(CLOSED);
        for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            waiter.end(new IllegalStateException(CLOSED));
        }
    }

    void checkEmpty() {
        if (mode.isAny(Mode.CLOSED) && occupancy.isEmpty()) {
            onEmpty.run();
        }
    }

    void requireOpen() {
        if (mode.isAny(Mode.CLOSED)) {
            throw new IllegalStateException(CLOSED);
        }
    }

    /** Throws unless the invariants hold. Only while no other thread uses the pool. */
    void checkIntegrity() {
        queue.checkIntegrity();
        occupancy.checkIntegrity();
        census.checkIntegrity();
    }
}
