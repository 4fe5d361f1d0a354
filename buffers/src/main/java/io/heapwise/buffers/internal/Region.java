package io.heapwise.buffers.internal;

import io.heapwise.memory.Reservation;
import io.heapwise.memory.Subscription;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A piece of memory taken from the system, in up to 256 slices. Invariant: a set bit of {@code free} is a slice that nobody has; a region whose
 * slices have all been taken for good is given back to the system, once.
 *
 * <p>Thread-safe; a run of up to 64 slices is taken by one compare-and-set, and given back by one atomic addition; a longer one begins with a word of the bitmap, and takes
 * one of each for each word.
 */
final class Region {
    static final int SLICE_SHIFT = 12;

    /** A page of the system's, so that a class of which little is needed takes little, and a lease that lives long keeps little. */
    static final int SLICE_BYTES = 1 << SLICE_SHIFT;

    static final int MOST_SLICES = 256;

    private static final int WORD_SLICES = Long.SIZE;

    private final MemorySource.Memory source;
    private final ByteBuffer memory;
    private final @Nullable Reservation reservation;
    private final int sliceCount;
    private final AtomicLongArray free;
    /** Slices that have ever been taken. */
    private final AtomicLongArray touched;

    /** Where each slab begins, the slab. */
    private final AtomicReferenceArray<@Nullable Slab> slabs;

    private final Subscription watch;

    /** Whether it was empty at the last round of who looks after idle memory; that one's alone. */
    boolean wasEmpty;

    Region(MemorySource.Memory source, int sliceCount, @Nullable Reservation reservation) {
        this.source = source;
        this.memory = source.buffer();
        this.reservation = reservation;
        this.sliceCount = sliceCount;
        this.free = new AtomicLongArray((sliceCount + WORD_SLICES - 1) / WORD_SLICES);
        this.touched = new AtomicLongArray(free.length());
        for (int word = 0; word < free.length(); word++) {
            free.set(word, full(word));
        }
        this.slabs = new AtomicReferenceArray<>(sliceCount);
        this.watch = watch(source, reservation, this);
    }

    private static Subscription watch(MemorySource.Memory source, @Nullable Reservation reservation, Region owner) {
        return source.watch(owner, reservation == null ? () -> {} : reservation::close);
    }

    /** The lowest bits of a word, all of them or fewer. */
    private static long mask(int slices) {
        return slices >= WORD_SLICES ? -1L : (1L << slices) - 1;
    }

    /** A word of {@link #free} when nobody has any of its slices. */
    private long full(int word) {
        return mask(sliceCount - word * WORD_SLICES);
    }

    ByteBuffer memory() {
        return memory;
    }

    int offsetOf(int slice) {
        return slice << SLICE_SHIFT;
    }

    int bytes() {
        return sliceCount << SLICE_SHIFT;
    }

    boolean isEmpty() {
        for (int word = 0; word < free.length(); word++) {
            if (free.get(word) != full(word)) {
                return false;
            }
        }
        return true;
    }

    /** Takes the first slices that are free side by side; null if there are not so many. */
    @Nullable Run take(int slices) {
        for (int word = 0; word < free.length(); word++) {
            Run run = slices <= WORD_SLICES ? takeOfWord(word, slices) : takeWords(word, slices);
            if (run != null) {
                return run;
            }
        }
        return null;
    }

    private @Nullable Run takeOfWord(int word, int slices) {
        while (true) {
            long bits = free.get(word);
            long starts = startsOfRuns(bits, slices);
            if (starts == 0) {
                return null;
            }
            int first = Long.numberOfTrailingZeros(starts);
            long run = mask(slices) << first;
            if (free.compareAndSet(word, bits, bits & ~run)) {
                return new Run(this, word * WORD_SLICES + first, slices, touch(word, run));
            }
        }
    }

