package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.Policy.CacheEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Copies of entries, for inspection. Invariant: shows nothing that has expired, and leaves no trace on what it shows. */
final class Snapshots<K, V> {
    private final Engine<K, V> engine;

    Snapshots(Engine<K, V> engine) {
        this.engine = engine;
    }

    /** The entry of {@code key}, or null. */
    @Nullable EntrySnapshot<K, V> of(K key) {
        Store store = engine.store;
        long now = store.now();
        List<EntrySnapshot<K, V>> found = new ArrayList<>(1);
        store.look(key, (stripe, slot) -> add(found, stripe, slot, now, takenNanos(now)));
        return found.isEmpty() ? null : found.get(0);
    }

    /** All entries. Stripes keep clocks of their own, which advance alike, since hashes spread alike. */
    Stream<CacheEntry<K, V>> ordered(Comparator<EntrySnapshot<K, V>> order) {
        long now = engine.store.now();
        long takenNanos = takenNanos(now);
        List<EntrySnapshot<K, V>> entries = new ArrayList<>();
        engine.store.directory().walkAll(stripe -> {
            for (int slot = 0, slots = stripe.table().slots(); slot < slots; slot++) {
                if (stripe.table().isOccupied(slot) && !stripe.isOver(slot, now)) {
                    add(entries, stripe, slot, now, takenNanos);
                }
            }
        });
        entries.sort(order);
        return entries.stream().map(Function.identity());
    }

    /** The first so many in that order. */
    Map<K, V> first(int limit, Comparator<EntrySnapshot<K, V>> order) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit=" + limit + " (expected >= 0): ask for so many entries");
        }
        Map<K, V> result = new LinkedHashMap<>();
        ordered(order).limit(limit).forEach(entry -> result.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(result);
    }

    /** The first in that order that together weigh no more than that. */
    Map<K, V> within(long weightLimit, Comparator<EntrySnapshot<K, V>> order) {
        if (weightLimit < 0) {
            throw new IllegalArgumentException(
                    "weightLimit=" + weightLimit + " (expected >= 0): ask for so much weight");
        }
        Map<K, V> result = new LinkedHashMap<>();
        long[] left = {weightLimit};
        ordered(order)
                .takeWhile(entry -> (left[0] -= entry.weight()) >= 0)
                .forEach(entry -> result.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(result);
    }

    private void add(List<EntrySnapshot<K, V>> entries, Stripe stripe, int slot, long now, long takenNanos) {
        V value = engine.unwrap(stripe.table().valueAt(slot));
        if (value != null) {
            entries.add(new EntrySnapshot<>(value, stripe, slot, now, takenNanos));
        }
    }

    private long takenNanos(long now) {
        Aging aging = engine.store.aging();
        return aging == null ? engine.ticker.nanos() : aging.time.tickerNanos(now);
    }
}
