package io.heapwise.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.cache.CacheBuilder;
import io.heapwise.cache.EvictionPolicy;
import io.heapwise.cache.MemoryAwareCache;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;
import org.cache2k.Cache2kBuilder;

/**
 * The one place where contestants are configured. Invariant: each is set up as its own documentation advises for a
 * bounded cache without expiry, and all of them count no statistics (cache2k has to be told, the others start so).
 */
final class Contestants {

    /** Those that bound themselves by entries and by weight. */
    static final List<String> CACHES = List.of("heapwise", "caffeine", "guava", "cache2k");

    private Contestants() {}

    /** A cache of at most {@code maximumEntries}; {@code jdk} is a {@link ConcurrentHashMap} and has no bound. */
    static <K, V> Subject<K, V> bounded(String contestant, long maximumEntries, Class<K> keys, Class<V> values) {
        return switch (contestant) {
            case "heapwise" ->
                Subjects.of(MemoryAwareCache.<K, V>builder()
                        .maximumSize(maximumEntries)
                        .build());
            case "heapwiseAdaptive" ->
                Subjects.of(MemoryAwareCache.<K, V>builder()
                        .maximumSize(maximumEntries)
                        .evictionPolicy(EvictionPolicy.ADAPTIVE)
                        .build());
            case "caffeine" ->
                Subjects.of(Caffeine.newBuilder().maximumSize(maximumEntries).build());
            case "guava" ->
                Subjects.of(
                        CacheBuilder.newBuilder().maximumSize(maximumEntries).build());
            case "cache2k" ->
                Subjects.of(Cache2kBuilder.of(keys, values)
                        .entryCapacity(maximumEntries)
                        .eternal(true)
                        .disableStatistics(true)
                        .build());
            case "naive" -> Subjects.of(new NaiveCache<>(maximumEntries, 70));
            case "jdk" -> Subjects.of(new ConcurrentHashMap<>());
            default ->
                throw new IllegalArgumentException("contestant=" + contestant
                        + " (expected one of heapwise, heapwiseAdaptive, caffeine, guava, cache2k, naive, jdk):"
                        + " name the benchmark method after its contestant");
        };
    }

    /** A cache bounded by the sum of what {@code weigher} says of the keys. */
    static <K, V> Subject<K, V> weighted(
            String contestant, long maximumWeight, ToIntFunction<K> weigher, Class<K> keys, Class<V> values) {
        return switch (contestant) {
            case "heapwise" ->
                Subjects.of(MemoryAwareCache.<K, V>builder()
                        .maximumWeight(maximumWeight)
                        .weigher((key, value) -> weigher.applyAsInt(key))
                        .build());
            case "caffeine" ->
                Subjects.of(Caffeine.newBuilder()
                        .maximumWeight(maximumWeight)
                        .weigher((K key, V value) -> weigher.applyAsInt(key))
                        .build());
            case "guava" ->
                Subjects.of(CacheBuilder.newBuilder()
                        .maximumWeight(maximumWeight)
                        .weigher((K key, V value) -> weigher.applyAsInt(key))
                        .build());
            case "cache2k" ->
                Subjects.of(Cache2kBuilder.of(keys, values)
                        .weigher((key, value) -> weigher.applyAsInt(key))
                        .maximumWeight(maximumWeight)
                        .eternal(true)
                        .disableStatistics(true)
                        .build());
            default ->
                throw new IllegalArgumentException("contestant=" + contestant + " (expected one of " + CACHES
                        + "): only these bound themselves by weight");
        };
    }

    /** The JDK's own LRU: a {@link LinkedHashMap} in access order that drops its eldest entry. */
    static <K, V> Subject<K, V> linkedHashMap(long maximumEntries) {
        return Subjects.of(new LruMap<>(maximumEntries));
    }

    /** Caffeine with its maintenance on the calling thread, so that a replay always ends the same way. */
    static <K, V> Subject<K, V> sameThreadCaffeine(long maximumEntries) {
        Executor callingThread = Runnable::run;
        return Subjects.of(Caffeine.newBuilder()
                .maximumSize(maximumEntries)
                .executor(callingThread)
                .build());
    }

    /** All contestants that a footprint is taken of. */
    static List<String> withJdk() {
        List<String> all = new ArrayList<>(CACHES);
        all.add("jdk");
        return all;
    }

    @SuppressWarnings("serial")
    private static final class LruMap<K, V> extends LinkedHashMap<K, V> {
        private final long maximumEntries;

        LruMap(long maximumEntries) {
            super(16, 0.75f, true);
            this.maximumEntries = maximumEntries;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > maximumEntries;
        }
    }
}