    /** Takes a run that begins with a word, one word after the other, or gives back what it has taken of it. */
    private @Nullable Run takeWords(int firstWord, int slices) {
        int first = firstWord * WORD_SLICES;
        if (slices > sliceCount - first) {
            return null;
        }
        for (int done = 0; done < slices; done += WORD_SLICES) {
            int word = firstWord + done / WORD_SLICES;
            if (!takeAllOf(word, mask(slices - done))) {
                giveBack(first, done);
                return null;
            }
        }
        boolean isFresh = true;
        for (int done = 0; done < slices; done += WORD_SLICES) {
            isFresh &= touch(firstWord + done / WORD_SLICES, mask(slices - done));
        }
        return new Run(this, first, slices, isFresh);
    }

    private boolean takeAllOf(int word, long run) {
        while (true) {
            long bits = free.get(word);
            if ((bits & run) != run) {
                return false;
            }
            if (free.compareAndSet(word, bits, bits & ~run)) {
                return true;
            }
        }
    }

    /** Notes that slices of a word have been taken; whether none of them ever was before. */
    private boolean touch(int word, long run) {
        return (touched.getAndUpdate(word, had -> had | run) & run) == 0;
    }

    /** The bits at which so many set bits begin: each step joins runs found so far, so that six do for 64. */
    static long startsOfRuns(long bits, int length) {
        long starts = bits;
        int have = 1;
        while (have < length && starts != 0) {
            int more = Math.min(have, length - have);
            starts &= starts >>> more;
            have += more;
        }
        return starts;
    }

    /** Gives slices back; true if all are free now. */
    boolean release(int firstSlice, int slices) {
        giveBack(firstSlice, slices);
        return isEmpty();
    }

    private void giveBack(int firstSlice, int slices) {
        int end = firstSlice + slices;
        int at = firstSlice;
        while (at < end) {
            int inWord = at % WORD_SLICES;
            int count = Math.min(end - at, WORD_SLICES - inWord);
            long unused = free.addAndGet(at / WORD_SLICES, mask(count) << inWord);
            at += count;
        }
    }

    /** Takes all slices for good, if they are free: then {@link #free} must be called. */
    boolean retire() {
        // Again after each failure: what came back meanwhile found some of the slices in our hands, and left it to us.
        while (isEmpty()) {
            int word = 0;
            while (word < free.length() && free.compareAndSet(word, full(word), 0L)) {
                word++;
            }
            if (word == free.length()) {
                return true;
            }
            for (int before = 0; before < word; before++) {
                free.set(before, full(before));
            }
        }
        return false;
    }

    /** Gives the memory back to the system, and says so of what is held. Throws, and nothing has been done, while somebody uses it. */
    void free(AtomicLong heldBytes) {
        try {
            source.free();
            heldBytes.addAndGet(-bytes()); // before others may reserve them
            // Not before: what could not be freed now, as somebody uses it, is freed when it has been dropped.
            watch.close();
            if (reservation != null) {
                reservation.close();
            }
        } finally {
            Reference.reachabilityFence(this); // else it may be found dropped while it is freed
        }
    }

    void begins(Slab slab) {
        slabs.set(slab.firstSlice, slab);
    }

    void ended(Slab slab) {
        slabs.set(slab.firstSlice, null);
    }

    /** The slab that begins with a slice, if one does. */
    @Nullable Slab slabAt(int slice) {
        return slabs.get(slice);
    }

    int sliceCount() {
        return sliceCount;
    }

    /** Throws if slices are lost, or taken twice. Only while nobody uses the allocator. */
    void checkIntegrity() {
        BitSet taken = new BitSet();
        for (int slice = 0; slice < sliceCount; slice++) {
            Slab slab = slabs.get(slice);
            if (slab != null) {
                int end = slice + slab.sliceCount;
                int next = taken.nextSetBit(slice);
                if ((next >= 0 && next < end) || slab.firstSlice != slice) {
                    throw new IllegalStateException(slab + " lies in another: report this as a defect");
                }
                taken.set(slice, end);
                slab.checkIntegrity();
            }
        }
        for (int slice = 0; slice < sliceCount; slice++) {
            boolean isFree = (free.get(slice / WORD_SLICES) >>> slice & 1) != 0;
            if (isFree == taken.get(slice)) {
                throw new IllegalStateException("slice=" + slice + " isFree=" + isFree + " (expected " + !isFree
                        + ", as slabs have " + taken + "): report this as a defect");
            }
        }
    }
}
