package io.heapwise.pools.internal;

import io.heapwise.memory.Ticker;
import io.heapwise.pools.Lease;
import io.heapwise.pools.Pool;
import io.heapwise.pools.PoolCreationException;
import io.heapwise.pools.PoolFunction;
import io.heapwise.pools.PoolStats;
import io.heapwise.pools.PoolTimeoutException;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pool: lends the objects in its places, and lets callers queue for them.
 *
 * <p>Invariant: {@code created == idle + leased + destroyed} when nothing is under way. While someone waits, no object stays
 * idle for longer than it takes to wake that one.
 */
public final class ObjectPool<T> implements Pool<T>, Creation.Outcome<T> {
    /*
     * Nobody is forgotten. Who waits first queues, which is a volatile write of the queue's size, and then looks at the
     * places. Who gives back first frees the place and then looks at the size. With a full fence in both, one of them
     * sees the other [1]. But a loan that the pool itself takes back is freed by a release store, without a fence: on the
     * fast path it would cost as much as all the rest. So the size may be read before the place is seen to be free, and
     * a waiter that came in just then is not woken. That can happen only to those who queue within the time it takes a
     * store to become visible, so for a while after the queue was empty its head looks again by itself, at growing
     * intervals: the one that waits pays, and only the first of them.
     *
     * Who leaves the queue passes on what it may have been woken for: it looks for another idle place and wakes the next.
     *
     * [1] E. W. Dijkstra, Cooperating sequential processes, EWD 123, 1965, section 2.1: the mutual exclusion of T. J. Dekker.
     */

    /** How long the head looks by itself, and how long it first sleeps in between. */
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long FIRST_NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final long FOREVER = Long.MAX_VALUE;

    private static final String CLOSED = "the pool is closed (expected an open one): let borrowers end before it is";

    private final Slots slots;
    private final Hooks<T> hooks;
    private final PoolRules rules;
    private final Ticker ticker;
    private final WaitQueue queue = new WaitQueue();
    private final Creation<T> creation;
    private final Holders holders;
    private final LongAdder destroyed = new LongAdder();

    /** Callers that do not wait, but want an object made. */
    private final AtomicInteger order = new AtomicInteger();

    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private volatile boolean isClosed;

    /** Made by the builder. */
    public ObjectPool(Hooks<T> hooks, PoolRules rules, CreationRules creationRules, Ticker ticker) {
        this.slots = new Slots(rules.maximumSize());
        this.holders = new Holders(slots);
        this.hooks = hooks;
        this.rules = rules;
        this.ticker = ticker;
        this.creation = new Creation<>(slots, hooks, creationRules, ticker, this);
    }

    // ---- lending ---------------------------------------------------------------------------------------------------

    @Override
    public Lease<T> acquire() throws InterruptedException {
        return lease(take(rules.acquireTimeoutNanos()));
    }

    @Override
    public Lease<T> acquire(Duration timeout) throws InterruptedException {
        return lease(take(Arguments.nanosOf("timeout", timeout)));
    }

    @Override
    public @Nullable Lease<T> tryAcquire() {
        long id = Thread.currentThread().getId();
        for (int slot = slots.claim(id); slot != Slots.NONE; slot = slots.claim(id)) {
            if (isReady(slot)) {
                return lease(slot);
            }
        }
        requireOpen();
        order.incrementAndGet();
        try {
            creation.demand();
        } finally {
            order.decrementAndGet();
        }
        return null;
    }

    @Override
    public <R extends @Nullable Object, X extends Exception> R apply(PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        int slot = take(rules.acquireTimeoutNanos());
        T object = objectAt(slot);
        try {
            return function.apply(object);
        } finally {
            takeBack(slot, object);
        }
    }

    /** Takes a place with a good object in it. */
    private int take(long timeoutNanos) throws InterruptedException {
        long id = Thread.currentThread().getId();
        int slot = slots.claim(id);
        if (slot != Slots.NONE && isReady(slot)) {
            return slot;
        }
        return await(id, timeoutNanos);
    }

    private Lease<T> lease(int slot) {
        return new SlotLease<>(this, objectAt(slot), slot, slots.wordOf(slot));
    }

    @SuppressWarnings("unchecked") // only what hooks.create() made is ever put in
    private T objectAt(int slot) {
        return (T) slots.objectAt(slot);
    }

    /** Whether the object in a place just taken may be lent; if not, it is destroyed, and the place is no longer the caller's. */
    private boolean isReady(int slot) {
        if (hooks.isLentAsItIs() || hooks.prepare(objectAt(slot))) {
            return true;
        }
        slots.reserveOwn(slot);
        destroyReserved(slot);
        return false;
    }

    // ---- taking back -----------------------------------------------------------------------------------------------

    /** Takes back what only the caller can give back. */
    private void takeBack(int slot, T object) {
        if (hooks.isTakenAsItIs() || hooks.takeBack(object)) {
            free(slot);
        } else {
            slots.reserveOwn(slot);
            destroyReserved(slot);
        }
    }

