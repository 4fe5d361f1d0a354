package io.heapwise.pools.internal;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * How many places may be in use, and which of those in use hold an object that is to be replaced. Invariant:
 * {@code occupied} places are not {@link Slots#EMPTY}; the reasons {@link Mode#SURPLUS} and {@link Mode#OUTDATED} hold exactly
 * while there are more than {@code limit}, or some to be replaced. Thread-safe; no user code runs under the lock.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // written only under the lock, read without
final class Occupancy {
    private final Slots slots;
    private final Mode mode;
    private final ShortLock lock = new ShortLock();
    private volatile int limit;
    private volatile int occupied;

    /** Of those too many, how many have been told to go. */
    private int leaving;

    private @Nullable BitSet outdated;

    Occupancy(Slots slots, Mode mode) {
        this.slots = slots;
        this.mode = mode;
        this.limit = slots.count();
    }

    int limit() {
        return limit;
    }

    /** Whether nothing more may be made now. */
    boolean isFull() {
        return occupied >= limit;
    }

    /** How many places are in use. */
    int occupied() {
        return occupied;
    }

    /** How many places more may be taken. */
    int room() {
        return Math.max(0, limit - occupied);
    }

    /** Takes an empty place, or returns {@link Slots#NONE} when none may be taken. */
    int reserve() {
        lock.lock();
        try {
            if (occupied >= limit) {
                return Slots.NONE;
            }
            int slot = slots.reserveEmpty();
            if (slot == Slots.NONE) {
                throw new IllegalStateException(
                        "occupied=" + occupied + " (expected " + slots.count() + "): no place is empty");
            }
            occupied = occupied + 1;
            return slot;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of a reserved place in which nothing is. */
    void vacate(int slot) {
        lock.lock();
        try {
            slots.vacate(slot);
            occupied = occupied - 1;
            leaving = Math.max(0, leaving - 1);
            if (occupied <= limit) {
                leaving = 0;
                mode.remove(Mode.SURPLUS);
            }
            if (outdated != null) {
                outdated.clear(slot);
                if (outdated.isEmpty()) {
                    outdated = null;
                    mode.remove(Mode.OUTDATED);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets how many may be in use. Those in use stay, until they are {@linkplain #isOneTooMany told to go}. */
    void resize(int limit) {
        lock.lock();
        try {
            int count = slots.count();
            if (limit > count) {
                slots.grow(limit - count);
            }
            this.limit = limit;
            leaving = 0;
            if (occupied > limit) {
                mode.add(Mode.SURPLUS);
            } else {
                mode.remove(Mode.SURPLUS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether one more must go; true for as many callers as are too many, who must then vacate one each. */
    boolean isOneTooMany() {
        if (!mode.isAny(Mode.SURPLUS)) {
            return false;
        }
        lock.lock();
        try {
            if (occupied - leaving <= limit) {
                return false;
            }
            leaving++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The caller was told that one must go, and has found none to let go. */
    void nobodyLeaves() {
        lock.lock();
        try {
            leaving = Math.max(0, leaving - 1);
        } finally {
            lock.unlock();
        }
    }

    /** From now on every object that exists or is being made is to be replaced. */
    void outdate() {
        lock.lock();
        try {
            BitSet all = new BitSet();
            int count = slots.count();
            for (int slot = 0; slot < count; slot++) {
                all.set(slot, slots.statusOf(slot) != Slots.EMPTY);
            }
            if (!all.isEmpty()) {
                outdated = all;
                mode.add(Mode.OUTDATED);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOutdated(int slot) {
        if (!mode.isAny(Mode.OUTDATED)) {
            return false;
        }
        lock.lock();
        try {
            return outdated != null && outdated.get(slot);
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return occupied == 0;
    }

    String describe() {
        StringBuilder text = new StringBuilder("occupied=" + occupied + " of " + limit + ", leaving=" + leaving
                + ", outdated=" + outdated + ", places:");
        int count = slots.count();
        for (int slot = 0; slot < count; slot++) {
            text.append(' ').append(slots.statusOf(slot)).append(slots.hasObject(slot) ? "+" : "-");
        }
        return text.toString();
    }

    /** Throws unless as many places are in use as are counted. Only while no other thread uses the pool. */
    void checkIntegrity() {
        lock.lock();
        try {
            int inUse = slots.count() - slots.countOf(Slots.EMPTY);
            if (inUse != occupied) {
                throw new IllegalStateException("occupied=" + occupied + " (expected " + inUse + ")");
            }
            if (mode.isAny(Mode.SURPLUS) != (occupied > limit) || mode.isAny(Mode.OUTDATED) != (outdated != null)) {
                throw new IllegalStateException("occupied=" + occupied + ", limit=" + limit + ", outdated=" + outdated
                        + " (expected the mode to say so)");
            }
        } finally {
            lock.unlock();
        }
    }
}
