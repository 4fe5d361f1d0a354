package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import io.heapwise.memory.Ticker;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A typed {@link Store} that counts: what all views of one cache share. Invariant: every value it hands out as a
 * {@code V} was put as one, since nothing else reaches the store.
 */
class Engine<K, V> {
    final Store store;
    final StatsCounter stats;
    final boolean isRecordingStats;
    final Bound<K, V> bound;
    final Executor executor;
    final Ticker ticker;
    final @Nullable Reports<K, V> reports;

    /** At which the first stripe is split: see {@link Directory}. */
    private static final int SPLIT_ENTRIES = 512;

    Engine(Blueprint<K, V> blueprint) {
        this(blueprint, false);
    }

    /** An engine whose store holds values, or futures of them. */
    Engine(Blueprint<K, V> blueprint, boolean holdsFutures) {
        this.bound = blueprint.bound();
        this.executor = blueprint.executor() == null ? ForkJoinPool.commonPool() : blueprint.executor();
        this.ticker = blueprint.ticker() == null ? Ticker.system() : blueprint.ticker();
        Supplier<? extends StatsCounter> supplier = blueprint.stats();
        this.isRecordingStats = supplier != null;
        this.stats = supplier == null
                ? StatsCounter.disabledStatsCounter()
                : StatsCounter.guardedStatsCounter(supplier.get());
        boolean isObserved =
                isRecordingStats || blueprint.removalListener() != null || blueprint.evictionListener() != null;
        this.reports = isObserved ? new Reports<>(blueprint, stats, executor, holdsFutures) : null;
        Aging aging = aging(blueprint, holdsFutures);
        Store.Weighing weighing =
                holdsFutures ? weighingOfFutures(bound) : bound.weigher() == null ? null : weighing(bound);
        Rehearsal.of(weighing != null, blueprint.policy(), aging != null);
        this.store = new Store(
                new Capacity(bound.maximum()),
                (int) Math.min(blueprint.initialCapacity(), Math.max(bound.maximum(), 0)),
                SPLIT_ENTRIES,
                blueprint.policy(),
                weighing,
                executor,
                reports,
                aging);
    }

    /** The store of another engine, seen as what it really holds. */
    @SuppressWarnings("unchecked")
    Engine(Engine<K, ?> other) {
        this.bound = (Bound<K, V>) other.bound;
        this.executor = other.executor;
        this.ticker = other.ticker;
        this.isRecordingStats = other.isRecordingStats;
        this.stats = other.stats;
        this.reports = null;
        this.store = other.store;
    }

    private static <K, V> @Nullable Aging aging(Blueprint<K, V> blueprint, boolean holdsFutures) {
        LifeRules rules = blueprint.lifespan().rules();
        if (rules.kinds() == 0) {
            return null;
        }
        Aging.OwnLife ownLife = blueprint.lifespan().ownLife(holdsFutures);
        long shortestNanos = ownLife == null ? rules.shortestNanos() : 0;
        return new Aging(
                new Timekeeper(blueprint.ticker(), shortestNanos),
                rules,
                ownLife,
                holdsFutures ? stored -> Futures.ready(stored) == null : null);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /** The value, counted as a use; hits and misses are counted too. */
    @Nullable V get(Object key) {
        V value = unwrap(store.get(key));
        if (isRecordingStats) {
            if (value == null) {
                stats.recordMisses(1);
            } else {
                stats.recordHits(1);
            }
        }
        return value;
    }

    /** The value, counted as a use of the entry but not as a hit. */
    @Nullable V getUncounted(Object key) {
        return unwrap(store.get(key));
    }

    /** The value, leaving no trace. */
    @Nullable V peek(Object key) {
        return unwrap(store.peek(key));
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Nullable V put(K key, V value) {
        return put(key, value, Deadlines.BY_RULES);
    }

    /** Puts a value that lives so long; see {@link Deadlines}. */
    @Nullable V put(K key, V value, long ownNanos) {
        return cast(store.exchange(key, Store.Expect.ANYTHING, value, ownNanos));
    }

    @Nullable V putIfAbsent(K key, V value) {
        return putIfAbsent(key, value, Deadlines.BY_RULES);
    }

    @Nullable V putIfAbsent(K key, V value, long ownNanos) {
        // Most callers find the key present: look before the lock.
        V present = getUncounted(key);
        return present != null ? present : cast(store.exchange(key, Store.Expect.ABSENT, value, ownNanos));
    }

    @Nullable V replace(K key, V value) {
        return cast(store.exchange(key, Store.Expect.PRESENT, value));
    }

    /** Replaces or (null) removes the value if it equals {@code expected}. The comparison runs outside all locks. */
    boolean exchangeIfEqual(Object key, Object expected, @Nullable V replacement) {
        while (true) {
            Object present = store.peek(key);
            if (present == null || !expected.equals(present)) {
                return false;
            }
            if (store.exchange(key, present, replacement) == present) {
                return true;
            }
        }
    }

    /** Replaces or (null) removes the value if it is this very object, or if null is given, if there is none. */
    boolean exchangeIfSame(Object key, @Nullable Object expected, @Nullable V replacement) {
        return store.exchange(key, expected == null ? Store.Expect.ABSENT : expected, replacement) == expected;
    }

    @Nullable V remove(Object key) {
        return unwrap(store.exchange(key, Store.Expect.ANYTHING, null));
    }

    /**
     * The value, computed if absent; hit or miss and the load are counted.
     *
     * @param isShared whether waiting callers with the same function share its outcome
     */
    @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function, boolean isShared) {
        V present = getUncounted(key);
        if (present != null) {
            if (isRecordingStats) {
                stats.recordHits(1);
            }
            return present;
        }
        Object shared = isShared ? function : null;
        return isRecordingStats
                ? computeCounted(key, function, shared)
                : cast(store.computations.compute(key, Store.Expect.ABSENT, (k, none) -> function.apply(key), shared));
    }

    private @Nullable V computeCounted(
            K key, Function<? super K, ? extends @Nullable V> function, @Nullable Object shared) {
        boolean[] ran = {false};
        V result = cast(store.computations.compute(
                key,
                Store.Expect.ABSENT,
                (k, none) -> {
                    ran[0] = true;
                    stats.recordMisses(1);
                    return timed(() -> function.apply(key));
                },
                shared));
        if (!ran[0]) {
            if (result == null) {
                stats.recordMisses(1);
            } else {
                stats.recordHits(1);
            }
        }
        return result;
    }

    @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
        if (peek(key) == null) {
            return null;
        }
        return cast(store.computations.compute(
                key, Store.Expect.PRESENT, (k, present) -> timed(() -> function.apply(key, present(present))), null));
    }

