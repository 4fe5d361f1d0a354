package io.heapwise.pools.internal;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Knows who has held an object for long, without a clock being read when one is lent: those who wait look around, and a loan
 * seen twice has lasted at least as long as lies in between. Invariant: {@code sinceNanos} of a place is when its present word was
 * first seen. Thread-safe.
 */
final class Holders {
    /** Looking is not free, and more exact than this is of no use. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Slots slots;
    private final ReentrantLock lock = new ReentrantLock();
    private long[] words = {};
    private long[] sinceNanos = {};
    private volatile long lookedAtNanos;
    private volatile boolean hasLooked;

    Holders(Slots slots) {
        this.slots = slots;
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
            long[] words = look(nowNanos);
            int oldest = Slots.NONE;
            for (int slot = 0; slot < words.length; slot++) {
                if (Slots.isHeld(words[slot]) && (oldest == Slots.NONE || sinceNanos[slot] - sinceNanos[oldest] < 0)) {
                    oldest = slot;
                }
            }
            return oldest == Slots.NONE
                    ? ""
                    : ", longest in use: " + name(words[oldest]) + ", for at least "
                            + TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos[oldest]) + " ms";
        } finally {
            lock.unlock();
        }
    }

    private long[] look(long nowNanos) {
        int count = slots.count();
        if (words.length < count) { // the pool is new, or has grown
            words = Arrays.copyOf(words, count);
            sinceNanos = Arrays.copyOf(sinceNanos, count);
        }
        long[] seen = words;
        for (int slot = 0; slot < seen.length; slot++) {
            long word = slots.word(slot);
            if (word != seen[slot]) {
                seen[slot] = word;
                sinceNanos[slot] = nowNanos;
            }
        }
        lookedAtNanos = nowNanos;
        hasLooked = true;
        return seen;
    }

    /** The platform thread of this id, if it lives; of virtual ones the JVM keeps no list. */
    private static String name(long word) {
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
