package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cache as a {@link ConcurrentMap}: a view, which holds nothing itself. Iteration is weakly consistent: it shows one
 * stripe after the other, each as it was when the iterator got there.
 */
final class MapView<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
    private final Engine<K, V> engine;
    private final Refreshes<K, V> refreshes;

    MapView(Engine<K, V> engine, Refreshes<K, V> refreshes) {
        this.engine = engine;
        this.refreshes = refreshes;
    }

    @Override
    public int size() {
        return (int) Math.min(Integer.MAX_VALUE, engine.store.entries());
    }

    @Override
    public boolean isEmpty() {
        return engine.store.entries() == 0;
    }

    @Override
    public @Nullable V get(Object key) {
        return engine.getUncounted(requireNonNull(key, "key"));
    }

    @Override
    public V getOrDefault(Object key, V defaultValue) {
        V value = get(key);
        return value == null ? defaultValue : value;
    }

    @Override
    public boolean containsKey(Object key) {
        return engine.peek(requireNonNull(key, "key")) != null;
    }

    @Override
    public boolean containsValue(Object value) {
        requireNonNull(value, "value");
        for (Iterator<Map.Entry<K, V>> entries = new EntryIterator<>(engine); entries.hasNext(); ) {
            if (value.equals(entries.next().getValue())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable V put(K key, V value) {
        requireNonNull(key, "key");
        requireNonNull(value, "value");
        refreshes.discard(key);
        return engine.put(key, value);
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        requireNonNull(key, "key");
        requireNonNull(value, "value");
        return engine.putIfAbsent(key, value);
    }

    @Override
    public @Nullable V remove(Object key) {
        requireNonNull(key, "key");
        refreshes.discard(key);
        return engine.remove(key);
    }

    @Override
    public boolean remove(Object key, @Nullable Object value) {
        requireNonNull(key, "key");
        boolean isRemoved = value != null && engine.exchangeIfEqual(key, value, null);
        if (isRemoved) {
            refreshes.discard(key);
        }
        return isRemoved;
    }

    @Override
    public @Nullable V replace(K key, V value) {
        requireNonNull(key, "key");
        requireNonNull(value, "value");
        refreshes.discard(key);
        return engine.replace(key, value);
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        requireNonNull(key, "key");
        requireNonNull(oldValue, "oldValue");
        requireNonNull(newValue, "newValue");
        boolean isReplaced = engine.exchangeIfEqual(key, oldValue, newValue);
        if (isReplaced) {
            refreshes.discard(key);
        }
        return isReplaced;
    }

    @Override
    public @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> mappingFunction) {
        requireNonNull(key, "key");
        requireNonNull(mappingFunction, "mappingFunction");
        return engine.computeIfAbsent(key, mappingFunction, true);
    }

    @Override
    public @Nullable V computeIfPresent(
            K key, BiFunction<? super K, ? super V, ? extends @Nullable V> remappingFunction) {
        requireNonNull(key, "key");
        requireNonNull(remappingFunction, "remappingFunction");
        refreshes.discard(key);
        return engine.computeIfPresent(key, remappingFunction);
    }

    @Override
    public @Nullable V compute(
            K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> remappingFunction) {
        requireNonNull(key, "key");
        requireNonNull(remappingFunction, "remappingFunction");
        refreshes.discard(key);
        return engine.compute(key, remappingFunction);
    }

    @Override
    public @Nullable V merge(
            K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> remappingFunction) {
        requireNonNull(key, "key");
        requireNonNull(value, "value");
        requireNonNull(remappingFunction, "remappingFunction");
        refreshes.discard(key);
        return engine.merge(key, value, remappingFunction);
    }

    @Override
    public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
        requireNonNull(function, "function");
        forEach((key, value) -> engine.computeIfPresent(
                key, (k, present) -> requireNonNull(function.apply(k, present), "the function returned null")));
    }

    @Override
    public void forEach(BiConsumer<? super K, ? super V> action) {
        requireNonNull(action, "action");
        for (Iterator<Map.Entry<K, V>> entries = new EntryIterator<>(engine); entries.hasNext(); ) {
            Map.Entry<K, V> entry = entries.next();
            action.accept(entry.getKey(), entry.getValue());
        }
    }

    @Override
    public void clear() {
        refreshes.discardAll();
        engine.store.invalidateAll();
    }

    @Override
    public Set<K> keySet() {
        return new Keys();
    }

    @Override
    public Collection<V> values() {
        return new Values();
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new Entries();
    }

    private boolean removeAllThat(Predicate<? super Map.Entry<K, V>> condition) {
        boolean changed = false;
        for (Iterator<Map.Entry<K, V>> entries = new EntryIterator<>(engine); entries.hasNext(); ) {
            Map.Entry<K, V> entry = entries.next();
            if (condition.test(entry)) {
                changed |= engine.exchangeIfSame(entry.getKey(), entry.getValue(), null);
            }
        }
        return changed;
    }

    /** The inherited one would promise as many as the size tells, which counts what expires or goes on the way. */
    private static <T> Spliterator<T> unsized(Iterator<T> iterator, int characteristics) {
        return Spliterators.spliteratorUnknownSize(
                iterator, characteristics | Spliterator.NONNULL | Spliterator.CONCURRENT);
    }

    private final class Keys extends AbstractSet<K> {
        @Override
        public int size() {
            return MapView.this.size();
        }

        @Override
        public void clear() {
            MapView.this.clear();
        }

        @Override
        public boolean contains(Object key) {
            return containsKey(key);
        }

        @Override
        public boolean remove(Object key) {
            return MapView.this.remove(key) != null;
        }

        @Override
        public boolean removeAll(Collection<?> keys) {
            requireNonNull(keys, "keys");
            return removeAllThat(entry -> keys.contains(entry.getKey()));
        }

        @Override
        public boolean retainAll(Collection<?> keys) {
            requireNonNull(keys, "keys");
            return removeAllThat(entry -> !keys.contains(entry.getKey()));
        }

        @Override
        public boolean removeIf(Predicate<? super K> condition) {
            requireNonNull(condition, "condition");
            return removeAllThat(entry -> condition.test(entry.getKey()));
        }

        @Override
        public Iterator<K> iterator() {
            return new MappedIterator<>(new EntryIterator<>(engine), Map.Entry::getKey);
        }

        @Override
        public Spliterator<K> spliterator() {
            return unsized(iterator(), Spliterator.DISTINCT);
        }
    }

    private final class Values extends AbstractCollection<V> {
        @Override
        public int size() {
            return MapView.this.size();
        }

        @Override
        public void clear() {
            MapView.this.clear();
        }

        @Override
        public boolean contains(Object value) {
            return containsValue(value);
        }

        @Override
        public boolean remove(@Nullable Object value) {
            for (Iterator<V> values = iterator(); value != null && values.hasNext(); ) {
                if (value.equals(values.next())) {
                    values.remove();
                    return true;
                }
            }
            return false;
        }

        @Override
        public boolean removeAll(Collection<?> values) {
            requireNonNull(values, "values");
            return removeAllThat(entry -> values.contains(entry.getValue()));
        }

        @Override
        public boolean retainAll(Collection<?> values) {
            requireNonNull(values, "values");
            return removeAllThat(entry -> !values.contains(entry.getValue()));
        }

        @Override
        public boolean removeIf(Predicate<? super V> condition) {
            requireNonNull(condition, "condition");
            return removeAllThat(entry -> condition.test(entry.getValue()));
        }

        @Override
        public Iterator<V> iterator() {
            return new MappedIterator<>(new EntryIterator<>(engine), Map.Entry::getValue);
        }

        @Override
        public Spliterator<V> spliterator() {
            return unsized(iterator(), 0);
        }
    }

    private final class Entries extends AbstractSet<Map.Entry<K, V>> {
        @Override
        public int size() {
            return MapView.this.size();
        }

        @Override
        public void clear() {
            MapView.this.clear();
        }

        @Override
        public boolean contains(Object candidate) {
            return candidate instanceof Map.Entry<?, ?> entry
                    && entry.getKey() != null
                    && entry.getValue() != null
                    && Objects.equals(engine.peek(entry.getKey()), entry.getValue());
        }

        @Override
        public boolean remove(Object candidate) {
            return candidate instanceof Map.Entry<?, ?> entry
                    && entry.getKey() != null
                    && MapView.this.remove(entry.getKey(), entry.getValue());
        }

        @Override
        public boolean removeAll(Collection<?> entries) {
            requireNonNull(entries, "entries");
            return removeAllThat(entries::contains);
        }

        @Override
        public boolean retainAll(Collection<?> entries) {
            requireNonNull(entries, "entries");
            return removeAllThat(entry -> !entries.contains(entry));
        }

        @Override
        public boolean removeIf(Predicate<? super Map.Entry<K, V>> condition) {
            requireNonNull(condition, "condition");
            return removeAllThat(condition);
        }

        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new EntryIterator<>(engine);
        }

        @Override
        public Spliterator<Map.Entry<K, V>> spliterator() {
            return unsized(iterator(), Spliterator.DISTINCT);
        }
    }

    private record MappedIterator<F, T>(Iterator<F> from, Function<F, T> mapping) implements Iterator<T> {
        @Override
        public boolean hasNext() {
            return from.hasNext();
        }

        @Override
        public T next() {
            return mapping.apply(from.next());
        }

        @Override
        public void remove() {
            from.remove();
        }
    }
}
