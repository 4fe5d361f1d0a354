package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.Policy.CacheEntry;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How long entries live, as {@link Policy} shows it and lets it be changed. Views: they hold nothing themselves. */
final class ExpirationViews<K, V> {
    private final Engine<K, V> engine;
    private final Refreshes<K, V> refreshes;
    private final Snapshots<K, V> snapshots;

    ExpirationViews(Engine<K, V> engine, Refreshes<K, V> refreshes) {
        this.engine = engine;
        this.refreshes = refreshes;
        this.snapshots = new Snapshots<>(engine);
    }

    private LifeRules rules() {
        Aging aging = engine.store.aging();
        return aging == null ? LifeRules.FOR_EVER : aging.rules();
    }

    Policy.@Nullable FixedExpiration<K, V> afterWrite() {
        return rules().afterWriteNanos() == LifeRules.OFF
                ? null
                : new Fixed(
                        LifeRules::afterWriteNanos,
                        nanos -> rules -> rules.withAfterWrite(nanos),
                        e -> e.writeAgeNanos);
    }

    Policy.@Nullable FixedExpiration<K, V> afterAccess() {
        return rules().afterUseNanos() == LifeRules.OFF
                ? null
                : new Fixed(LifeRules::afterUseNanos, nanos -> rules -> rules.withAfterUse(nanos), e -> e.useAgeNanos);
    }

    Policy.@Nullable VarExpiration<K, V> variable() {
        return rules().isVariable() ? new Variable() : null;
    }

    Policy.@Nullable FixedRefresh<K, V> refresh() {
        return rules().refreshNanos() == LifeRules.OFF ? null : new Refresh();
    }

    private static long checkedNanos(long duration, TimeUnit unit) {
        long nanos = requireNonNull(unit, "unit").toNanos(duration);
        if (nanos < 0) {
            throw new IllegalArgumentException("duration=" + duration + " " + unit + " (expected >= 0): say how long");
        }
        return nanos;
    }

    private static OptionalLong in(TimeUnit unit, long nanos) {
        return OptionalLong.of(unit.convert(nanos, TimeUnit.NANOSECONDS));
    }

    /** Expiry a fixed time after the last write, or the last use. */
    private final class Fixed implements Policy.FixedExpiration<K, V> {
        private final ToLongFunction<LifeRules> duration;
        private final Function<Long, UnaryOperator<LifeRules>> change;
        private final ToLongFunction<EntrySnapshot<K, V>> age;

        Fixed(
                ToLongFunction<LifeRules> duration,
                Function<Long, UnaryOperator<LifeRules>> change,
                ToLongFunction<EntrySnapshot<K, V>> age) {
            this.duration = duration;
            this.change = change;
            this.age = age;
        }

        @Override
        public OptionalLong ageOf(K key, TimeUnit unit) {
            requireNonNull(unit, "unit");
            EntrySnapshot<K, V> entry = snapshots.of(requireNonNull(key, "key"));
            return entry == null ? OptionalLong.empty() : in(unit, age.applyAsLong(entry));
        }

        @Override
        public long getExpiresAfter(TimeUnit unit) {
            return unit.convert(duration.applyAsLong(rules()), TimeUnit.NANOSECONDS);
        }

        @Override
        public void setExpiresAfter(long duration, TimeUnit unit) {
            engine.store.live(change.apply(checkedNanos(duration, unit)));
        }

        private Comparator<EntrySnapshot<K, V>> youngestFirst() {
            return Comparator.comparingLong(age);
        }

        @Override
        public Map<K, V> oldest(int limit) {
            return snapshots.first(limit, snapshots.sorted(youngestFirst().reversed()));
        }

        @Override
        public <T extends @Nullable Object> T oldest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction")
                    .apply(Snapshots.stream(snapshots.sorted(youngestFirst().reversed())));
        }

        @Override
        public Map<K, V> youngest(int limit) {
            return snapshots.first(limit, snapshots.sorted(youngestFirst()));
        }

