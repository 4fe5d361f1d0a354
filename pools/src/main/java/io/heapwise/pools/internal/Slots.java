package io.heapwise.pools.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The places of a pool.
 *
 * <p>Invariant: a place has an object only while it is {@link #IDLE}, {@link #HELD} or {@link #RESERVED}. Whoever changed it
 * to HELD or RESERVED, and nobody else, may use the object and change the place again. Thread-safe.
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
     * Where the threads start to look is written in a table of hints, by their ids: the place where one of that id last found
     * something when its hint did not help. So two threads that run seldom write one word, even if ids or few places had them
     * begin at the same one, and each finds its own again, still in its cache, without anything being kept for it. Hints are
     * read and written as plain data: any of them is a place. Places of a small pool stand apart so that they do not share cache lines;
     * of a large one the hints do that by themselves.
     *
     * What an atomic step costs is above all that nothing after it begins before it ends, and each field that is read again
     * on the way to the next one, from the pool to the word, delays that by the time of a load. So the short way holds the
     * arrays in locals, and the words it knows; that is why it is static, and why it knows nothing of later pieces.
     *
     * The words stand at the ends of their strides, and there is one stride more: else the first would share a line with the length
     * of the array, which every access reads, and the last with whatever follows.
     *
     * Before its word a place has room for two times where the pool keeps them. Whoever has the place may write them.
     *
     * A pool that grows gets further places in a new piece, since those of the old are being changed while it does.
     */

    static final int NONE = -1;

    /** What {@link #claim(long[], int, long)} answers if it could not: no loan has such a word. */
    static final long NO_LOAN = 0;

    static final int EMPTY = 0;
    static final int IDLE = 1;
    static final int HELD = 2;
    static final int RESERVED = 3;

    private static final long STATUS = 3;
    private static final int HOLDER_SHIFT = 2;
    private static final long HOLDER = 0xFF_FFFFL << HOLDER_SHIFT;
    private static final int COUNT_SHIFT = 26;
    private static final long LOAN = 1L << COUNT_SHIFT;

    /** Words to spend on keeping places apart: three quarters of a kilobyte. */
    private static final int SPARE_WORDS = 96;

    private static final int LINE_WORDS = 8;

    /** So many hints at least and at most, else one for four places; a power of two. Threads that share one look further. */
    private static final int FEWEST_HINTS = 32;

    private static final int MOST_HINTS = 256;

    /** Words that a hint of two bytes can tell. */
    private static final int HINTED_WORDS = 1 << 16;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle OBJECTS = MethodHandles.arrayElementVarHandle(Object[].class);

    private final int first;
    private final int end;
    private final boolean hasTimes;
    private final int strideShift;

    /** Where in {@link #words} to start, by the last bits of the thread's id. */
    private final char[] hints;

    /** The words of this piece. */
    final long[] words;

    /** The objects of this piece. */
    final @Nullable Object[] objects;

    private volatile @Nullable Slots next;

    Slots(int count, boolean hasTimes) {
        this(0, count, hasTimes);
    }

    private Slots(int first, int count, boolean hasTimes) {
        this.first = first;
        this.end = first + count;
        this.hasTimes = hasTimes;
        int stride = Math.max(hasTimes ? 2 : 1, Math.min(LINE_WORDS, SPARE_WORDS / count));
        this.strideShift = Integer.numberOfTrailingZeros(Integer.highestOneBit(stride));
        this.words = new long[(count + 1) << strideShift];
        this.hints = new char[Math.max(FEWEST_HINTS, Math.min(MOST_HINTS, Integer.highestOneBit(count / 4)))];
        int hinted = Math.min(count, HINTED_WORDS >> strideShift);
        int starts = Math.min(hinted, hints.length);
        int step = stepOf(starts);
        for (int i = 0; i < hints.length; i++) {
            hints[i] = (char) wordAt((int) ((long) i * step % starts) * (hinted / starts));
        }
        this.objects = new @Nullable Object[count];
    }

    /** Threads that are started together have ids in a row, and are sent to places far apart: near ones may share a cache line. */
    private static int stepOf(int starts) {
        int step = Math.max(1, starts * 5 / 8);
        while (BigInteger.valueOf(step).gcd(BigInteger.valueOf(starts)).intValue() != 1) {
            step++;
        }
        return step;
    }

    /** How many places there are, in all pieces. */
    int count() {
        Slots piece = this;
        for (Slots after = next; after != null; after = after.next) {
            piece = after;
        }
        return piece.end;
    }

    /** Adds places. One thread at a time. */
    void grow(int more) {
        Slots last = this;
        for (Slots after = next; after != null; after = after.next) {
            last = after;
        }
        last.next = new Slots(last.end, more, hasTimes);
    }

    private Slots pieceOf(int slot) {
        Slots piece = this;
        while (slot >= piece.end) {
            Slots after = piece.next;
            if (after == null) {
                throw new IndexOutOfBoundsException("slot=" + slot + " (expected < " + piece.end + ")");
            }
            piece = after;
        }
        return piece;
    }

    private int at(int slot) {
        return wordAt(slot - first);
    }

    /** What a lease says of its place: where its word is in this piece, or, in a later one, the complement of the slot. */
    int placeOf(int slot) {
        return slot < end ? at(slot) : ~slot;
    }

    private int wordAt(int place) {
        return ((place + 1) << strideShift) - 1;
    }

    // ---- the short way ---------------------------------------------------------------------------------------------

    /** Where in {@link #words} the thread of this id starts to look. */
    int startOf(long id) {
        return hints[(int) id & (hints.length - 1)];
    }

    /** The place, of the first piece, whose word this is. */
    int slotAt(int at) {
        return at >> strideShift;
    }

    /** Lends the idle place with this word to the thread of this id: its word from then on, or {@link #NO_LOAN}. */
    static long claim(long[] words, int at, long id) {
        long word = (long) WORDS.getOpaque(words, at);
        long loan = lent(word, id, HELD);
        return (word & STATUS) == IDLE && WORDS.compareAndSet(words, at, word, loan) ? loan : NO_LOAN;
    }

    /** Frees a place on loan as {@code loan} says, which the caller alone can give back: as {@link #release(int)}. */
    static void release(long[] words, int at, long loan) {
        WORDS.setRelease(words, at, with(IDLE, loan));
    }

    /** Gives back a place if it is still lent as {@code loan} says: of several callers, for one. */
    static boolean giveBack(long[] words, int at, long loan) {
        return WORDS.compareAndSet(words, at, loan, with(IDLE, loan));
    }

    /** Whether a place is still lent as {@code loan} says. */
    static boolean isOnLoan(long[] words, int at, long loan) {
        return (long) WORDS.getOpaque(words, at) == loan;
    }

    // ---- lending ---------------------------------------------------------------------------------------------------

    /** Lends an idle place to the thread of this id, or returns {@link #NONE}. */
    int claim(long id) {
        return claim(id, HELD);
    }

    /** Takes an idle place near those of the thread of this id, to be lent or given back, or returns {@link #NONE}. */
    int reserveIdleNear(long id) {
        return claim(id, RESERVED);
    }

    private int claim(long id, int status) {
        int slot = claimHere(id, status);
        return slot != NONE || next == null ? slot : claimBeyond(id, status);
    }

    private int claimHere(long id, int status) {
        int stride = 1 << strideShift;
        int start = startOf(id);
        int at = start;
        for (int left = objects.length; left > 0; left--) {
            long word = (long) WORDS.getOpaque(words, at);
            if ((word & STATUS) == IDLE && WORDS.compareAndSet(words, at, word, lent(word, id, status))) {
                if (at != start && at < HINTED_WORDS) {
                    hints[(int) id & (hints.length - 1)] = (char) at;
                }
                return first + slotAt(at);
            }
            at += stride;
            if (at == words.length - 1) {
                at = stride - 1;
            }
        }
        return NONE;
    }

    private int claimBeyond(long id, int status) {
        int slot = NONE;
        for (Slots piece = next; slot == NONE && piece != null; piece = piece.next) {
            slot = piece.claimHere(id, status);
        }
        return slot;
    }

    /** The word of a place that the caller has taken: what a lease must show to give it back. */
    long wordOf(int slot) {
        Slots piece = pieceOf(slot);
        return (long) WORDS.get(piece.words, piece.at(slot));
    }

    /** The object of a place that the caller has taken; null if it was destroyed all the same. */
    @Nullable Object objectAt(int slot) {
        Slots piece = pieceOf(slot);
        return piece.objects[slot - piece.first];
    }

    /** Gives back a place that the caller alone can give back. A release store: see {@link Turns} for who may not notice. */
    void release(int slot) {
        change(slot, IDLE);
    }

    /** Makes a place the caller's own again, if it is still lent as {@code word} says: of several callers, for one. */
    boolean reserve(int slot, long word) {
        Slots piece = pieceOf(slot);
        return WORDS.compareAndSet(piece.words, piece.at(slot), word, with(RESERVED, word));
    }

    /** Gives back a place if it is still lent as {@code word} says: of several callers, for one. */
    boolean release(int slot, long word) {
        Slots piece = pieceOf(slot);
        return WORDS.compareAndSet(piece.words, piece.at(slot), word, with(IDLE, word));
    }

    /** Lends a place that the caller has to the thread of this id, without being idle in between. */
    void lend(int slot, long id) {
        Slots piece = pieceOf(slot);
        int at = piece.at(slot);
        WORDS.setRelease(piece.words, at, lent((long) WORDS.get(piece.words, at), id, HELD));
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
        int count = count();
        for (int slot = 0; slot < count; slot++) {
            if (reserveIf(slot, status)) {
                return slot;
            }
        }
        return NONE;
    }

    /** Takes a place if it is as said. */
    boolean reserveIf(int slot, int status) {
        long word = word(slot);
        return (word & STATUS) == status && reserve(slot, word);
    }

    /** Makes a lent place the pool's own; the caller has it. */
    void reserveOwn(int slot) {
        change(slot, RESERVED);
    }

    /** Puts an object into a reserved place, which stays reserved. */
    void put(int slot, Object object) {
        Slots piece = pieceOf(slot);
        piece.objects[slot - piece.first] = object;
    }

    /** Takes the object out of a place, which stays as it is; null if none is in it. Of several callers one gets it. */
    @Nullable Object take(int slot) {
        Slots piece = pieceOf(slot);
        return OBJECTS.getAndSet(piece.objects, slot - piece.first, null);
    }

    /** Lets go of a reserved place in which nothing is. */
    void vacate(int slot) {
        change(slot, EMPTY);
    }

    private void change(int slot, int status) {
        Slots piece = pieceOf(slot);
        int at = piece.at(slot);
        WORDS.setRelease(piece.words, at, with(status, (long) WORDS.get(piece.words, at)));
    }

    // ---- times -----------------------------------------------------------------------------------------------------

    /** The times of a place, of which only {@link Lifetimes} knows the meaning. */
    long timesOf(int slot) {
        Slots piece = pieceOf(slot);
        return (long) WORDS.getOpaque(piece.words, piece.at(slot) - 1);
    }

    /** Sets the times of a place that the caller has taken. */
    void setTimes(int slot, long times) {
        Slots piece = pieceOf(slot);
        WORDS.setOpaque(piece.words, piece.at(slot) - 1, times);
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    int statusOf(int slot) {
        return (int) (word(slot) & STATUS);
    }

    /** Whether there is an object in it now, for those who only count. */
    boolean hasObject(int slot) {
        Slots piece = pieceOf(slot);
        return OBJECTS.getAcquire(piece.objects, slot - piece.first) != null;
    }

    /** The word as it is now; equal to an earlier one exactly if the place was neither lent nor given back since. */
    long word(int slot) {
        Slots piece = pieceOf(slot);
        return (long) WORDS.getAcquire(piece.words, piece.at(slot));
    }

    static boolean isHeld(long word) {
        return (word & STATUS) == HELD;
    }

    /** How often the place was lent. */
    static long loansIn(long word) {
        return word >>> COUNT_SHIFT;
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
        int count = count();
        for (int slot = 0; slot < count; slot++) {
            if (statusOf(slot) == status) {
                found++;
            }
        }
        return found;
    }

    private static long lent(long word, long id, int status) {
        return ((word & -LOAN) + LOAN) | (id << HOLDER_SHIFT & HOLDER) | status;
    }

    private static long with(int status, long word) {
        return (word & -LOAN) | status;
    }
}
