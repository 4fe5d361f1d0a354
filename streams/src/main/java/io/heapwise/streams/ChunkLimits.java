package io.heapwise.streams;

import io.heapwise.memory.Ticker;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Where chunks end. Invariant: each limit is given at most once, and is one that a chunk of at least one item can keep.
 *
 * @param count how many items at most, 0 when that does not matter
 * @param weighing how heavy at most
 * @param oversize what happens to an item that is too heavy for any chunk, null when nobody has said
 * @param key gives what is equal for all items of a chunk
 * @param split true for two neighbours that must not share a chunk
 * @param until true for an item that ends its chunk
 * @param age how long a chunk may be open, looked at when an item arrives
 */
record ChunkLimits<T extends @Nullable Object>(
        int count,
        @Nullable Weighing<T> weighing,
        Chunks.@Nullable Oversize oversize,
        @Nullable Function<? super T, ?> key,
        @Nullable BiPredicate<? super T, ? super T> split,
        @Nullable Predicate<? super T> until,
        @Nullable Age age) {

    record Weighing<T extends @Nullable Object>(long maximum, ToLongFunction<? super T> weigher) {}

    record Age(long nanos, Ticker ticker) {}

    static <T extends @Nullable Object> ChunkLimits<T> none() {
        return new ChunkLimits<>(0, null, null, null, null, null, null);
    }

    ChunkLimits<T> byCount(int maxItems) {
        requireFirst("byCount", count == 0);
        if (maxItems < 1) {
            throw new IllegalArgumentException(
                    "maxItems=" + maxItems + " (expected >= 1): give the most items of a chunk");
        }
        return new ChunkLimits<>(maxItems, weighing, oversize, key, split, until, age);
    }

    ChunkLimits<T> byWeight(long maxWeight, ToLongFunction<? super T> weigher) {
        Objects.requireNonNull(weigher, "weigher");
        requireFirst("byWeight", weighing == null);
        if (maxWeight < 1) {
            throw new IllegalArgumentException(
                    "maxWeight=" + maxWeight + " (expected >= 1): give the most that a chunk may weigh");
        }
        return new ChunkLimits<>(count, new Weighing<>(maxWeight, weigher), oversize, key, split, until, age);
    }

    ChunkLimits<T> onOversize(Chunks.Oversize policy) {
        Objects.requireNonNull(policy, "policy");
        requireFirst("onOversize", oversize == null);
        return new ChunkLimits<>(count, weighing, policy, key, split, until, age);
    }

    ChunkLimits<T> byKey(Function<? super T, ?> keyOf) {
        Objects.requireNonNull(keyOf, "keyOf");
        requireFirst("byKey", key == null);
        return new ChunkLimits<>(count, weighing, oversize, keyOf, split, until, age);
    }

    ChunkLimits<T> splitWhen(BiPredicate<? super T, ? super T> between) {
        Objects.requireNonNull(between, "between");
        requireFirst("splitWhen", split == null);
        return new ChunkLimits<>(count, weighing, oversize, key, between, until, age);
    }

    ChunkLimits<T> until(Predicate<? super T> last) {
        Objects.requireNonNull(last, "last");
        requireFirst("until", until == null);
        return new ChunkLimits<>(count, weighing, oversize, key, split, last, age);
    }

    ChunkLimits<T> byTime(Duration maxAge, Ticker ticker) {
        Objects.requireNonNull(ticker, "ticker");
        requireFirst("byTime", age == null);
        return new ChunkLimits<>(
                count, weighing, oversize, key, split, until, new Age(nanosOf("maxAge", maxAge), ticker));
    }

    /** True when an item can end a chunk only by being the last that it may have, so that it is known how many it still takes. */
    boolean isCountAlone() {
        return count > 0 && weighing == null && key == null && split == null && until == null;
    }

    /** Returns this, unless chunks would never end. */
    ChunkLimits<T> requireAny(boolean isTimed) {
        if (oversize != null && weighing == null) {
            throw new IllegalStateException(
                    "onOversize=" + oversize + " (expected byWeight too): say what a chunk may weigh, or leave it out");
        }
        if (!isTimed && this.equals(none())) {
            throw new IllegalStateException(
                    "limits=0 (expected >= 1): give byCount, byWeight, or another end of a chunk");
        }
        return this;
    }

    /** A duration above zero in nanoseconds, or the most that a long counts. */
    static long nanosOf(String name, Duration duration) {
        Objects.requireNonNull(duration, name);
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(
                    name + "=" + duration + " (expected > 0): give the time that a chunk may be open");
        }
        try {
            return duration.toNanos();
        } catch (ArithmeticException longer) {
            return Long.MAX_VALUE;
        }
    }

    static void requireFirst(String setting, boolean isFirst) {
        if (!isFirst) {
            throw new IllegalStateException(
                    setting + " is given a second time (expected once): decide for one of the two");
        }
    }
}
