package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import com.github.benmanes.caffeine.cache.stats.ConcurrentStatsCounter;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import io.heapwise.cache.internal.Blueprint;
import io.heapwise.cache.internal.Bound;
import io.heapwise.cache.internal.Caches;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.Ticker;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link MemoryAwareCache}. Each setting may be made once; a bad value is refused at the call, a bad
 * combination by {@code build}. Not for use by several threads at once.
 *
 * <p>At most one bound may be set: {@link #maximumSize}, {@link #maximumWeight} or {@link #maximumHeapShare}. Without
 * any the cache may hold a quarter of the heap; it is never unbounded by accident.
 *
 * @param <K> keys
 * @param <V> values
 * @since 0.1.0
 */
public final class MemoryAwareCacheBuilder<K, V> {
    private static final double DEFAULT_HEAP_SHARE = 0.25;

    private @Nullable Long maximumSize;
    private @Nullable Long maximumWeight;
    private @Nullable Double maximumHeapShare;
    private @Nullable Weigher<? super K, ? super V> weigher;
    private @Nullable EntrySizer<? super K, ? super V> sizer;
    private @Nullable Integer initialCapacity;
    private @Nullable Executor executor;
    private @Nullable Ticker ticker;
    private @Nullable EvictionPolicy evictionPolicy;
    private @Nullable Supplier<? extends StatsCounter> stats;
    private @Nullable RemovalListener<? super K, ? super V> removalListener;
    private @Nullable RemovalListener<? super K, ? super V> evictionListener;
    private @Nullable String name;
    private @Nullable HeapGovernor governor;

    MemoryAwareCacheBuilder() {}

    /**
     * Bounds the number of entries. 0 makes a cache that keeps nothing.
     *
     * @param entries at least 0
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> maximumSize(long entries) {
        requireUnset(maximumSize, "maximumSize");
        maximumSize = requireNotNegative(entries, "maximumSize");
        return this;
    }

    /**
     * Bounds the sum of the weights, as a {@link #weigher} tells them. An entry heavier than that is not kept; one that
     * weighs 0 is never evicted.
     *
     * @param weight at least 0, in whatever unit the weigher uses
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> maximumWeight(long weight) {
        requireUnset(maximumWeight, "maximumWeight");
        maximumWeight = requireNotNegative(weight, "maximumWeight");
        return this;
    }

    /**
     * Bounds the bytes of keys, values and the cache's own tables by a share of the largest heap the JVM may use. What an
     * entry costs is what the {@link #sizer} says.
     *
     * <p><b>Calibration.</b> A sizer can be wrong: about what entries share, or about what it cannot see. When the cache
     * grows or shrinks between collections of the whole heap, the live set should do so by as many bytes. Where at least
     * five such changes agree on another factor, from 0.5 to 3, the cache may hold that factor less, or more, in
     * accounted bytes, so that the share holds in true ones; {@link io.heapwise.cache.CacheFootprint#calibration()} tells
     * it. What an entry weighs, and what {@code policy()} tells as maximum, stay as they are, for a sizer of yours too.
     * Where the changes do not agree because other things move the heap, or there are no collections of the whole heap,
     * the factor is 1. The evidence comes through the {@link #governor}.
     *
     * @param share above 0, at most 1
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> maximumHeapShare(double share) {
        requireUnset(maximumHeapShare, "maximumHeapShare");
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "maximumHeapShare=" + share + " (expected > 0 and <= 1): 0.25 is a quarter of the heap");
        }
        maximumHeapShare = share;
        return this;
    }

    /**
     * Tells the weight of an entry, once when it is put. Called outside all locks. What it throws goes to the caller of
     * the write, which then has no effect; a negative weight is refused in the same way.
     *
     * @param weigher goes with {@link #maximumWeight}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> weigher(Weigher<? super K, ? super V> weigher) {
        requireUnset(this.weigher, "weigher");
        this.weigher = requireNonNull(weigher, "weigher");
        return this;
    }

    /**
     * Tells the bytes of an entry, once when it is put; by default {@link EntrySizer#standard()}. What it says is never
     * changed; a calibration moves the budget alone: see {@link #maximumHeapShare}. In a cache that is not
     * bounded by bytes it serves {@link MemoryAwareCache#footprint()} alone.
     *
     * @param sizer called outside all locks
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> sizer(EntrySizer<? super K, ? super V> sizer) {
        requireUnset(this.sizer, "sizer");
        this.sizer = requireNonNull(sizer, "sizer");
        return this;
    }

    /**
     * Makes room for that many entries at once, so that tables need not grow on the way.
     *
     * @param entries at least 0
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> initialCapacity(int entries) {
        requireUnset(initialCapacity, "initialCapacity");
        initialCapacity = (int) requireNotNegative(entries, "initialCapacity");
        return this;
    }

    /**
     * Runs removal listeners, refreshes and the slices of a large eviction; by default the common pool.
     *
     * @param executor may run tasks on the calling thread ({@code Runnable::run}); one that refuses a task is not asked
     *     again for that task: it then runs on the calling thread
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> executor(Executor executor) {
        requireUnset(this.executor, "executor");
        this.executor = requireNonNull(executor, "executor");
        return this;
    }

    /**
     * Where time comes from; today it times loads, when statistics are recorded.
     *
     * @param ticker by default {@link Ticker#system()}; Caffeine's ticker fits as {@code ticker::read}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> ticker(Ticker ticker) {
        requireUnset(this.ticker, "ticker");
        this.ticker = requireNonNull(ticker, "ticker");
        return this;
    }

    /**
     * Which entry leaves when the cache is full.
     *
     * @param policy by default {@link EvictionPolicy#LRU}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> evictionPolicy(EvictionPolicy policy) {
        requireUnset(evictionPolicy, "evictionPolicy");
        evictionPolicy = requireNonNull(policy, "policy");
        return this;
    }

    /**
     * Counts hits, misses, loads and evictions.
     *
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> recordStats() {
        return recordStats(ConcurrentStatsCounter::new);
    }

    /**
     * Counts with a counter of yours. What it throws is logged and goes no further.
     *
     * @param supplier called once, by {@code build}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> recordStats(Supplier<? extends StatsCounter> supplier) {
        requireUnset(stats, "recordStats");
        stats = requireNonNull(supplier, "supplier");
        return this;
    }

    /**
     * Is told of every entry that left, for whatever cause, on the {@link #executor}. What it throws is logged.
     *
     * @param listener called outside all locks, soon after the entry left; without a promise of order
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> removalListener(RemovalListener<? super K, ? super V> listener) {
        requireUnset(removalListener, "removalListener");
        removalListener = requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Is told of every entry that was evicted, on the thread that evicted it, before its write returns. What it throws is
     * logged. Other than Caffeine's it is not part of the atomic operation: it runs outside all locks.
     *
     * @param listener should be short
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> evictionListener(RemovalListener<? super K, ? super V> listener) {
        requireUnset(evictionListener, "evictionListener");
        evictionListener = requireNonNull(listener, "listener");
        return this;
    }

    /**
     * The name under which the governor reports the cache.
     *
     * @param name by default "cache"
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> name(String name) {
        requireUnset(this.name, "name");
        this.name = requireNonNull(name, "name");
        return this;
    }

    /**
     * Who watches the heap for this cache.
     *
     * @param governor by default {@link HeapGovernor#ofJvm()}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> governor(HeapGovernor governor) {
        requireUnset(this.governor, "governor");
        this.governor = requireNonNull(governor, "governor");
        return this;
    }

    /**
     * A cache that its users fill.
     *
     * @return a new cache, a member of the governor
     * @throws IllegalStateException when settings contradict each other
     */
    public MemoryAwareCache<K, V> build() {
        return Caches.manual(blueprint());
    }

    /**
     * A cache that fills itself.
     *
     * @param loader called outside all locks, at most once at a time for a key
     * @return a new cache, a member of the governor
     * @throws IllegalStateException when settings contradict each other
     */
    public MemoryAwareLoadingCache<K, V> build(CacheLoader<? super K, V> loader) {
        requireNonNull(loader, "loader");
        return Caches.loading(blueprint(), loader);
    }

    private Blueprint<K, V> blueprint() {
        EntrySizer<? super K, ? super V> sizer = this.sizer == null ? EntrySizer.standard() : this.sizer;
        return new Blueprint<>(
                bound(sizer),
                sizer,
                initialCapacity == null ? 0 : initialCapacity,
                evictionPolicy == null ? EvictionPolicy.LRU : evictionPolicy,
                executor,
                ticker == null ? Ticker.system() : ticker,
                stats,
                removalListener,
                evictionListener,
                name == null ? "cache" : name,
                governor);
    }

    private Bound<K, V> bound(EntrySizer<? super K, ? super V> sizer) {
        int bounds =
                (maximumSize == null ? 0 : 1) + (maximumWeight == null ? 0 : 1) + (maximumHeapShare == null ? 0 : 1);
        if (bounds > 1) {
            throw new IllegalStateException("maximumSize=" + maximumSize + ", maximumWeight=" + maximumWeight
                    + ", maximumHeapShare=" + maximumHeapShare + " (expected one of them): drop all but one");
        }
        if ((maximumWeight == null) != (weigher == null)) {
            throw new IllegalStateException("maximumWeight=" + maximumWeight + ", weigher=" + weigher
                    + " (expected both or neither): set the other too, or drop this one");
        }
        if (maximumSize != null) {
            return Bound.ofEntries(maximumSize);
        }
        if (maximumWeight != null && weigher != null) {
            return Bound.ofWeight(maximumWeight, weigher);
        }
        return Bound.ofHeapShare(maximumHeapShare == null ? DEFAULT_HEAP_SHARE : maximumHeapShare, sizer);
    }

    private static void requireUnset(@Nullable Object setting, String name) {
        if (setting != null) {
            throw new IllegalStateException(name + "=" + setting + " was set already (expected once): drop one call");
        }
    }

    private static long requireNotNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + "=" + value + " (expected >= 0): 0 keeps nothing");
        }
        return value;
    }
}
