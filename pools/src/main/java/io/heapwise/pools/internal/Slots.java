package io.heapwise.pools.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The places of a pool.
 *
 * <p>Invariant: a place has an object exactly when it is {@link #IDLE}, {@link #HELD}, or {@link #RESERVED} by one who says so. Whoever
 * changed it to HELD or RESERVED, and nobody else, may touch the object and change the place again. Thread-safe.
 */
final class Slots {
    /*
     * A place is one word:
     *
     *   63                    26 25                2 1      0
     *   [ how often it was lent ][ who holds it: id ][ status ]
     *
     * The count is what makes giving back safe: a lease knows the word it was given, and whoever gives back must find that
     * very word. After the first has given back no other finds it, even if the place was lent again. 38 bits of count last
     * for three quarters of an hour of a hundred million loans a second of one and the same place, and then a lease closed
     * twice would still have to be one of exactly that age. The id is for messages: 24 bits of it, so a thread of a high
     * number may be confused with another, never an object.
     *
     * Cost of a loan that finds its first place idle: one compare-and-set. Giving back is a compare-and-set too, or, where
     * it can't happen twice since the pool itself does it, a release store.
     *
     * Where the threads start to look is spread over the places by their ids: two threads then seldom write one word, and
     * the same one finds its own again, still in its cache, without anything being kept for it. Places of a small pool
     * stand apart so that they do not share cache lines; of a large one the starts do that by themselves.
     */

    static final int NONE = -1;

    static final int EMPTY = 0;
    static final int IDLE = 1;
    static final int HELD = 2;
    static final int RESERVED = 3;

    static final int MAX_COUNT = 1 << 20;

    private static final long STATUS = 3;
    private static final int HOLDER_SHIFT = 2;
    private static final long HOLDER = 0xFF_FFFFL << HOLDER_SHIFT;
    private static final long LOAN = 1L << 26;

    /** Words to spend on keeping places apart: half a kilobyte. */
    private static final int SPARE_WORDS = 64;

    private static final int LINE_WORDS = 8;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;
    private final @Nullable Object[] objects;
    private final int stride;

    Slots(int count) {
        this.stride = Math.max(1, Math.min(LINE_WORDS, SPARE_WORDS / count));
        this.words = new long[count * stride];
        this.objects = new @Nullable Object[count];
    }

    int count() {
        return objects.length;
    }

    // ---- lending ---------------------------------------------------------------------------------------------------

    /** Takes an idle place for the thread of this id, or returns {@link #NONE}. */
    int claim(long id) {
        int count = objects.length;
        int slot = startOf(id, count);
        for (int left = count; left > 0; left--) {
            long word = (long) WORDS.getOpaque(words, slot * stride);
            if ((word & STATUS) == IDLE && WORDS.compareAndSet(words, slot * stride, word, held(word, id))) {
                return slot;
            }
            if (++slot == count) {
                slot = 0;
            }
        }
        return NONE;
    }

    /** The word of a place that the caller has taken: what a lease must show to give it back. */
    long wordOf(int slot) {
        return (long) WORDS.get(words, slot * stride);
    }

    /** The object of a place that the caller has taken. */
    Object objectAt(int slot) {
        Object object = objects[slot];
        if (object == null) {
            throw new IllegalStateException("slot=" + slot + " (expected an object in it): " + wordOf(slot));
        }
        return object;
    }

    /** Gives back a place that the caller alone can give back. A release store: see the pool for who may not notice. */
    void release(int slot) {
        WORDS.setRelease(words, slot * stride, with(IDLE, wordOf(slot)));
    }

    /** Makes a place the caller's own again, if it is still lent as {@code word} says: of several callers, for one. */
    boolean reserve(int slot, long word) {
        return WORDS.compareAndSet(words, slot * stride, word, with(RESERVED, word));
    }

    /** Gives back a place if it is still lent as {@code word} says: of several callers, for one. */
    boolean release(int slot, long word) {
        return WORDS.compareAndSet(words, slot * stride, word, with(IDLE, word));
    }

    /** Lends a place that the caller has taken to the thread of this id, without being idle in between. */
    void lend(int slot, long id) {
        WORDS.setRelease(words, slot * stride, held(wordOf(slot), id));
    }

    // ---- making and destroying -------------------------------------------------------------------------------------

    /** Takes a place in which nothing is, or returns {@link #NONE}. */
    int reserveEmpty() {
        return reserveAny(EMPTY);
    }

    /** Takes a place whose object is idle, or returns {@link #NONE}. */
    int reserveIdle() {
        return reserveAny(IDLE);
    }

    private int reserveAny(int status) {
        for (int slot = 0; slot < objects.length; slot++) {
            long word = (long) WORDS.getOpaque(words, slot * stride);
            if ((word & STATUS) == status && reserve(slot, word)) {
                return slot;
            }
        }
        return NONE;
    }

    /** Makes a lent place the pool's own; the caller has it. */
    void reserveOwn(int slot) {
        WORDS.setRelease(words, slot * stride, with(RESERVED, wordOf(slot)));
    }

    /** Puts an object into a reserved place, which stays reserved. */
    void put(int slot, Object object) {
        objects[slot] = object;
    }

    /** Takes the object out of a reserved place, which stays reserved; null if none is in it. */
    @Nullable Object take(int slot) {
        Object object = objects[slot];
        objects[slot] = null;
        return object;
    }

    /** Lets go of a reserved place in which nothing is. */
    void vacate(int slot) {
        WORDS.setVolatile(words, slot * stride, with(EMPTY, wordOf(slot)));
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    int statusOf(int slot) {
        return (int) (word(slot) & STATUS);
    }

    /** The word as it is now; equal to an earlier one exactly if the place was neither lent nor given back since. */
    long word(int slot) {
        return (long) WORDS.getAcquire(words, slot * stride);
    }

    static boolean isHeld(long word) {
        return (word & STATUS) == HELD;
    }

    /** The lower 24 bits of the id of the thread that holds a place. */
    static long holderIn(long word) {
        return (word & HOLDER) >>> HOLDER_SHIFT;
    }

    static boolean isHolder(long word, long id) {
        return holderIn(word) == (id & (HOLDER >>> HOLDER_SHIFT));
    }

    int countOf(int status) {
        int found = 0;
        for (int slot = 0; slot < objects.length; slot++) {
            if (statusOf(slot) == status) {
                found++;
            }
        }
        return found;
    }

    private static int startOf(long id, int count) {
        return (int) (((id * 0x9E3779B9L & 0xFFFF_FFFFL) * count) >>> 32);
    }

    private static long held(long word, long id) {
        return ((word & -LOAN) + LOAN) | (id << HOLDER_SHIFT & HOLDER) | HELD;
    }

    private static long with(int status, long word) {
        return (word & -LOAN) | status;
    }
}
