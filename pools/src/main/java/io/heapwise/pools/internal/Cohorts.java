package io.heapwise.pools.internal;

import io.heapwise.memory.LeakTracker;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds places whose lease was dropped without being closed, though no lease is tracked by itself.
 *
 * <p>Invariant: a place is taken for dropped only if it is still lent by the very loan that all leases of which it can be are
 * proved to be collected. Thread-safe; no user code runs under the lock.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // written only under the lock, read without
final class Cohorts<T> {
    /*
     * To watch each lease by a reference of its own would cost more than the loan. But a lease refers to the cohort in which it was
     * taken, and each cohort is watched: so when a cohort is collected, all its leases have been. What is left is to know which
     * places they were of.
     *
     *   who lends      reads the cohort, takes the place, reads the cohort again: still the same, or the place is lent anew
     *   who waits      has no cohort, since its own might never end; what it gets is reserved for it, till it lends that to itself
     *   who advances   looks at the places on loan, then begins the next cohort
     *
     * So a loan found by the look at the end of cohort n, but not by the one at the end of n - 1, was made between these two looks,
     * while the cohort was n or, since the next begins a moment after the look, n - 1. Once both are collected its lease is, too;
     * and if the place is still lent by that loan, nobody will ever give it back.
     *
     * A lease that is kept for good keeps its cohort from being collected, so a lease dropped in that cohort, or in the one after,
     * is not found this way. Cohorts are short, so that there are few such.
     *
     * A loan of apply() has no lease; there the frame of the call keeps the cohort reachable.
     *
     * Cost: two reads a loan. No bytes, but for loans that last longer than a cohort.
     */

    private final Lending<T> lending;
    private final LeakTracker tracker;
    private final ReentrantLock lock;

    private volatile Cohort<T> current;
    private @Nullable Book book;
    private volatile long dropped;

    /** A loan that lasted longer than a cohort. */
    private record Loan(int slot, long word) {}

    /** A cohort that has ended, and the loans first found then. */
    private record Ended(long number, List<Loan> loans) {}

    /** What is known of those that have ended; most pools never need it. */
    private static final class Book {
        /** Of the places in one of the lists, the words. */
        final Map<Integer, Long> listed = new HashMap<>();

        final List<Ended> ended = new ArrayList<>();
        final Set<Long> collected = new HashSet<>(Set.of(-1L));
    }

    Cohorts(Lending<T> lending, LeakTracker tracker, ReentrantLock lock) {
        this.lending = lending;
        this.tracker = tracker;
        this.lock = lock;
        this.current = new Cohort<>(lending, 0);
    }

    /** The cohort of loans made now: to be read before the place is taken, and again afterwards. */
    Cohort<T> current() {
        return current;
    }

    /** The cohort of a loan that the caller has made since it read {@code before}. */
    Cohort<T> cohortOf(int slot, Cohort<T> before) {
        return before == current ? before : lend(slot, before);
    }

    /**
     * Lends a place that the caller has, as a loan of the cohort returned.
     *
     * @param before what a loan that the place was under till now is of; null if the place was reserved
     */
    Cohort<T> lend(int slot, @Nullable Cohort<T> before) {
        Cohort<T> cohort = current;
        try {
            lending.slots.lend(slot, Thread.currentThread().getId());
            VarHandle.fullFence(); // whoever looks at the places after this has begun no cohort that is not seen here
        } finally {
            Reference.reachabilityFence(before); // till here the loan might have been found dropped
        }
        return cohort == current ? cohort : lend(slot, cohort);
    }

    boolean isTracking() {
        return tracker.mode() != LeakTracker.Mode.OFF;
    }

    /** Ends the cohort, if something was lent in it that has not come back. */
    void advance() {
        if (!isTracking()) {
            return;
        }
        lock.lock();
        try {
            Book known = book == null ? new Book() : book;
            VarHandle.fullFence(); // whoever lends and does not see the cohort that began last is seen
            List<Loan> loans = loansNotIn(known);
            if (!loans.isEmpty()) {
                book = known;
                loans.forEach(loan -> known.listed.put(loan.slot, loan.word));
                Cohort<T> last = current;
                known.ended.add(new Ended(last.number, loans));
                current = new Cohort<>(lending, last.number + 1);
                watch(last);
            }
        } finally {
            lock.unlock();
        }
    }

    private List<Loan> loansNotIn(Book known) {
        List<Loan> loans = new ArrayList<>();
        int count = lending.slots.count();
        for (int slot = 0; slot < count; slot++) {
            long word = lending.slots.word(slot);
            if (Slots.isHeld(word) && !Long.valueOf(word).equals(known.listed.get(slot))) {
                loans.add(new Loan(slot, word));
            }
        }
        return loans;
    }

    private void watch(Cohort<T> last) {
        WeakReference<Cohorts<T>> self = new WeakReference<>(this);
        long number = last.number;
        var unused = LeakTracker.whenDropped(last, () -> {
            Cohorts<T> cohorts = self.get();
            if (cohorts != null) {
                cohorts.collected(number);
            }
        });
    }

    private void collected(long number) {
        for (Loan loan : provedDropped(number)) {
            if (free(loan.slot, loan.word)) {
                tracker.report("taken by " + Holders.name(loan.word));
            }
        }
    }

    private List<Loan> provedDropped(long number) {
        lock.lock();
        try {
            List<Loan> proved = new ArrayList<>();
            Book known = book;
            if (known != null) {
                known.collected.add(number);
                known.ended.removeIf(cohort -> {
                    boolean isProved =
                            known.collected.contains(cohort.number) && known.collected.contains(cohort.number - 1);
                    return isProved && proved.addAll(cohort.loans);
                });
                proved.forEach(loan -> known.listed.remove(loan.slot, loan.word));
                long now = current.number;
                known.collected.removeIf(gone -> gone < now - 1
                        && known.ended.stream().noneMatch(e -> e.number == gone || e.number == gone + 1));
            }
            return proved;
        } finally {
            lock.unlock();
        }
    }

    /** Destroys the object of a dropped lease and frees its place; false if it is not lent by that loan any more. */
    private boolean free(int slot, long word) {
        if (!lending.slots.reserve(slot, word)) {
            return false;
        }
        lock.lock();
        try {
            dropped = dropped + 1;
        } finally {
            lock.unlock();
        }
        lending.destroyReserved(slot);
        return true;
    }

    /** How many leases were found dropped. */
    long dropped() {
        return dropped;
    }

    // ---- leases ----------------------------------------------------------------------------------------------------

    /** The lease of a loan made in this cohort; one in some is watched by itself, to know where it was taken. */
    SlotLease<T> lease(Cohort<T> cohort, T object, int slot) {
        long loan = lending.slots.wordOf(slot);
        int place = lending.slots.placeOf(slot);
        if (!isToTrack(loan)) {
            return new SlotLease<>(cohort, object, place, loan);
        }
        TrackedCohort<T> own = new TrackedCohort<>(cohort);
        own.tracking = tracker.track(own, () -> free(slot, loan));
        return new SlotLease<>(own, object, place, loan);
    }

    /** Whether the lease of this loan is to be watched by itself. */
    boolean isToTrack(long loan) {
        return tracker.isToTrack(Slots.loansIn(loan));
    }
}
