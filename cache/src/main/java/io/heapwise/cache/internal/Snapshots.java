package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.Policy.CacheEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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

    /** All entries in that order. */
    List<EntrySnapshot<K, V>> sorted(Comparator<EntrySnapshot<K, V>> order) {
        List<EntrySnapshot<K, V>> entries = all(copied -> {});
        entries.sort(order);
        return entries;
    }

    /**
     * All entries. Stripes keep clocks of their own, which advance at their own paces and have done so at others before a
     * split, so ages of different stripes don't compare. But hashes spread alike: each stripe holds a random sample of all
     * entries, so where an entry stands among those of its stripe tells where it stands among all.
     */
    List<EntrySnapshot<K, V>> coldestFirst() {
        List<EntrySnapshot<K, V>> entries = all(Snapshots::rank);
        entries.sort(Comparator.comparingDouble(entry -> entry.rank));
        return entries;
    }

    List<EntrySnapshot<K, V>> hottestFirst() {
        List<EntrySnapshot<K, V>> entries = coldestFirst();
        Collections.reverse(entries);
        return entries;
    }

    private List<EntrySnapshot<K, V>> all(Consumer<List<EntrySnapshot<K, V>>> ofEachStripe) {
        long now = engine.store.now();
        long takenNanos = takenNanos(now);
        List<EntrySnapshot<K, V>> entries = new ArrayList<>();
        engine.store.directory().walkAll(stripe -> {
            int from = entries.size();
            for (int slot = 0, slots = stripe.table().slots(); slot < slots; slot++) {
                if (stripe.table().isOccupied(slot) && !stripe.isOver(slot, now)) {
                    add(entries, stripe, slot, now, takenNanos);
                }
            }
            ofEachStripe.accept(entries.subList(from, entries.size()));
        });
        return entries;
    }

    /** Puts entries of one stripe on a scale from 0, the coldest, to 1; those of the same age at the same place. */
    private static <K, V> void rank(List<EntrySnapshot<K, V>> entries) {
        entries.sort(Comparator.comparingInt((EntrySnapshot<K, V> entry) -> entry.idleInsertions)
                .reversed());
        for (int from = 0; from < entries.size(); ) {
            int to = from + 1;
            while (to < entries.size() && entries.get(to).idleInsertions == entries.get(from).idleInsertions) {
                to++;
            }
            for (int i = from; i < to; i++) {
                entries.get(i).rank = (from + to) / (2.0 * entries.size());
            }
            from = to;
        }
    }

    static <K, V> Stream<CacheEntry<K, V>> stream(List<EntrySnapshot<K, V>> entries) {
        return entries.stream().map(Function.identity());
    }

    /** The first so many of them. */
    Map<K, V> first(int limit, List<EntrySnapshot<K, V>> entries) {
        if (limit < 0) {
            throw new IllegalArgumentException("limit=" + limit + " (expected >= 0): ask for so many entries");
        }
        Map<K, V> result = new LinkedHashMap<>();
        stream(entries).limit(limit).forEach(entry -> result.put(entry.getKey(), entry.getValue()));
        return Collections.unmodifiableMap(result);
    }

    /** The first of them that together weigh no more than that. */
    Map<K, V> within(long weightLimit, List<EntrySnapshot<K, V>> entries) {
        if (weightLimit < 0) {
            throw new IllegalArgumentException(
                    "weightLimit=" + weightLimit + " (expected >= 0): ask for so much weight");
        }
        Map<K, V> result = new LinkedHashMap<>();
        long[] left = {weightLimit};
        stream(entries)
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
