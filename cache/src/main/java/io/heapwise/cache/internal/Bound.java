package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.Weigher;
import io.heapwise.cache.EntrySizer;
import org.jspecify.annotations.Nullable;

/**
 * What a cache is bounded by: a maximum in some unit, and what an entry costs in it.
 *
 * @param maximum entries, weight or bytes
 * @param weigher what an entry costs; null where each costs 1
 * @param isBytes whether the unit is bytes of heap
 */
public record Bound<K, V>(long maximum, @Nullable Weigher<? super K, ? super V> weigher, boolean isBytes) {
    /** At most {@code maximum} entries. */
    public static <K, V> Bound<K, V> ofEntries(long maximum) {
        return new Bound<>(maximum, null, false);
    }

    /** At most {@code maximum} of what {@code weigher} says. */
    public static <K, V> Bound<K, V> ofWeight(long maximum, Weigher<? super K, ? super V> weigher) {
        return new Bound<>(maximum, weigher, false);
    }

    /** At most {@code share} of the heap, the tables' share of an entry included. */
    public static <K, V> Bound<K, V> ofHeapShare(double share, EntrySizer<? super K, ? super V> sizer) {
        long maximum = (long) (Runtime.getRuntime().maxMemory() * share);
        return new Bound<>(maximum, (key, value) -> weightOf(sizer.sizeOfBytes(key, value)), true);
    }

    private static int weightOf(long entryBytes) {
        if (entryBytes < 0) {
            throw new IllegalArgumentException("sizer returned bytes=" + entryBytes
                    + " (expected >= 0): let the sizer return what key and value take on the heap");
        }
        return (int) Math.min(Integer.MAX_VALUE, entryBytes + Table.WEIGHTED_ENTRY_BYTES);
    }
}
