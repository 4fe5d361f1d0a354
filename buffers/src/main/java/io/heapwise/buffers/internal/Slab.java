package io.heapwise.buffers.internal;

import io.heapwise.memory.Subscription;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A run of slices cut into equal slots. Invariant: a set bit, in one of two bitmaps, is a slot that nobody has; whoever clears it has it, until it sets the bit
 * again.
 *
 * <p>Thread-safe. To take a slot is one compare-and-set of the lowest bit set in a word, to give it back one atomic addition, by whatever thread: there
 * are no owners, so none is met from afar. The lowest first, so that the last to be used lie together, and what is handed out is
 * what was in use a moment ago.
 */
public final class Slab extends Block {
    /*
     * Who looks after a slab:
     *
     *   CURRENT   one place of the stripes has it, and threads take slots of it
     *   FULL      no place and no list has it: it was found full when it was replaced
     *   LISTED    it waits in the list of its class, with free slots
     *   RETIRED   all its slots have been taken for good, by whoever gives its slices back
     *   ALONE     it is one slot, for one lease, and retires with that
     *
     * A thread may have read a slab as current long ago, and take a slot of it now, in whatever state it is. That is why it retires as it does: by
     * taking every slot. Then nobody has one, nobody can get one, and who still knows the slab finds it full. A slab never comes
     * back from that; slices that are used again get a new one. So nothing here has a version, or a count of readers.
     *
     * Why two bitmaps: who takes and who gives back write the same word, and where that is done by two threads all the time, as
     * by a producer and a consumer, each waits for the other's cache line. So from the first time that a taker meets somebody, what
     * comes back goes into the second bitmap, on a line of its own, which takers empty when the first is; sixty-four
     * slots at a time. Till then it goes into the first, and is what is taken next.
     *
     * A slot that comes back while the slab is given up as full is found by one of the two: who gives it back sets the bit, then reads the state; who
     * gives the slab up sets the state, then reads the bits. (That needs both orders to hold for all: bits are written by atomic
     * additions, the state is volatile.)
     */
    static final int CURRENT = 0;
    static final int FULL = 1;
    static final int LISTED = 2;
    static final int RETIRED = 3;

    /** Of one slot, for one lease: never current, never listed. */
    static final int ALONE = 4;

    /** No slot, because none is free. */
    public static final int NONE = -1;

    /** No slot, because others were faster. */
    public static final int CONTENDED = -2;

    /** Words before, between and behind the bitmaps: none shares a cache line with another, nor the one that is fetched with it. */
    private static final int PADDING = 8;

