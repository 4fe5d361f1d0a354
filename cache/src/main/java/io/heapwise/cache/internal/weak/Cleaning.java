package io.heapwise.cache.internal.weak;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes out of a store what was collected. Invariant: a reference told of is dealt with, or kept here until its stripe can be
 * locked; nobody ever waits here.
 */
final class Cleaning {
    /*
     * A link is searched for by its hash, which is asked of the key where the link has no room for it. A key that answers otherwise
     * than it did, or throws, is not found that way; so after as many as half of the entries were not found, or at once when a key
     * throws, all tables are looked through. Most that are not found were replaced, or left behind by a rebuild.
     */

    /** Of so many no note is taken: to look through the smallest table costs about as much. */
    private static final int FEW = 64;

    private static final int BROKEN = Integer.MAX_VALUE / 2;

    private final LinkStore store;

    /** References told of whose stripe was locked at that time. */
    private final Queue<Reference<?>> late = new ConcurrentLinkedQueue<>();

    /** References whose link was not where its hash says, since all tables were looked through. */
    private final AtomicInteger notFound = new AtomicInteger();

    Cleaning(LinkStore store) {
        this.store = store;
    }

    /** Takes out up to {@code limit} entries that were collected, and starts their actions; returns how many it found. */
    int takeOut(int limit) {
        int found = late.isEmpty() ? 0 : takeOutLate();
        Reference<?> next = store.watches.queue.poll();
        if (next == null) {
            return found;
        }
        List<Reference<?>> gone = new ArrayList<>();
        while (next != null) {
            gone.add(next);
            takeOut(next);
            next = gone.size() < limit ? store.watches.queue.poll() : null;
        }
        if (notFound.get() > FEW && notFound.get() > store.estimatedSize() / 2) {
            takeOutAllGone();
        }
        // After all else, since an action may run here, and call the cache.
        gone.forEach(store.watches::runFor);
        return found + gone.size();
    }

    private int takeOutLate() {
        int found = 0;
        for (int again = late.size(); again > 0; again--) {
            Reference<?> gone = late.poll();
            found += gone != null && takeOut(gone) ? 1 : 0;
        }
        return found;
    }

    /** Whether it was dealt with; else it is kept for later. */
    private boolean takeOut(Reference<?> gone) {
        int hash;
        try {
            hash = gone instanceof Link link ? link.hash(store.equality) : ((Link.Key) gone).hash;
        } catch (Throwable broken) {
            notFound.set(BROKEN);
            return true;
        }
        while (true) {
            LinkStripe stripe = store.stripeFor(hash);
            if (!stripe.tryLock()) {
                late.add(gone);
                return false;
            }
            boolean isRetired;
            try {
                isRetired = stripe.isRetired();
                if (!isRetired && !stripe.takeOut(gone, hash)) {
                    notFound.incrementAndGet();
                }
            } finally {
                stripe.unlock();
            }
            if (!isRetired) {
                if (stripe.isToBeRebuilt()) {
                    stripe.rebuildIfMemoryAllows(false);
                }
                return true;
            }
        }
    }

    private void takeOutAllGone() {
        boolean isWhole = true;
        for (LinkStripe stripe : store.stripes()) {
            if (stripe.tryLock()) {
                try {
                    stripe.takeOutGone();
                } finally {
                    stripe.unlock();
                }
            } else {
                isWhole = false;
            }
        }
        if (isWhole) {
            notFound.set(0);
        }
    }
}
