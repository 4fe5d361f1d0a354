package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Walks over all entries, a copy of one stripe at a time. Invariant: an entry that is there from beginning to end is
 * shown exactly once, however many stripes are split meanwhile. For one thread.
 */
final class EntryIterator<K, V> implements Iterator<Map.Entry<K, V>> {
    private final Engine<K, V> engine;
    private int position;

    /** Keys and values in turn, of the stripe that was copied last. */
    private Object[] copied = {};

    private int next;
    private @Nullable K last;

    EntryIterator(Engine<K, V> engine) {
        this.engine = engine;
    }

    @Override
    public boolean hasNext() {
        while (next == copied.length && position < Directory.WALK_END) {
            Directory directory = engine.store.directory();
            long now = engine.store.now();
            position = directory.walk(position, stripe -> copied = pairsOf(stripe, now));
            next = 0;
        }
        return next < copied.length;
    }

    @Override
    @SuppressWarnings("unchecked") // only a K and a V get into the store
    public Map.Entry<K, V> next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no further entry");
        }
        K key = (K) copied[next++];
        V value = (V) copied[next++];
        last = key;
        return new WriteThroughEntry<>(engine, key, value);
    }

    @Override
    public void remove() {
        if (last == null) {
            throw new IllegalStateException("remove without a next before it (expected one call behind each next)");
        }
        engine.remove(last);
        last = null;
    }

    private static Object[] pairsOf(Stripe stripe, long now) {
        Object[] pairs = new Object[2 * stripe.entries()];
        Table table = stripe.table();
        int filled = 0;
        for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
            if (table.isOccupied(slot) && !stripe.isOver(slot, now)) {
                pairs[filled++] = table.keyAt(slot);
                pairs[filled++] = table.valueAt(slot);
            }
        }
        return filled == pairs.length ? pairs : Arrays.copyOf(pairs, filled);
    }

    /** An entry as it was; setValue writes to the cache. */
    private static final class WriteThroughEntry<K, V> extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1;

        private final transient Engine<K, V> engine;

        WriteThroughEntry(Engine<K, V> engine, K key, V value) {
            super(key, value);
            this.engine = engine;
        }

        @Override
        public V setValue(V value) {
            engine.put(getKey(), requireNonNull(value, "value"));
            return super.setValue(value);
        }
    }
}
