package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Policy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a cache does and holds, for inspection and for changing its bound. A view: it holds nothing itself. */
final class PolicyView<K, V> implements Policy<K, V> {
    private final Engine<K, V> engine;
    private final Refreshes<K, V> refreshes;

    PolicyView(Engine<K, V> engine, Refreshes<K, V> refreshes) {
        this.engine = engine;
        this.refreshes = refreshes;
    }

    @Override
    public boolean isRecordingStats() {
        return engine.isRecordingStats;
    }

    @Override
    public @Nullable V getIfPresentQuietly(K key) {
        return engine.peek(requireNonNull(key, "key"));
    }

    @Override
    public @Nullable CacheEntry<K, V> getEntryIfPresentQuietly(K key) {
        V value = engine.peek(requireNonNull(key, "key"));
        int weight = value == null ? -1 : engine.store.weightOf(key);
        return value == null || weight < 0 ? null : new Snapshot<>(key, value, weight, 0, engine.ticker.nanos());
    }

    @Override
    public Map<K, CompletableFuture<V>> refreshes() {
        return refreshes.underWay();
    }

    @Override
    public Optional<Eviction<K, V>> eviction() {
        return Optional.of(new EvictionView());
    }

    @Override
    public Optional<FixedExpiration<K, V>> expireAfterAccess() {
        return Optional.empty();
    }

    @Override
    public Optional<FixedExpiration<K, V>> expireAfterWrite() {
        return Optional.empty();
    }

    @Override
    public Optional<VarExpiration<K, V>> expireVariably() {
        return Optional.empty();
    }

    @Override
    public Optional<FixedRefresh<K, V>> refreshAfterWrite() {
        return Optional.empty();
    }

    private final class EvictionView implements Eviction<K, V> {
        @Override
        public boolean isWeighted() {
            return engine.bound.weigher() != null;
        }

        @Override
        public OptionalInt weightOf(K key) {
            requireNonNull(key, "key");
            int weight = isWeighted() ? engine.store.weightOf(key) : -1;
            return weight < 0 ? OptionalInt.empty() : OptionalInt.of(weight);
        }

        @Override
        public OptionalLong weightedSize() {
            return isWeighted() ? OptionalLong.of(engine.store.capacity().total()) : OptionalLong.empty();
        }

        @Override
        public long getMaximum() {
            return engine.store.capacity().maximum();
        }

        @Override
        public void setMaximum(long maximum) {
            if (maximum < 0) {
                throw new IllegalArgumentException("maximum=" + maximum + " (expected >= 0): 0 keeps nothing");
            }
            engine.store.capacity().setMaximum(maximum);
            engine.store.trim();
        }

        @Override
        public Map<K, V> coldest(int limit) {
            return first(limit, coldestFirst());
        }

        @Override
        public Map<K, V> hottest(int limit) {
            return first(limit, hottestFirst());
        }

        @Override
        public Map<K, V> coldestWeighted(long weightLimit) {
            return within(weightLimit, coldestFirst());
        }

        @Override
        public Map<K, V> hottestWeighted(long weightLimit) {
            return within(weightLimit, hottestFirst());
        }

        @Override
        public <T extends @Nullable Object> T coldest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction").apply(stream(coldestFirst()));
        }

        @Override
        public <T extends @Nullable Object> T hottest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction").apply(stream(hottestFirst()));
        }

        private Map<K, V> first(int limit, List<Snapshot<K, V>> entries) {
            if (limit < 0) {
                throw new IllegalArgumentException("limit=" + limit + " (expected >= 0): ask for so many entries");
            }
            Map<K, V> result = new LinkedHashMap<>();
            stream(entries).limit(limit).forEach(entry -> result.put(entry.getKey(), entry.getValue()));
            return Collections.unmodifiableMap(result);
        }

        private Map<K, V> within(long weightLimit, List<Snapshot<K, V>> entries) {
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

        private List<Snapshot<K, V>> hottestFirst() {
            List<Snapshot<K, V>> entries = coldestFirst();
            Collections.reverse(entries);
            return entries;
        }

        /**
         * A copy of all entries. Stripes keep clocks of their own, which advance at their own paces and have done so at others
         * before a split, so ages of different stripes don't compare. But hashes spread alike: each stripe holds a random
         * sample of all entries, so where an entry stands among those of its stripe tells where it stands among all.
         */
        private List<Snapshot<K, V>> coldestFirst() {
            List<Snapshot<K, V>> entries = new ArrayList<>();
            long now = engine.ticker.nanos();
            engine.store.directory().walkAll(stripe -> {
                int from = entries.size();
                addAll(stripe, now, entries);
                rank(entries.subList(from, entries.size()));
            });
            entries.sort(Comparator.comparingDouble(entry -> entry.rank));
            return entries;
        }

        /** Puts entries of one stripe on a scale from 0, the coldest, to 1; those of the same age at the same place. */
        private void rank(List<Snapshot<K, V>> entries) {
            entries.sort(
                    Comparator.comparingInt((Snapshot<K, V> entry) -> entry.age).reversed());
            for (int from = 0; from < entries.size(); ) {
                int to = from + 1;
                while (to < entries.size() && entries.get(to).age == entries.get(from).age) {
                    to++;
                }
                for (int i = from; i < to; i++) {
                    entries.get(i).rank = (from + to) / (2.0 * entries.size());
                }
                from = to;
            }
        }

        private Stream<CacheEntry<K, V>> stream(List<Snapshot<K, V>> entries) {
            return entries.stream().map(Function.identity());
        }

        @SuppressWarnings("unchecked") // only a K and a V get into the store
        private void addAll(Stripe stripe, long now, List<Snapshot<K, V>> entries) {
            Table table = stripe.table();
            for (int slot = 0, slots = table.slots(); slot < slots; slot++) {
                if (table.isOccupied(slot)) {
                    entries.add(new Snapshot<>(
                            (K) table.keyAt(slot),
                            (V) table.valueAt(slot),
                            table.weightAt(slot),
                            stripe.ageOf(slot),
                            now));
                }
            }
        }
    }

    /** An entry as it was; without expiry, both times lie as far ahead as can be told. */
    private static final class Snapshot<K, V> implements CacheEntry<K, V> {
        private static final long NEVER_NANOS = Long.MAX_VALUE >> 1;

        private final K key;
        private final V value;
        private final int weight;
        private final int age;
        private final long takenNanos;

        /** Where it stands between the coldest and the hottest of its stripe. */
        private double rank;

        Snapshot(K key, V value, int weight, int age, long takenNanos) {
            this.key = key;
            this.value = value;
            this.weight = weight;
            this.age = age;
            this.takenNanos = takenNanos;
        }

        @Override
        public K getKey() {
            return key;
        }

        @Override
        public V getValue() {
            return value;
        }

        @Override
        public V setValue(V changed) {
            throw new UnsupportedOperationException("setValue on a snapshot (expected none): use asMap().put");
        }

        @Override
        public int weight() {
            return weight;
        }

        @Override
        public long expiresAt() {
            return takenNanos + NEVER_NANOS;
        }

        @Override
        public long refreshableAt() {
            return takenNanos + NEVER_NANOS;
        }

        @Override
        public long snapshotAt() {
            return takenNanos;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Map.Entry<?, ?> entry
                    && key.equals(entry.getKey())
                    && value.equals(entry.getValue());
        }

        @Override
        public int hashCode() {
            return key.hashCode() ^ value.hashCode();
        }

        @Override
        public String toString() {
            return key + "=" + value;
        }
    }
}
