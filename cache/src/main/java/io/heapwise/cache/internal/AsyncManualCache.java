package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import io.heapwise.cache.MemoryAwareAsyncCache;
import io.heapwise.cache.MemoryAwareCache;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A cache of futures as its users see it. Invariant: of one key at most one future is under way that the cache asked for. */
class AsyncManualCache<K, V> implements MemoryAwareAsyncCache<K, V> {
    final FutureEngine<K, V> engine;
    private final MapView<K, CompletableFuture<V>> map;
    private final ManualCache<K, V> synchronous;

    AsyncManualCache(Blueprint<K, V> blueprint) {
        this.engine = new FutureEngine<>(blueprint);
        Engine<K, CompletableFuture<V>> futures = new Engine<>(engine);
        this.map = new MapView<>(futures, new Refreshes<>(futures));
        this.synchronous = view(blueprint);
    }

    /** The view by values; called once, when the engine is there. */
    ManualCache<K, V> view(Blueprint<K, V> blueprint) {
        return new SyncView<>(blueprint, this);
    }

    @Override
    public @Nullable CompletableFuture<V> getIfPresent(K key) {
        CompletableFuture<V> present = engine.futureOrNull(engine.store.get(requireNonNull(key, "key")));
        countFound(present);
        return present;
    }

    private void countFound(@Nullable Object present) {
        if (present == null) {
            engine.stats.recordMisses(1);
        } else {
            engine.stats.recordHits(1);
        }
    }

    @Override
    public CompletableFuture<V> get(K key, Function<? super K, ? extends V> mappingFunction) {
        requireNonNull(mappingFunction, "mappingFunction");
        return get(key, (k, executor) -> CompletableFuture.supplyAsync(() -> mappingFunction.apply(key), executor));
    }

    @Override
    // A future of a kind of V is only read; the store is where it goes.
    @SuppressWarnings({"unchecked", "FutureReturnValueIgnored"})
    public CompletableFuture<V> get(
            K key, BiFunction<? super K, ? super Executor, ? extends CompletableFuture<? extends V>> mappingFunction) {
        requireNonNull(key, "key");
        requireNonNull(mappingFunction, "mappingFunction");
        CompletableFuture<V> present = engine.futureOrNull(engine.store.get(key));
        if (present != null) {
            engine.stats.recordHits(1);
            return present;
        }
        long start = engine.ticker.nanos();
        boolean[] ran = {false};
        boolean isReturned = false;
        try {
            CompletableFuture<V> future = (CompletableFuture<V>) requireNonNull(engine.store.computations.compute(
                    key,
                    Store.Expect.ABSENT,
                    (k, none) -> {
                        ran[0] = true;
                        return requireNonNull(
                                mappingFunction.apply(key, engine.executor), "the mapping function returned no future");
                    },
                    null));
            isReturned = true;
            countFound(ran[0] ? null : future);
            if (ran[0] && Futures.ready(future) != null) {
                engine.countLoad(start, true); // all others are counted when they are complete
            }
            return future;
        } finally {
            if (!isReturned && ran[0]) {
                engine.stats.recordMisses(1);
                engine.countLoad(start, false);
            }
        }
    }

    @Override
    public CompletableFuture<Map<K, V>> getAll(
            Iterable<? extends K> keys,
            Function<? super Set<? extends K>, ? extends Map<? extends K, ? extends V>> mappingFunction) {
        requireNonNull(mappingFunction, "mappingFunction");
        return getAll(
                keys,
                (missing, executor) -> CompletableFuture.supplyAsync(() -> mappingFunction.apply(missing), executor));
    }

    @Override
    public CompletableFuture<Map<K, V>> getAll(
            Iterable<? extends K> keys,
            BiFunction<
                            ? super Set<? extends K>,
                            ? super Executor,
                            ? extends CompletableFuture<? extends Map<? extends K, ? extends V>>>
                    mappingFunction) {
        requireNonNull(mappingFunction, "mappingFunction");
        return getAll(keys, mappingFunction, null);
    }

    /** Loads those that are not there; {@code owner} is the thread on which that is done, if it is the caller. */
    CompletableFuture<Map<K, V>> getAll(
            Iterable<? extends K> keys,
            BiFunction<
                            ? super Set<? extends K>,
                            ? super Executor,
                            ? extends CompletableFuture<? extends Map<? extends K, ? extends V>>>
                    function,
            @Nullable Thread owner) {
        Map<K, CompletableFuture<V>> all = new LinkedHashMap<>();
        Map<K, CompletableFuture<V>> own = new LinkedHashMap<>();
        for (K key : ManualCache.distinct(keys)) {
            CompletableFuture<V> future = engine.futureOrNull(engine.store.get(key));
            if (future == null) {
                Futures.Own<V> claim = new Futures.Own<>(owner, false);
                future = engine.futureOrNull(engine.store.exchange(key, Store.Expect.ABSENT, claim));
                if (future == null) {
                    future = claim;
                    own.put(key, claim);
                }
            }
            all.put(key, future);
        }
        engine.stats.recordHits(all.size() - own.size());
        engine.stats.recordMisses(own.size());
        if (!own.isEmpty()) {
            load(own, function);
        }
        return Futures.allOf(all);
    }

    private void load(
            Map<K, CompletableFuture<V>> own,
            BiFunction<
                            ? super Set<? extends K>,
                            ? super Executor,
                            ? extends CompletableFuture<? extends Map<? extends K, ? extends V>>>
                    function) {
        long start = engine.ticker.nanos();
        try {
            Set<K> missing = Collections.unmodifiableSet(new LinkedHashSet<>(own.keySet()));
            var unused = requireNonNull(
                            function.apply(missing, engine.executor), "the mapping function returned no future")
                    .whenComplete((loaded, failure) -> land(own, loaded, failure, start));
        } catch (Throwable thrown) {
            land(own, null, thrown, start);
            throw thrown;
        }
    }

    @SuppressWarnings("NullAway") // a future carries null when there is no value
    private void land(
            Map<K, CompletableFuture<V>> own,
            @Nullable Map<? extends K, ? extends V> loaded,
            @Nullable Throwable failure,
            long start) {
        engine.countLoad(start, loaded != null && !loaded.isEmpty());
        Map<K, V> values = new LinkedHashMap<>();
        Throwable reason = failure;
        if (reason == null) {
            try {
                requireNonNull(loaded, "the bulk load returned null")
                        .forEach((key, value) -> values.put(
                                requireNonNull(key, "a loaded key"), requireNonNull(value, "a loaded value")));
            } catch (RuntimeException bad) {
                reason = bad;
            }
        }
        for (Map.Entry<K, CompletableFuture<V>> claim : own.entrySet()) {
            V value = values.remove(claim.getKey());
            if (reason == null) {
                claim.getValue().complete(value);
            } else {
                claim.getValue().completeExceptionally(reason);
            }
        }
        if (reason == null) {
            values.forEach(engine::put);
        }
    }

    @Override
    public void put(K key, CompletableFuture<? extends V> valueFuture) {
        requireNonNull(key, "key");
        requireNonNull(valueFuture, "valueFuture");
        synchronous.refreshes.discard(key);
        engine.store.exchange(key, Store.Expect.ANYTHING, valueFuture);
    }

    @Override
    public ConcurrentMap<K, CompletableFuture<V>> asMap() {
        return map;
    }

    @Override
    public MemoryAwareCache<K, V> synchronous() {
        return synchronous;
    }
}