    private static final int SEQUENCE = PADDING - 1;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle STATE;
    private static final VarHandle FRESH;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Slab.class, "state", int.class);
            FRESH = lookup.findVarHandle(Slab.class, "firstFresh", int.class);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    /** Whoever is told when a slot comes back while nobody takes slots here. */
    final SlabPool pool;

    private final AwaitedMemory awaited;
    final Region region;
    final int firstSlice;
    final int sliceCount;
    final int sizeClass;
    private final int slots;

    /** Of each 64 slots a word of the first bitmap, from {@link #PADDING} on, and one of the second, from {@link #backs} on. */
    private final long[] words;

    private final int wordCount;
    private final int backs;

    /** Whether what comes back goes into the second bitmap. Whoever sees it late does no harm. */
    private boolean isApart;

    @SuppressWarnings("FieldMayBeFinal") // through STATE
    private volatile int state;

    /** No slot from here on has ever been taken, and their bytes are zero. */
    @SuppressWarnings("FieldMayBeFinal") // through FRESH
    private volatile int firstFresh;

    /** Its place in the list of its class: empty once it has retired, so that the list does not keep its memory. */
    private volatile @Nullable AtomicReference<@Nullable Slab> listing;

    /** Whether it was empty at the last round of who looks after idle memory; that one's alone. */
    boolean wasEmpty;

    Slab(SlabPool pool, Run run, int sizeClass, int slotBytes, int slots, int state) {
        super(run.region().memory(), run.region().offsetOf(run.firstSlice()), slotBytes);
        this.pool = pool;
        this.awaited = pool.awaited();
        this.region = run.region();
        this.firstSlice = run.firstSlice();
        this.sliceCount = run.sliceCount();
        this.sizeClass = sizeClass;
        this.slots = slots;
        this.wordCount = (slots + 63) >>> 6;
        this.backs = 2 * PADDING + wordCount;
        this.words = new long[3 * PADDING + 2 * wordCount];
        for (int word = 0; word < wordCount; word++) {
            words[PADDING + word] = fullWord(word);
        }
        this.words[SEQUENCE] = System.nanoTime(); // anywhere: else those of few leases would never be chosen
        this.state = state;
        this.firstFresh = run.isFresh() ? 0 : slots;
    }

    /** One that has no slot, to stand where there is none. */
    static Slab nothing(SlabPool pool) {
        Region none = new Region(
                new MemorySource.Memory(ByteBuffer.allocate(0), () -> {}, true, Subscription.none()), 1, null);
        return new Slab(pool, new Run(none, 0, 1, false), -1, 1, 0, CURRENT);
    }

    /** The bits of a word when all its slots are free. */
    private long fullWord(int word) {
        int rest = slots - (word << 6);
        return rest >= 64 ? -1L : (1L << rest) - 1;
    }

    // ---- slots -----------------------------------------------------------------------------------------------------

    /** Takes a slot; or {@link #NONE}, or {@link #CONTENDED}. Then {@link #markUsed} must be called, before anything is written. */
    public int take() {
        long[] in = words;
        for (int word = 0; word < wordCount; word++) {
            long bits = (long) WORDS.getOpaque(in, PADDING + word);
            if (bits != 0) {
                if (WORDS.compareAndSet(in, PADDING + word, bits, bits & (bits - 1))) {
                    return (word << 6) + Long.numberOfTrailingZeros(bits);
                }
                isApart = true;
                return CONTENDED;
            }
        }
        return takeOfBacks();
    }

    /** Takes one of those that have come back into the second bitmap, and moves the others of its word to the first. */
    private int takeOfBacks() {
        for (int word = 0; word < wordCount; word++) {
            if ((long) WORDS.getOpaque(words, backs + word) != 0) {
                long bits = (long) WORDS.getAndSet(words, backs + word, 0L);
                long others = bits & (bits - 1);
                if (others != 0) {
                    WORDS.getAndAdd(words, PADDING + word, others);
                    if (state != CURRENT) {
                        listIfFree(); // who gave it up meanwhile has not seen those that were in our hands
                    }
                }
                if (bits != 0) {
                    return (word << 6) + Long.numberOfTrailingZeros(bits);
                }
            }
        }
        return NONE;
    }

    /** Takes a slot however many others do; or {@link #NONE}. */
    int takePatiently() {
        int slot = take();
        while (slot == CONTENDED) {
            slot = take();
        }
        return slot;
    }

    @Override
    public boolean markUsed(int slot) {
        // Slots are not always marked in the order in which they were taken: then one that is clean is taken for used.
        int fresh = firstFresh;
        while (slot >= fresh) {
            if (FRESH.compareAndSet(this, fresh, slot + 1)) {
                return true;
            }
            fresh = firstFresh;
        }
        return false;
    }

    @Override
    long nextSequence() {
        return ++words[SEQUENCE]; // beside the bits that were written a moment ago
    }

    @Override
    public void release(int slot) {
        long bit = 1L << slot; // of its word: the shift takes the lower six bits
        long before = (long) WORDS.getAndAdd(words, (isApart ? backs : PADDING) + (slot >>> 6), bit);
        assert (before & bit) == 0 : "slot=" + slot + " of " + this + " given back twice";
        if (state != CURRENT || awaited.isAwaited()) {
            releasedAside(slot >>> 6);
        }
    }

    private void releasedAside(int word) {
        int now = state;
        if (now == ALONE) {
            pool.retired(this);
        } else {
            if (now == FULL) {
                list(); // without looking: the slot was free a moment ago
            }
            if (isFree(word)) {
                retireIfEmpty();
            }
        }
        awaited.released();
    }

    // ---- states ----------------------------------------------------------------------------------------------------

    boolean isRetired() {
        return state == RETIRED;
    }

    boolean isCurrent() {
        return state == CURRENT;
    }

    /** Takes a slab out of the list; whoever succeeds may make it current. */
    boolean unlist() {
        return STATE.compareAndSet(this, LISTED, CURRENT);
    }

    /** Gives it up. By the one alone who has made it current no more, or who was to make it so. */
    void giveUp() {
        state = FULL;
        listIfFree();
        retireIfEmpty();
    }

    private void listIfFree() {
        if (state == FULL && freeSlots() > 0) {
            list();
        }
    }

    private void list() {
        if (STATE.compareAndSet(this, FULL, LISTED)) {
            forgetListing(); // one may be left from when it could not retire
            AtomicReference<@Nullable Slab> own = new AtomicReference<>(this);
            listing = own;
            pool.listOf(sizeClass).add(own);
            if (state == RETIRED) {
                own.set(null); // by another, before it could see its place in the list
            }
        }
    }

    private void retireIfEmpty() {
        // Again after each failure: what came back meanwhile met a retired slab, and left it to us.
        while (isEmpty() && STATE.compareAndSet(this, LISTED, RETIRED)) {
            if (takeAll()) {
                forgetListing();
                pool.retired(this);
                return;
            }
            state = FULL;
            listIfFree();
            awaited.released(); // they were in our hands
        }
    }

    private void forgetListing() {
        AtomicReference<@Nullable Slab> own = listing;
        if (own != null) {
            own.set(null);
        }
    }

    /** Takes every slot, or none. */
    private boolean takeAll() {
        for (int word = 0; word < wordCount; word++) {
            long taken =
                    (long) WORDS.getAndSet(words, PADDING + word, 0L) | (long) WORDS.getAndSet(words, backs + word, 0L);
            if (taken != fullWord(word)) {
                WORDS.getAndAdd(words, backs + word, taken);
                for (int before = 0; before < word; before++) {
                    WORDS.getAndAdd(words, backs + before, fullWord(before));
                }
                return false;
            }
        }
        return true;
    }

    // ---- looking ---------------------------------------------------------------------------------------------------

    int slots() {
        return slots;
    }

    int freeSlots() {
        int free = 0;
        for (int word = 0; word < wordCount; word++) {
            free += Long.bitCount((long) WORDS.getVolatile(words, PADDING + word));
            free += Long.bitCount((long) WORDS.getVolatile(words, backs + word));
        }
        return free;
    }

    boolean isEmpty() {
        for (int word = 0; word < wordCount; word++) {
            if (!isFree(word)) {
                return false;
            }
        }
        return true;
    }

    /** Whether nobody has a slot of a word. */
    private boolean isFree(int word) {
        long first = (long) WORDS.getVolatile(words, PADDING + word);
        return (first | (long) WORDS.getVolatile(words, backs + word)) == fullWord(word);
    }

    /** Bytes of what describes it, without the headers of objects. */
    int metadataBytes() {
        return words.length * Long.BYTES;
    }

    /** Throws if a law of this class is broken. */
    void checkIntegrity() {
        for (int word = 0; word < wordCount; word++) {
            long first = words[PADDING + word];
            long second = words[backs + word];
            if (((first | second) & ~fullWord(word)) != 0 || (first & second) != 0) {
                throw new IllegalStateException(this + " has bits of slots that it has not: report this as a defect");
            }
        }
        boolean isLost = state == FULL && freeSlots() > 0;
        if (isLost || (state == LISTED && isEmpty()) || state == RETIRED) {
            throw new IllegalStateException(this + " is in the wrong state: report this as a defect");
        }
    }

    @Override
    public String toString() {
        return "Slab[" + slotBytes() + " B x " + slots + ", free=" + freeSlots() + ", "
                + List.of("current", "full", "listed", "retired", "alone").get(state) + "]";
    }
}
