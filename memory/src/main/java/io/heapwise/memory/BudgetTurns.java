package io.heapwise.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is next in all the budgets under one root. Invariant: whenever the lock is free, nobody waits who could be granted in
 * turn, but for room that time alone has made (a tightened budget widens): that is seen with the next request or return, and by a
 * thread that waits within a second. Thread-safe; the lock is held for bookkeeping alone.
 */
final class BudgetTurns {
    /*
     * All requests are in one queue, in the order they came, whichever budget they are of. Whenever bytes come free, or more may
     * be used, the queue is walked from its head. A request goes ahead if each budget from its own up to the root has room for it
     * and nobody earlier was held back there. One that is held back holds back, in the budget that has no room for it and in its
     * own, all that come later: so nobody is passed by a smaller one that fits, and a full child stops only itself. As soon as the
     * root holds somebody back the walk ends, so that mostly it looks at one request.
     *
     * Tightened is only the root: each reservation of a child is one of the root too.
     */

    /** While the budget is tightened the one that waits looks again this often, since the pressure may end without a word. */
    private static final long TIGHT_NAP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Instead of how many may wait at most: this one does not. */
    private static final int FOR_NOTHING = -1;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashSet<BudgetWaiter> queue = new LinkedHashSet<>();
    private final int maximumWaiters;
    private final Ticker ticker;
    private final LeakTracker tracker;
    private final @Nullable MemoryPressure pressure;
    private final BudgetShare share = new BudgetShare();
    private volatile Subscription listening = Subscription.none();
    private @Nullable MemoryBudget root;
    private long sequence;

    BudgetTurns(int maximumWaiters, Ticker ticker, LeakTracker tracker, @Nullable MemoryPressure pressure) {
        this.maximumWaiters = maximumWaiters;
        this.ticker = ticker;
        this.tracker = tracker;
        this.pressure = pressure;
    }

    /** To be called once, with the root. */
    void start(MemoryBudget root) {
        this.root = root;
        if (pressure != null) {
            MemoryPressure told = pressure;
            listening = pressure.onEvidence(() -> {
                locked(() -> {
                    share.onEvidence(told.level(), ticker.nanos());
                    return this;
                });
                admit();
            });
        }
    }

    Ticker ticker() {
        return ticker;
    }

