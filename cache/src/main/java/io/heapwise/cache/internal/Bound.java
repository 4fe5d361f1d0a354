package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.Weigher;
import io.heapwise.cache.EntrySizer;
import org.jspecify.annotations.Nullable;

/**
 * What a cache is bounded by: a maximum in some unit, and what an entry costs in it.
 *
 * @param maximum entries, weight or bytes
 * @param weigher what an entry costs; null where each costs 1
 * @param entryTableBytes what the tables' share of an entry weighs, where the unit is bytes of heap; else 0
 */
public record Bound<K, V>(long maximum, @Nullable Weigher<? super K, ? super V> weigher, long entryTableBytes) {
    /** Whether the unit is bytes of heap. */
    public boolean isBytes() {
        return entryTableBytes > 0;
    }

    /** At most {@code maximum} entries. */
    public static <K, V> Bound<K, V> ofEntries(long maximum) {
        return new Bound<>(maximum, null, 0);
    }

    /** At most {@code maximum} of what {@code weigher} says. */
    public static <K, V> Bound<K, V> ofWeight(long maximum, Weigher<? super K, ? super V> weigher) {
        return new Bound<>(maximum, weigher, 0);
    }

    /** At most {@code share} of the heap, the tables' share of an entry included. */
    public static <K, V> Bound<K, V> ofHeapShare(
            double share, EntrySizer<? super K, ? super V> sizer, int deadlineKinds) {
        long maximum = (long) (Runtime.getRuntime().maxMemory() * share);
        long tableBytes = Table.weightedEntryBytes(deadlineKinds);
        return new Bound<>(maximum, (key, value) -> weightOf(sizer.sizeOfBytes(key, value), tableBytes), tableBytes);
    }

    private static int weightOf(long entryBytes, long tableBytes) {
        if (entryBytes < 0) {
            throw new IllegalArgumentException("sizer returned bytes=" + entryBytes
                    + " (expected >= 0): let the sizer return what key and value take on the heap");
        }
        return (int) Math.min(Integer.MAX_VALUE, entryBytes + tableBytes);
    }
}
