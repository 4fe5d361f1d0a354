package io.heapwise.cache.internal.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy;
import io.heapwise.cache.CacheFootprint;
import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.internal.sizing.HeapLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Spliterator;
import org.jspecify.annotations.Nullable;

/**
 * What a Caffeine cache holds, as a sample of it shows. Invariant: {@code 0 <= pinnedBytes <= footprint.totalBytes()}.
 *
 * @param footprint all of it
 * @param pinnedBytes the part of it that is never evicted, because it weighs nothing
 * @param held entries or weight, whichever the maximum counts
 */
record CaffeineSample(CacheFootprint footprint, long pinnedBytes, long held) {
    private static final int SAMPLE = 256;

    /** Parts of the table that the sample is taken from, so that it does not show the oldest, or the smallest keys, alone. */
    private static final int PARTS = 32;

    private static final boolean IS_COMPRESSED = HeapLayout.ofThisVm().referenceBytes() == 4;

    /** Measured in a full cache of Caffeine 3.3.1: its node, the map's, the table's places and the sketch. */
    private static final int ENTRY_BYTES = IS_COMPRESSED ? 105 : 150;

    /** What each of expiry, refresh and weights adds. */
    private static final int FEATURE_BYTES = 8;

    static final CaffeineSample NOTHING = new CaffeineSample(new CacheFootprint(0, 0, 0, 1), 0, 0);

    /** Sizes a sample, or what the weights tell where they are bytes. Takes no lock; {@code sizer} may be the user's. */
    static <K, V> CaffeineSample of(
            Cache<K, V> cache,
            Policy.Eviction<K, V> eviction,
            EntrySizer<? super K, ? super V> sizer,
            @Nullable Double bytesPerWeightUnit) {
        long entries = Math.max(0, cache.estimatedSize());
        long held = OwnersMaximum.held(cache, eviction);
        int overhead = entryBytes(cache.policy(), eviction);
        double engine = (double) entries * overhead;
        double sized = 0;
        double pinned = 0;
        int count = 0;
        if (bytesPerWeightUnit != null) {
            return of(entries, held, engine, held * bytesPerWeightUnit, 0);
        }
        for (Policy.CacheEntry<K, V> entry : sample(cache)) {
            double bytes = sizeOf(entry, sizer);
            if (bytes >= 0) {
                sized += bytes;
                pinned += entry.weight() == 0 ? bytes + overhead : 0;
                count++;
            }
        }
        double scale = count == 0 ? 0 : (double) entries / count;
        return of(entries, held, engine, sized * scale, pinned * scale);
    }

    private static CaffeineSample of(long entries, long held, double engine, double sized, double pinned) {
        CacheFootprint footprint = new CacheFootprint(entries, Math.round(engine), Math.round(sized), 1);
        return new CaffeineSample(footprint, Math.min(footprint.totalBytes(), Math.round(pinned)), held);
    }

    /** Bytes as entries or weight, by what one costs on average; where nothing can be evicted there is no average, and no limit. */
    long inOwnUnit(long bytes) {
        double evictable = (double) footprint.totalBytes() - pinnedBytes;
        return held == 0 || evictable <= 0
                ? Long.MAX_VALUE
                : (long) (held * (Math.max(0, bytes - (double) pinnedBytes) / evictable));
    }

    private static <K, V> double sizeOf(Policy.CacheEntry<K, V> entry, EntrySizer<? super K, ? super V> sizer) {
        try {
            return sizer.sizeOfBytes(entry.getKey(), entry.getValue());
        } catch (Throwable thrown) {
            return -1; // whatever the user's code does, the governor must go on
        }
    }

    /** Entries from all over the table, their recency untouched. */
    private static <K, V> List<Policy.CacheEntry<K, V>> sample(Cache<K, V> cache) {
        List<Spliterator<K>> parts = new ArrayList<>(PARTS);
        parts.add(cache.asMap().keySet().spliterator());
        for (int before = 0; before < parts.size() && parts.size() < PARTS; ) {
            before = parts.size();
            for (int i = 0; i < before && parts.size() < PARTS; i++) {
                Spliterator<K> other = parts.get(i).trySplit();
                if (other != null) {
                    parts.add(other);
                }
            }
        }
        Policy<K, V> policy = cache.policy();
        List<Policy.CacheEntry<K, V>> entries = new ArrayList<>(SAMPLE);
        // Round after round, since parts are not equally full: a small cache is seen whole.
        for (boolean hasMore = true; hasMore && entries.size() < SAMPLE; ) {
            hasMore = false;
            for (int i = 0; i < parts.size() && entries.size() < SAMPLE; i++) {
                hasMore |= take(parts.get(i), policy, entries);
            }
        }
        return entries;
    }

    private static <K, V> boolean take(
            Spliterator<K> part, Policy<K, V> policy, List<Policy.CacheEntry<K, V>> entries) {
        return part.tryAdvance(key -> {
            Policy.CacheEntry<K, V> entry = policy.getEntryIfPresentQuietly(key);
            if (entry != null) {
                entries.add(entry);
            }
        });
    }

    private static int entryBytes(Policy<?, ?> policy, Policy.Eviction<?, ?> eviction) {
        boolean isTimed = policy.expireAfterWrite().isPresent()
                || policy.refreshAfterWrite().isPresent();
        int features = (eviction.isWeighted() ? 1 : 0)
                + (policy.expireAfterAccess().isPresent() ? 1 : 0)
                + (policy.expireVariably().isPresent() ? 2 : 0)
                + (isTimed ? 2 : 0);
        return ENTRY_BYTES + features * FEATURE_BYTES;
    }
}