    private void free(int slot) {
        if (queue.isEmpty()) {
            slots.release(slot);
            if (queue.isEmpty() && !isClosed) {
                return;
            }
        } else if (handOver(slot)) {
            return;
        } else {
            slots.release(slot);
        }
        freed();
    }

    /** Takes back a loan if it still is the one of this word. */
    void giveBack(int slot, long word, T object) {
        if (hooks.isTakenAsItIs() && queue.isEmpty()) {
            if (slots.release(slot, word) && (!queue.isEmpty() || isClosed)) {
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

    /** Lends a place, which the caller has, to the first in the queue, if that one has waited for too long. */
    private boolean handOver(int slot) {
        Waiter head = queue.head();
        return head != null && ticker.nanos() - head.sinceNanos >= rules.fairnessBoundNanos() && lendToHead(slot);
    }

    private boolean lendToHead(int slot) {
        Waiter head = queue.poll();
        if (head == null) {
            return false;
        }
        slots.lend(slot, head.thread.getId());
        head.slot = slot;
        boolean wasCalled = head.isCalled;
        head.end(Waiter.SERVED);
        passOn(wasCalled);
        return true;
    }

    /** A place became idle while someone waits, or the pool is closed: sees to it that it does not stay so. */
    private void freed() {
        VarHandle
                .fullFence(); // else the place might not be seen yet by the one that is not called, having been already
        if (isClosed) {
            destroyIdle();
        } else {
            callHead();
        }
    }

    /** Wakes the first in the queue to look for itself. If that one leaves meanwhile, the next. */
    private void callHead() {
        for (Waiter head = queue.head(); head != null; head = queue.head()) {
            head.call();
            if (queue.head() == head) {
                return;
            }
        }
    }

    /**
     * One left the queue without having looked. What it was called for is now the next one's business; and if the queue was
     * empty just before, so is to look by itself.
     */
    private void passOn(boolean wasCalled) {
        if (!queue.isEmpty() && (wasCalled || ticker.nanos() - queue.occupiedSinceNanos() < WATCH_NANOS)) {
            callHead();
        }
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    private int await(long id, long timeoutNanos) throws InterruptedException {
        requireOpen();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long sinceNanos = ticker.nanos();
        Waiter waiter = new Waiter(Thread.currentThread(), sinceNanos);
        if (!queue.add(waiter, rules.maximumWaiters())) {
            throw new IllegalStateException(describe("turned away", 0) + ": allow more than " + rules.maximumWaiters()
                    + " waiters, or lend for less long");
        }
        holders.observe(sinceNanos);
        long napNanos = FIRST_NAP_NANOS;
        while (true) {
            creation.demand();
            int found = look(waiter, id);
            if (found != Slots.NONE) {
                return found;
            }
            Object outcome = waiter.outcome;
            if (outcome != null) {
                int slot = served(waiter, outcome);
                if (isReady(slot)) {
                    return slot;
                }
                waiter = new Waiter(Thread.currentThread(), sinceNanos);
                queue.addFirst(waiter);
                continue;
            }
            long nowNanos = ticker.nanos();
            long leftNanos = timeoutNanos == FOREVER ? FOREVER : timeoutNanos - (nowNanos - sinceNanos);
            if (leftNanos <= 0 || Thread.currentThread().isInterrupted()) {
                if (queue.remove(waiter)) {
                    callHead();
                    throw gaveUp(nowNanos - sinceNanos);
                }
                awaitOutcome(waiter);
            } else {
                if (queue.head() == waiter && nowNanos - queue.occupiedSinceNanos() < WATCH_NANOS) {
                    leftNanos = Math.min(leftNanos, napNanos);
                    napNanos *= 2;
                }
                park(waiter, Math.min(leftNanos, creation.pauseLeftNanos()));
            }
        }
    }

    /** Takes a place if it is the waiter's turn to look and one is idle; the waiter has then left the queue. */
    private int look(Waiter waiter, long id) {
        boolean wasCalled = waiter.isCalled;
        waiter.isCalled = false;
        VarHandle.fullFence(); // whoever frees a place from here on calls again
        if (queue.head() != waiter) {
            if (wasCalled) {
                callHead(); // served meanwhile, so what it was called for is left for the next
            }
            return Slots.NONE;
        }
        int slot = slots.claim(id);
        while (slot != Slots.NONE && !isReady(slot)) {
            slot = slots.claim(id);
        }
        if (slot != Slots.NONE) {
            if (queue.remove(waiter)) {
                callHead();
            } else {
                awaitOutcome(waiter);
                if (waiter.outcome == Waiter.SERVED) {
                    free(waiter.slot); // it needs but one
                }
            }
        }
        return slot;
    }

    /** Of a waiter that has left the queue: why it got nothing. */
    private PoolTimeoutException gaveUp(long waitedNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return new PoolTimeoutException(
                describe("waited", waitedNanos) + ": lend for less long, allow more objects, or wait longer",
                creation.lastFailure());
    }

    private static int served(Waiter waiter, Object outcome) {
        if (outcome == Waiter.SERVED) {
            return waiter.slot;
        }
        Throwable failure = (Throwable) outcome;
        if (failure instanceof PoolCreationException) {
            throw new PoolCreationException(String.valueOf(failure.getMessage()), failure);
        }
        throw new IllegalStateException(failure.getMessage(), failure);
    }

    /** It was taken out of the queue by another, who is about to say why. */
    private static void awaitOutcome(Waiter waiter) {
        while (waiter.outcome == null) {
            Thread.yield();
        }
    }

    private void park(Waiter waiter, long nanos) {
        if (waiter.outcome == null && !waiter.isCalled) {
            if (nanos == FOREVER) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
    }

    // ---- making and destroying -------------------------------------------------------------------------------------

    /** Called by {@link Creation}. */
    @Override
    public void made(int slot, T object) {
        slots.put(slot, object);
        if (!isClosed && lendToHead(slot)) {
            return;
        }
        slots.release(slot);
        freed();
    }

    /** Called by {@link Creation}. */
    @Override
    public void failed(Throwable failure) {
        if (isClosed) {
            completeIfEmpty();
        } else if (rules.failFast()) {
            Waiter head = queue.poll();
            if (head != null) {
                head.end(new PoolCreationException(
                        describe("waited", ticker.nanos() - head.sinceNanos) + ": see the cause", failure));
            }
        }
        callHead(); // to see to the next attempt
    }

    /** Called by {@link Creation}. */
    @Override
    public int wanted() {
        return queue.size() + order.get();
    }

    private void destroyReserved(int slot) {
        Object object = slots.take(slot);
        if (object != null) {
            @SuppressWarnings("unchecked") // only what hooks.create() made is ever put in
            T own = (T) object;
            try {
                hooks.destroy(own);
            } finally {
                destroyed.increment();
                slots.vacate(slot);
                afterDestruction();
            }
        }
    }

    private void afterDestruction() {
        if (isClosed) {
            completeIfEmpty();
        } else if (!queue.isEmpty()) {
            creation.demand();
        }
    }

    private void destroyIdle() {
        for (int slot = slots.reserveIdle(); slot != Slots.NONE; slot = slots.reserveIdle()) {
            destroyReserved(slot);
        }
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Override
    public CompletableFuture<Void> closeAsync() {
        isClosed = true;
        creation.close();
        queue.close(CLOSED);
        for (Waiter waiter = queue.poll(); waiter != null; waiter = queue.poll()) {
            waiter.end(new IllegalStateException(CLOSED));
        }
        sweep(FIRST_NAP_NANOS);
        return closing.copy();
    }

    /** Destroys what is idle; and, since a place just freed may not be seen yet, does so again for a while. */
    private void sweep(long napNanos) {
        VarHandle.fullFence();
        destroyIdle();
        completeIfEmpty();
        if (!closing.isDone() && napNanos < 10 * WATCH_NANOS) {
            CompletableFuture.delayedExecutor(napNanos, TimeUnit.NANOSECONDS).execute(() -> sweep(2 * napNanos));
        }
    }

    private void completeIfEmpty() {
        if (slots.countOf(Slots.EMPTY) == slots.count()) {
            closing.complete(null);
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException(CLOSED);
        }
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    @Override
    public PoolStats stats() {
        return new PoolStats(
                slots.count(),
                slots.countOf(Slots.IDLE),
                slots.countOf(Slots.HELD),
                queue.size(),
                creation.underWay(),
                creation.created(),
                destroyed.sum(),
                creation.failures(),
                hooks.failures());
    }

    private String describe(String what, long nanos) {
        PoolStats stats = stats();
        return what + " " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms (expected an object): size="
                + (stats.idle() + stats.leased()) + " of " + stats.maximumSize() + ", idle=" + stats.idle()
                + ", in use="
                + stats.leased() + ", waiting=" + stats.waiting() + ", being made=" + stats.creating()
                + holders.longest(ticker.nanos());
    }

    /** Throws unless the invariants hold. Only while no other thread uses the pool. */
    public void checkIntegrity() {
        queue.checkIntegrity();
        PoolStats stats = stats();
        if (stats.created() != stats.idle() + stats.leased() + stats.destroyed()) {
            throw new IllegalStateException(
                    "created=" + stats.created() + " (expected idle + leased + destroyed): " + stats);
        }
        for (int slot = 0; slot < slots.count(); slot++) {
            boolean hasObject = slots.statusOf(slot) == Slots.IDLE || slots.statusOf(slot) == Slots.HELD;
            if (hasObject) {
                slots.objectAt(slot);
            } else if (slots.statusOf(slot) == Slots.EMPTY && slots.take(slot) != null) {
                throw new IllegalStateException("slot=" + slot + " (expected nothing in it): it is empty by its word");
            }
        }
    }
}