    @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
        return compute(key, function, Deadlines.BY_RULES);
    }

    @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function, long ownNanos) {
        return cast(store.computations.compute(
                key,
                Store.Expect.ANYTHING,
                (k, present) -> timed(() -> function.apply(key, cast(present))),
                null,
                ownNanos));
    }

    @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
        return cast(store.computations.compute(
                key,
                Store.Expect.ANYTHING,
                (k, present) -> present == null ? value : timed(() -> function.apply(present(present), value)),
                null));
    }

    // ---- bookkeeping -----------------------------------------------------------------------------------------------

    /** Runs a load, counting how long it took and whether it brought something. */
    <T> @Nullable T timed(Supplier<? extends @Nullable T> load) {
        if (!isRecordingStats) {
            return load.get();
        }
        long start = ticker.nanos();
        T result = null;
        try {
            result = load.get();
        } finally {
            countLoad(start, result != null);
        }
        return result;
    }

    void countLoad(long startNanos, boolean isSuccess) {
        if (isRecordingStats) {
            long nanos = ticker.nanos() - startNanos;
            if (isSuccess) {
                stats.recordLoadSuccess(nanos);
            } else {
                stats.recordLoadFailure(nanos);
            }
        }
    }

    /** Tells listeners of a value that was made for the cache but did not get in. */
    void reportUnkept(K key, V value, RemovalCause cause) {
        if (reports != null) {
            reports.accept(new Departure(key, wrap(value), 0, cause, null));
        }
    }

    @SuppressWarnings("unchecked")
    private static <K, V> Store.Weighing weighing(Bound<K, V> bound) {
        return (key, value) -> bound.weigher() == null ? 1 : bound.weigher().weigh((K) key, (V) value);
    }

    /** The value of what the store holds; null where there is none yet. */
    @Nullable V unwrap(@Nullable Object stored) {
        return cast(stored);
    }

    /** What the store holds for a value. */
    Object wrap(V value) {
        return value;
    }

    @SuppressWarnings("unchecked") // a future that has no value weighs nothing, and is not evicted
    private static <K, V> Store.Weighing weighingOfFutures(Bound<K, V> bound) {
        return (key, stored) -> {
            V value = Futures.ready(stored);
            return value == null
                    ? 0
                    : bound.weigher() == null ? 1 : bound.weigher().weigh((K) key, value);
        };
    }

    @SuppressWarnings("unchecked") // only a V gets into the store
    @Nullable V cast(@Nullable Object value) {
        return (V) value;
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <V> V present(@Nullable Object value) {
        return (V) requireNonNull(value);
    }
}
