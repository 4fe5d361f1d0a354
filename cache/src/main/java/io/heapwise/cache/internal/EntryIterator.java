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
    private Map.@Nullable Entry<K, V> upcoming;
    private @Nullable K last;

    EntryIterator(Engine<K, V> engine) {
        this.engine = engine;
    }

    @Override
    public boolean hasNext() {
        while (upcoming == null) {
            if (next < copied.length) {
                advance();
            } else if (position < Directory.WALK_END) {
                long now = engine.store.now();
                position = engine.store.directory().walk(position, stripe -> copied = pairsOf(stripe, now));
                next = 0;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Takes the next that was copied, unless its value is still to come. */
    @SuppressWarnings("unchecked") // only a K gets into the store
    private void advance() {
        K key = (K) copied[next];
        V value = engine.unwrap(copied[next + 1]);
        next += 2;
        upcoming = value == null ? null : new WriteThroughEntry<>(engine, key, value);
    }

    @Override
    public Map.Entry<K, V> next() {
        Map.Entry<K, V> entry = hasNext() ? upcoming : null;
        if (entry == null) {
            throw new NoSuchElementException("no further entry");
        }
        upcoming = null;
        last = entry.getKey();
        return entry;
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
