package io.heapwise.streams;

import io.heapwise.memory.Ticker;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The chunk that is being filled. Invariant: what it holds keeps every limit, but for a single item that is too heavy for any
 * chunk where that is allowed.
 *
 * <p>Each item is first asked about with {@link #admits}, which asks the user's functions once, and then added, to this chunk or, after
 * {@link #take}, to the next. An array is made for the first item of a chunk and not before; it grows up to what the limit of the count
 * may ever need, so that a chunk ended by its count is handed out in the array it was gathered in.
 *
 * <p>For one thread at a time.
 */
final class OpenChunk<T extends @Nullable Object> {
    private static final @Nullable Object[] NO_ITEMS = new Object[0];
    private static final int FEWEST_SLOTS = 8;

    /** More slots than this are not made on the guess that the next chunk will be as big as the last. */
    private static final int MOST_GUESSED_SLOTS = 8192;

    /** Arrays of more are refused by some virtual machines. */
    private static final int MOST_SLOTS = Integer.MAX_VALUE - 8;

    private final int maxCount;
    private final long maxWeight;
    private final boolean isOversizeAllowed;
    private final @Nullable ToLongFunction<? super T> weigher;
    private final @Nullable Function<? super T, ?> keyOf;
    private final @Nullable BiPredicate<? super T, ? super T> split;
    private final @Nullable Predicate<? super T> until;
    private final long maxAgeNanos;
    private final @Nullable Ticker ticker;

    private final boolean isByCountAlone;

    private @Nullable Object[] items = NO_ITEMS;
    private int size;
    private int lastSize;
    private long weight;
    private @Nullable Object key;
    private long sinceNanos;

    // Of the item asked about last.
    private long index;
    private long itemWeight;
    private @Nullable Object itemKey;
    private long itemNanos;

    /**
     * An empty chunk.
     *
     * @param limits where it ends
     * @param firstIndex the index in the source of the item asked about first, for messages
     */
    OpenChunk(ChunkLimits<T> limits, long firstIndex) {
        this.maxCount = limits.count() == 0 ? MOST_SLOTS : Math.min(limits.count(), MOST_SLOTS);
        ChunkLimits.Weighing<T> weighing = limits.weighing();
        this.maxWeight = weighing == null ? Long.MAX_VALUE : weighing.maximum();
        this.weigher = weighing == null ? null : weighing.weigher();
        this.isOversizeAllowed = limits.oversize() == Chunks.Oversize.ALONE;
        this.keyOf = limits.key();
        this.split = limits.split();
        this.until = limits.until();
        ChunkLimits.Age age = limits.age();
        this.maxAgeNanos = age == null ? Long.MAX_VALUE : age.nanos();
        this.ticker = age == null ? null : age.ticker();
        this.isByCountAlone = weigher == null && keyOf == null && split == null && until == null && ticker == null;
        this.index = firstIndex - 1;
    }

    int size() {
        return size;
    }

    /** Whether the next item of the source may be in this chunk. It may be in any chunk that is empty. */
    boolean admits(T item) {
        index++;
        itemWeight = weightOf(item);
        itemKey = keyOf == null ? null : keyOf.apply(item);
        itemNanos = ticker == null ? 0 : ticker.nanos();
        return size == 0
                || (itemWeight <= maxWeight - weight
                        && Objects.equals(key, itemKey)
                        && (ticker == null || itemNanos - sinceNanos < maxAgeNanos)
                        && (split == null || !split.test(last(), item)));
    }

    private long weightOf(T item) {
        if (weigher == null) {
            return 0;
        }
        long asked = weigher.applyAsLong(item);
        if (asked < 0) {
            throw new IllegalArgumentException("item=" + index + " weight=" + asked
                    + " (expected >= 0): let the weigher give what the item takes");
        }
        if (asked > maxWeight && !isOversizeAllowed) {
            throw new IllegalArgumentException("item=" + index + " weight=" + asked + " (expected <= " + maxWeight
                    + "): allow more weight, or let such an item be alone with onOversize(ALONE)");
        }
        return asked;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // what was added is a T, null or not
    private T last() {
        return (T) items[size - 1];
    }

    /** Whether a chunk ends with its count, or with the source, and with nothing else. */
    boolean isByCountAlone() {
        return isByCountAlone;
    }

    /** Takes of the source what there is, up to the count, when it is {@linkplain #isByCountAlone by count alone}. */
    void fill(ChunkSource.Items<T> source) {
        @Nullable Object[] into = items;
        int count = size;
        while (count == into.length && count < maxCount && source.hasNext()) {
            into = Arrays.copyOf(into, Math.min(maxCount, roomier(count)));
            count = source.fill(into, count);
        }
        index += count - size;
        items = into; // only now: what a source throws, or does to us meanwhile, ends the chunk anyway
        size = count;
    }

    /**
     * Adds the item asked about last.
     *
     * @return true when that completes the chunk
     */
    boolean add(T item) {
        if (size == 0) {
            key = itemKey;
            // Not when it came: it may have been kept for this chunk while the consumer worked on the one before,
            // which may take longer than a chunk may be old. Then each would have a single item.
            sinceNanos = ticker == null ? 0 : ticker.nanos();
        }
        if (size == items.length) {
            items = Arrays.copyOf(items, Math.min(maxCount, roomier(size)));
        }
        items[size++] = item;
        weight += itemWeight; // cannot overflow: more than the maximum is added only to nothing
        boolean isFull = size == maxCount || (weigher != null && weight >= maxWeight);
        return (until != null && until.test(item)) || isFull;
    }

    private int roomier(int size) {
        if (size == 0) {
            return Math.max(FEWEST_SLOTS, Math.min(lastSize, MOST_GUESSED_SLOTS));
        }
        return size > MOST_SLOTS / 2 ? MOST_SLOTS : size * 2;
    }

    /** Hands the chunk out, in an array of its own size that nobody else has, and begins an empty one. */
    @SuppressWarnings("unchecked")
    List<T> take() {
        return Collections.unmodifiableList((List<T>) Arrays.asList(takeArray()));
    }

    /** What {@link #take} hands out. */
    @Nullable Object[] takeArray() {
        @Nullable Object[] taken = size == items.length ? items : Arrays.copyOf(items, size);
        lastSize = size;
        clear();
        return taken;
    }

    /** Forgets what is in it. */
    void clear() {
        items = NO_ITEMS;
        size = 0;
        weight = 0;
        key = null;
    }

    /** How many items there is room for, full or not. */
    int slots() {
        return items.length;
    }

    /** Throws unless the invariants hold. */
    void checkIntegrity() {
        boolean isAlone = size == 1 && isOversizeAllowed;
        if (size > maxCount || size > items.length || items.length > maxCount || (weight > maxWeight && !isAlone)) {
            throw new IllegalStateException("size=" + size + ", slots=" + items.length + ", weight=" + weight
                    + " (expected size <= slots <= " + maxCount + ", weight <= " + maxWeight + ")");
        }
    }
}
