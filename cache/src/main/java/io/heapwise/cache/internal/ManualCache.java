package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Policy;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.heapwise.cache.CacheFootprint;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.memory.HeapGovernor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The cache as its users see it. Invariant: nulls end here, with the name of the parameter; the engine sees none. */
class ManualCache<K, V> implements MemoryAwareCache<K, V> {
    final Engine<K, V> engine;
    final Refreshes<K, V> refreshes;
    private final MapView<K, V> map;
    private final GovernedCache<K, V> governed;

    ManualCache(Blueprint<K, V> blueprint) {
        this(blueprint, new Engine<>(blueprint));
    }

    ManualCache(Blueprint<K, V> blueprint, Engine<K, V> engine) {
        this.engine = engine;
        this.refreshes = new Refreshes<>(engine);
        this.map = new MapView<>(engine, refreshes);
        this.governed = new GovernedCache<>(blueprint, engine);
    }

    @Override
    public @Nullable V getIfPresent(K key) {
        return engine.get(requireNonNull(key, "key"));
    }

    @Override
    @SuppressWarnings("NullAway") // Caffeine declares V, but means null where the function finds nothing
    public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> mappingFunction) {
        requireNonNull(key, "key");
        requireNonNull(mappingFunction, "mappingFunction");
        return engine.computeIfAbsent(key, mappingFunction, true);
    }

    @Override
    public Map<K, V> getAllPresent(Iterable<? extends K> keys) {
        Map<K, V> found = new LinkedHashMap<>();
        int misses = 0;
        for (K key : distinct(keys)) {
            V value = engine.getUncounted(key);
            if (value == null) {
                misses++;
            } else {
                found.put(key, value);
            }
        }
        engine.stats.recordHits(found.size());
        engine.stats.recordMisses(misses);
        return Collections.unmodifiableMap(found);
    }

    @Override
    public Map<K, V> getAll(
            Iterable<? extends K> keys,
            Function<? super Set<? extends K>, ? extends Map<? extends K, ? extends V>> mappingFunction) {
        requireNonNull(mappingFunction, "mappingFunction");
        Set<K> wanted = distinct(keys);
        Map<K, V> present = getAllPresent(wanted);
        if (present.size() == wanted.size()) {
            return present;
        }
        Set<K> missing = new LinkedHashSet<>(wanted);
        missing.removeAll(present.keySet());
        Map<K, V> loaded = new BulkLoad<>(engine, mappingFunction).load(missing);
        Map<K, V> result = new LinkedHashMap<>();
        for (K key : wanted) {
            V value = present.get(key);
            if (value == null) {
                value = loaded.get(key);
            }
            if (value != null) {
                result.put(key, value);
            }
        }
        return Collections.unmodifiableMap(result);
    }

    @Override
    public void put(K key, V value) {
        map.put(key, value);
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> entries) {
        map.putAll(requireNonNull(entries, "map"));
    }

    @Override
    public void invalidate(K key) {
        refreshes.discard(requireNonNull(key, "key"));
        engine.store.invalidate(key);
    }

    @Override
    public void invalidateAll(Iterable<? extends K> keys) {
        for (K key : requireNonNull(keys, "keys")) {
            invalidate(key);
        }
    }

    @Override
    public void invalidateAll() {
        map.clear();
    }

    @Override
    public long estimatedSize() {
        return engine.store.entries();
    }

    @Override
    public CacheStats stats() {
        return engine.stats.snapshot();
    }

    @Override
    public ConcurrentMap<K, V> asMap() {
        return map;
    }

    @Override
    public void cleanUp() {
        engine.store.cleanUp();
    }

    @Override
    public Policy<K, V> policy() {
        return new PolicyView<>(engine, refreshes);
    }

    @Override
    public CacheFootprint footprint() {
        return governed.footprint();
    }

    @Override
    public Optional<HeapGovernor.Decision> lastDecision() {
        return governed.lastDecision();
    }

    @Override
    public void close() {
        governed.close();
        engine.store.close();
    }

    /** Throws unless the invariants hold. Any time; holds up all writers meanwhile. */
    public void checkIntegrity() {
        engine.store.checkIntegrity();
    }

    /** Throws if somebody counts as waiting. Only while no other thread uses the cache. */
    public void checkNobodyWaits() {
        engine.store.checkNobodyWaits();
    }

    static <K> Set<K> distinct(Iterable<? extends K> keys) {
        Set<K> distinct = new LinkedHashSet<>();
        for (K key : requireNonNull(keys, "keys")) {
            distinct.add(requireNonNull(key, "key"));
        }
        return distinct;
    }

    @Override
    public String toString() {
        return "MemoryAwareCache{entries=" + engine.store.entries() + ", total="
                + engine.store.capacity().total() + ", limit="
                + engine.store.capacity().limit() + '}';
    }
}