    <R> R locked(Supplier<R> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    // ---- those who ask ---------------------------------------------------------------------------------------------

    /** Grants now, in turn, or returns null. Nobody ever waits behind one that does not wait itself. */
    @Nullable Reservation tryNow(BudgetWaiter waiter) {
        return begin(waiter, FOR_NOTHING) ? granted(waiter) : null;
    }

    /** Waits for a grant. */
    Reservation await(BudgetWaiter waiter, long timeoutNanos) throws InterruptedException {
        if (begin(waiter, mostWaiters(timeoutNanos))) {
            return granted(waiter);
        }
        if (timeoutNanos == 0) {
            throw hadNoTime(waiter);
        }
        long sinceNanos = ticker.nanos();
        while (waiter.outcome == null) {
            long waitedNanos = ticker.nanos() - sinceNanos;
            if (Thread.currentThread().isInterrupted() && leave(waiter)) {
                Thread.interrupted();
                throw new InterruptedException();
            }
            if (waitedNanos >= timeoutNanos) {
                MemoryBudgetException late = giveUp(waiter, waitedNanos);
                if (late != null) {
                    throw late;
                }
            } else if (!Thread.currentThread().isInterrupted()) {
                park(waiter, timeoutNanos - waitedNanos);
            }
        }
        return granted(waiter);
    }

    private void park(BudgetWaiter waiter, long nanos) {
        if (isTightened()) {
            LockSupport.parkNanos(this, Math.min(nanos, TIGHT_NAP_NANOS));
            admit();
        } else if (waiter.outcome == null) {
            LockSupport.parkNanos(this, nanos);
        }
    }

    /** Has a future wait. */
    CompletableFuture<Reservation> later(BudgetWaiter waiter, long timeoutNanos) {
        CompletableFuture<Reservation> future = new CompletableFuture<>();
        waiter.future = future;
        long sinceNanos = ticker.nanos();
        boolean isGranted;
        try {
            isGranted = begin(waiter, mostWaiters(timeoutNanos));
        } catch (MemoryBudgetException | IllegalStateException refused) {
            future.completeExceptionally(refused);
            return future;
        }
        if (isGranted) {
            waiter.tell(tracker);
        } else if (timeoutNanos == 0) {
            future.completeExceptionally(hadNoTime(waiter));
        } else {
            Subscription alarm = Alarm.after(timeoutNanos, sinceNanos, ticker, future.defaultExecutor(), () -> {
                MemoryBudgetException late = giveUp(waiter, ticker.nanos() - sinceNanos);
                if (late != null) {
                    future.completeExceptionally(late);
                }
            });
            var unusedEnd = future.whenComplete((reservation, failure) -> {
                alarm.close();
                var unusedIfServed = leave(waiter); // it may have been cancelled
            });
        }
        return future;
    }

    private int mostWaiters(long timeoutNanos) {
        return timeoutNanos == 0 ? FOR_NOTHING : maximumWaiters;
    }

    /** Of one that does not wait, and so was never queued: all who wait were ahead of it. */
    private MemoryBudgetException hadNoTime(BudgetWaiter waiter) {
        return locked(() -> waiter.budget.gaveUp(waiter, 0, queue.size()));
    }

    private Reservation granted(BudgetWaiter waiter) {
        if (waiter.outcome instanceof Reservation reservation) {
            reservation.watch(tracker);
            return reservation;
        }
        Throwable failure = (Throwable) waiter.outcome;
        throw new IllegalStateException(failure == null ? "no outcome" : failure.getMessage(), failure);
    }

    /** Grants at once, which is true and told to nobody, or queues; throws if the budget is closed or too many wait. */
    private boolean begin(BudgetWaiter waiter, int most) {
        List<BudgetWaiter> others = List.of();
        MemoryBudgetException refused = null;
        boolean isGranted;
        lock.lock();
        try {
            MemoryBudget budget = waiter.budget;
            if (budget.isClosed()) {
                throw new IllegalStateException(budget.closedMessage());
            }
            if (queue.isEmpty() && obstacle(waiter, Set.of()) == null) {
                waiter.outcome = grant(waiter);
                return true;
            }
            queue.add(waiter);
            budget.waits(1);
            others = walk();
            isGranted = others.remove(waiter);
            if (!isGranted && most == FOR_NOTHING) {
                remove(waiter);
            } else if (!isGranted && queue.size() > most) { // not before: those who wait may wait for another child
                remove(waiter);
                budget.refusedOne();
                refused = new MemoryBudgetException(budget.describe(waiter.bytes) + ": allow more than "
                        + maximumWaiters + " waiters, or use less for less long");
            }
        } finally {
            lock.unlock();
        }
        others.forEach(other -> other.tell(tracker));
        if (refused != null) {
            throw refused;
        }
        return isGranted;
    }

    /** Leaves the queue; false when it is out already, so that its outcome is set. */
    private boolean leave(BudgetWaiter waiter) {
        boolean wasQueued = locked(() -> remove(waiter));
        if (wasQueued) {
            admit(); // whom it held back
        }
        return wasQueued;
    }

    /** Leaves the queue since its time is over; null when it is out already. */
    private @Nullable MemoryBudgetException giveUp(BudgetWaiter waiter, long waitedNanos) {
        MemoryBudgetException late;
        lock.lock();
        try {
            int ahead = 0;
            for (BudgetWaiter one : queue) {
                if (one == waiter) {
                    break;
                }
                ahead++;
            }
            late = remove(waiter) ? waiter.budget.gaveUp(waiter, waitedNanos, ahead) : null;
        } finally {
            lock.unlock();
        }
        if (late != null) {
            admit();
        }
        return late;
    }

    private boolean remove(BudgetWaiter waiter) {
        boolean wasQueued = queue.remove(waiter);
        if (wasQueued) {
            waiter.budget.waits(-1);
        }
        return wasQueued;
    }

    // ---- granting --------------------------------------------------------------------------------------------------

    /** Grants to all whose turn it is, and tells them. */
    void admit() {
        List<BudgetWaiter> admitted = locked(() -> queue.isEmpty() ? List.of() : walk());
        for (BudgetWaiter waiter : admitted) {
            waiter.tell(tracker);
        }
    }

    private List<BudgetWaiter> walk() {
        List<BudgetWaiter> admitted = new ArrayList<>(2);
        Set<MemoryBudget> full = Collections.newSetFromMap(new IdentityHashMap<>(4));
        for (Iterator<BudgetWaiter> each = queue.iterator(); each.hasNext() && !full.contains(root); ) {
            BudgetWaiter waiter = each.next();
            MemoryBudget obstacle = obstacle(waiter, full);
            if (obstacle == null) {
                each.remove();
                waiter.budget.waits(-1);
                waiter.outcome = grant(waiter);
                admitted.add(waiter);
            } else {
                full.add(obstacle);
                full.add(waiter.budget);
            }
        }
        return admitted;
    }

    private static @Nullable MemoryBudget obstacle(BudgetWaiter waiter, Set<MemoryBudget> full) {
        for (MemoryBudget budget = waiter.budget; budget != null; budget = budget.parent()) {
            if (full.contains(budget) || !budget.hasRoom(waiter.bytes)) {
                return budget;
            }
        }
        return null;
    }

    private Reservation grant(BudgetWaiter waiter) {
        waiter.budget.charge(waiter.bytes);
        waiter.budget.opened();
        return new Reservation(new BudgetGrant(this, waiter.budget, waiter.bytes, ++sequence));
    }

    // ---- tightness -------------------------------------------------------------------------------------------------

    /** Under the lock: what may be reserved of the root now. */
    long limitBytes(long capacityBytes, long reservedBytes) {
        if (pressure == null || reservedBytes == 0) {
            return capacityBytes;
        }
        return Math.max(1, (long) (capacityBytes * share.at(pressure.level(), ticker.nanos())));
    }

    private boolean isTightened() {
        return pressure != null && locked(() -> share.at(pressure.level(), ticker.nanos())) < 1;
    }

    // ---- owning ----------------------------------------------------------------------------------------------------

    void close(MemoryBudget budget) {
        List<BudgetWaiter> failed = locked(() -> {
            List<BudgetWaiter> some = new ArrayList<>();
            if (budget.markClosed()) {
                for (BudgetWaiter waiter : List.copyOf(queue)) {
                    if (waiter.budget.isWithin(budget)) {
                        remove(waiter);
                        waiter.outcome = new IllegalStateException(budget.closedMessage());
                        some.add(waiter);
                    }
                }
            }
            return some;
        });
        if (budget == root) {
            listening.close();
        }
        failed.forEach(waiter -> waiter.tell(tracker));
        admit();
    }

    void checkIntegrity(MemoryBudget budget) {
        lock.lock();
        try {
            String broken = budget.brokenLaw();
            if (!broken.isEmpty()) {
                throw new IllegalStateException(broken);
            }
            if (!queue.isEmpty() && obstacle(queue.iterator().next(), Set.of()) == null) {
                throw new IllegalStateException(
                        "waiting=" + queue.size() + " (expected the first of them to be granted): there is room");
            }
        } finally {
            lock.unlock();
        }
    }
}
