package io.heapwise.pools.internal;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows who has held an object for long, without a clock being read when one is lent: those who wait look around, and a loan
 * seen twice has lasted at least as long as lies in between. Invariant: {@code since} of a place is the tick in which its
 * present loan was first seen. Thread-safe.
 */
final class Holders {
    /** Looking is not free, and more exact than this is of no use. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** 2^22 ns, 4.2 ms: an int of them lasts for months, and takes half the room of a long. */
    private static final int TICK_SHIFT = 22;

    private final Slots slots;
    private final ReentrantLock lock;

    /** Of each place how often it was lent when last seen, as far as an int counts: it tells one loan from the next. */
    private int[] loans = {};

    private int[] since = {};
    private volatile long lookedAtNanos;
    private volatile boolean hasLooked;

    Holders(Slots slots, ReentrantLock lock) {
        this.slots = slots;
        this.lock = lock;
    }

    /** Looks around, unless that was done just before. */
    void observe(long nowNanos) {
        if ((!hasLooked || nowNanos - lookedAtNanos >= LOOK_NANOS) && lock.tryLock()) {
            try {
                look(nowNanos);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Who holds an object longest, for a message; empty if nobody does. */
    String longest(long nowNanos) {
        lock.lock();
        try {
            look(nowNanos);
            int now = tick(nowNanos);
            long oldest = 0;
            int ticks = -1;
            for (int slot = 0; slot < loans.length; slot++) {
                long word = slots.word(slot);
                if (Slots.isHeld(word) && (int) Slots.loansIn(word) == loans[slot] && now - since[slot] > ticks) {
                    oldest = word;
                    ticks = now - since[slot];
                }
            }
            return ticks < 0
                    ? ""
                    : ", longest in use: " + name(oldest) + ", for at least "
                            + TimeUnit.NANOSECONDS.toMillis((long) Math.max(0, ticks - 1) << TICK_SHIFT) + " ms";
        } finally {
            lock.unlock();
        }
    }

    private void look(long nowNanos) {
        int count = slots.count();
        int known = loans.length;
        if (known < count) { // the pool is new, or has grown
            loans = Arrays.copyOf(loans, count);
            since = Arrays.copyOf(since, count);
        }
        for (int slot = 0; slot < count; slot++) {
            int lent = (int) Slots.loansIn(slots.word(slot));
            if (slot >= known || lent != loans[slot]) {
                loans[slot] = lent;
                since[slot] = tick(nowNanos);
            }
        }
        lookedAtNanos = nowNanos;
        hasLooked = true;
    }

    private static int tick(long nanos) {
        return (int) (nanos >> TICK_SHIFT);
    }

    /** The platform thread of this id, if it lives; of virtual ones the JVM keeps no list. */
    static String name(long word) {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root != null && root.getParent() != null) {
            root = root.getParent();
        }
        if (root != null) {
            Thread[] threads = new Thread[root.activeCount() + 64];
            int count = root.enumerate(threads);
            for (int i = 0; i < count; i++) {
                if (Slots.isHolder(word, threads[i].getId())) {
                    return "thread " + threads[i].getName();
                }
            }
        }
        return "thread " + Slots.holderIn(word);
    }
}
