package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Policy;
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
    private final Snapshots<K, V> snapshots;
    private final ExpirationViews<K, V> expiration;

    PolicyView(Engine<K, V> engine, Refreshes<K, V> refreshes) {
        this.engine = engine;
        this.refreshes = refreshes;
        this.snapshots = new Snapshots<>(engine);
        this.expiration = new ExpirationViews<>(engine, refreshes);
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
        return snapshots.of(requireNonNull(key, "key"));
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
        return Optional.ofNullable(expiration.afterAccess());
    }

    @Override
    public Optional<FixedExpiration<K, V>> expireAfterWrite() {
        return Optional.ofNullable(expiration.afterWrite());
    }

    @Override
    public Optional<VarExpiration<K, V>> expireVariably() {
        return Optional.ofNullable(expiration.variable());
    }

    @Override
    public Optional<FixedRefresh<K, V>> refreshAfterWrite() {
        return Optional.ofNullable(expiration.refresh());
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
            return snapshots.first(limit, snapshots.coldestFirst());
        }

        @Override
        public Map<K, V> hottest(int limit) {
            return snapshots.first(limit, snapshots.hottestFirst());
        }

        @Override
        public Map<K, V> coldestWeighted(long weightLimit) {
            return snapshots.within(weightLimit, snapshots.coldestFirst());
        }

        @Override
        public Map<K, V> hottestWeighted(long weightLimit) {
            return snapshots.within(weightLimit, snapshots.hottestFirst());
        }

        @Override
        public <T extends @Nullable Object> T coldest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction").apply(Snapshots.stream(snapshots.coldestFirst()));
        }

        @Override
        public <T extends @Nullable Object> T hottest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction").apply(Snapshots.stream(snapshots.hottestFirst()));
        }
    }
}