        @Override
        public <T extends @Nullable Object> T youngest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction")
                    .apply(Snapshots.stream(snapshots.sorted(youngestFirst())));
        }
    }

    /** Expiry of each entry after a time of its own. A duration given here is kept as it is, without jitter. */
    private final class Variable implements Policy.VarExpiration<K, V> {
        @Override
        public OptionalLong getExpiresAfter(K key, TimeUnit unit) {
            requireNonNull(unit, "unit");
            EntrySnapshot<K, V> entry = snapshots.of(requireNonNull(key, "key"));
            return entry == null ? OptionalLong.empty() : in(unit, entry.leftNanos());
        }

        @Override
        public void setExpiresAfter(K key, long duration, TimeUnit unit) {
            engine.store.setOwnLife(requireNonNull(key, "key"), checkedNanos(duration, unit));
        }

        @Override
        public @Nullable V putIfAbsent(K key, V value, long duration, TimeUnit unit) {
            requireNonNull(key, "key");
            requireNonNull(value, "value");
            return engine.putIfAbsent(key, value, checkedNanos(duration, unit));
        }

        @Override
        public @Nullable V put(K key, V value, long duration, TimeUnit unit) {
            requireNonNull(key, "key");
            requireNonNull(value, "value");
            long nanos = checkedNanos(duration, unit);
            refreshes.discard(key);
            return engine.put(key, value, nanos);
        }

        @Override
        @SuppressWarnings("NullAway") // Caffeine declares V, but means null where the function returns it
        public @Nullable V compute(
                K key, BiFunction<? super K, ? super V, ? extends @Nullable V> remappingFunction, Duration duration) {
            requireNonNull(key, "key");
            requireNonNull(remappingFunction, "remappingFunction");
            long nanos = requireNonNull(duration, "duration").isNegative() ? -1 : saturatedNanos(duration);
            refreshes.discard(key);
            return engine.compute(key, remappingFunction, checkedNanos(nanos, TimeUnit.NANOSECONDS));
        }

        private static long saturatedNanos(Duration duration) {
            try {
                return duration.toNanos();
            } catch (ArithmeticException beyond) {
                return Long.MAX_VALUE;
            }
        }

        private Comparator<EntrySnapshot<K, V>> soonestFirst() {
            return Comparator.comparingLong(EntrySnapshot::leftNanos);
        }

        @Override
        public Map<K, V> oldest(int limit) {
            return snapshots.first(limit, snapshots.sorted(soonestFirst()));
        }

        @Override
        public <T extends @Nullable Object> T oldest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction")
                    .apply(Snapshots.stream(snapshots.sorted(soonestFirst())));
        }

        @Override
        public Map<K, V> youngest(int limit) {
            return snapshots.first(limit, snapshots.sorted(soonestFirst().reversed()));
        }

        @Override
        public <T extends @Nullable Object> T youngest(Function<Stream<CacheEntry<K, V>>, T> mappingFunction) {
            return requireNonNull(mappingFunction, "mappingFunction")
                    .apply(Snapshots.stream(snapshots.sorted(soonestFirst().reversed())));
        }
    }

    /** When a new value is asked for. */
    private final class Refresh implements Policy.FixedRefresh<K, V> {
        @Override
        public OptionalLong ageOf(K key, TimeUnit unit) {
            requireNonNull(unit, "unit");
            EntrySnapshot<K, V> entry = snapshots.of(requireNonNull(key, "key"));
            return entry == null ? OptionalLong.empty() : in(unit, entry.refreshAgeNanos);
        }

        @Override
        public long getRefreshesAfter(TimeUnit unit) {
            return unit.convert(rules().refreshNanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void setRefreshesAfter(long duration, TimeUnit unit) {
            long nanos = checkedNanos(duration, unit);
            if (nanos == 0) {
                throw new IllegalArgumentException(
                        "duration=0 " + unit + " (expected > 0): each read would ask for a new value");
            }
            engine.store.live(rules -> rules.withRefresh(nanos));
        }
    }
}
