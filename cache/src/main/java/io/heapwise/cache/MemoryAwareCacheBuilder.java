package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.Weigher;
import com.github.benmanes.caffeine.cache.stats.ConcurrentStatsCounter;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import io.heapwise.cache.internal.Blueprint;
import io.heapwise.cache.internal.Bound;
import io.heapwise.cache.internal.Caches;
import io.heapwise.cache.internal.Lifespan;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.Ticker;
import java.time.Duration;
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
    private @Nullable Long expireAfterWriteNanos;
    private @Nullable Long expireAfterAccessNanos;
    private @Nullable Expiry<? super K, ? super V> expiry;
    private @Nullable Long refreshAfterWriteNanos;
    private @Nullable Double expiryJitter;
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
     * Runs removal listeners, refreshes, the removal of what has expired, and the slices of a large eviction; by default the common pool.
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
     * Where time comes from: for expiry, and to time loads when statistics are recorded.
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
     * Lets entries expire so long after they were written: put, replaced, loaded or computed. What has expired is absent to
     * every call at once, and leaves by itself, with the cause {@code EXPIRED}, within an eighth of the duration (10 ms at
     * least, 10 s at most) on the {@link #executor}. Takes four bytes an entry.
     *
     * <p>No entry expires early. It is served late by less than 0.1 ms, or a thousandth of a duration of 20 s and more, which is
     * timed by a coarse clock unless a {@link #ticker} was given. Where that ticker goes back, entries live the longer for it;
     * where it leaps ahead, all expire that would have by then. A duration of more than 73 years is taken for 73.
     *
     * @param duration not negative; 0 keeps nothing. Shortened by the {@link #expiryJitter}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> expireAfterWrite(Duration duration) {
        requireUnset(expireAfterWriteNanos, "expireAfterWrite");
        expireAfterWriteNanos = nanosOf(duration, "expireAfterWrite", 0);
        return this;
    }

    /**
     * Lets entries expire so long after they were last read or written; whatever reads a value through {@code get},
     * {@code getIfPresent} or the map counts, {@code containsKey}, iteration and {@code policy()} do not. As
     * {@link #expireAfterWrite} otherwise, and served late by up to a 1024th of the duration: a hit writes only when it moves
     * the deadline by as much.
     *
     * @param duration not negative; 0 keeps nothing
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> expireAfterAccess(Duration duration) {
        requireUnset(expireAfterAccessNanos, "expireAfterAccess");
        expireAfterAccessNanos = nanosOf(duration, "expireAfterAccess", 0);
        return this;
    }

    /**
     * Lets each entry live as long as this says, in nanoseconds from the call on; {@link Long#MAX_VALUE} means for ever. Called
     * outside all locks, before a write takes effect and after a hit. A write is asked about again if the entry changed
     * meanwhile. What it throws goes to the caller; so does the refusal of a negative duration. A write then has no effect, a
     * hit changes no deadline. A hit that changes the duration by more than a 1024th of it takes a lock. Expired entries leave
     * within a second. As {@link #expireAfterWrite} otherwise.
     *
     * @param expiry goes with neither of the fixed durations
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> expireAfter(Expiry<? super K, ? super V> expiry) {
        requireUnset(this.expiry, "expireAfter");
        this.expiry = requireNonNull(expiry, "expiry");
        return this;
    }

    /**
     * Asks for a new value when an entry is read that was written so long ago: by the loader's {@code asyncReload}, on the
     * {@link #executor}, once at a time for a key. The old value is served until the new one is there; a reload that fails
     * leaves it, is logged (once a second at most), and is tried again by the next read. A reload that finds nothing removes the entry. A write that
     * comes meanwhile wins over the reload. What is never read is not reloaded; let it expire. Takes four bytes an entry.
     *
     * @param duration above 0. Shortened by the {@link #expiryJitter}
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> refreshAfterWrite(Duration duration) {
        requireUnset(refreshAfterWriteNanos, "refreshAfterWrite");
        refreshAfterWriteNanos = nanosOf(duration, "refreshAfterWrite", 1);
        return this;
    }

    /**
     * Shortens each duration by a random part of it, so that what was written together does not expire together, nor is refreshed together. The part is
     * made of the key's hash and a number of this cache: a key keeps it, and in another process it has another. Nothing is
     * stored for it.
     *
     * @param share the largest part, at least 0 and below 1: with 0.1 entries live 90 to 100 % of their time
     * @return this
     */
    public MemoryAwareCacheBuilder<K, V> expiryJitter(double share) {
        requireUnset(expiryJitter, "expiryJitter");
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("expiryJitter=" + share
                    + " (expected >= 0 and < 1): 0.1 lets entries live 90 to 100 % of their time");
        }
        expiryJitter = share;
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
        requireNoRefresh();
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

    /**
     * A cache of futures that its users fill: a Caffeine {@code AsyncCache}. Takes four bytes an entry more in a cache bounded by
     * the number of entries.
     *
     * @return a new cache, a member of the governor
     * @throws IllegalStateException when settings contradict each other
     */
    public MemoryAwareAsyncCache<K, V> buildAsync() {
        requireNoRefresh();
        return Caches.async(blueprint());
    }

    /**
     * A cache of futures that fills itself: a Caffeine {@code AsyncLoadingCache}.
     *
     * @param loader called on the {@link #executor}, at most once at a time for a key
     * @return a new cache, a member of the governor
     * @throws IllegalStateException when settings contradict each other
     */
    public MemoryAwareAsyncLoadingCache<K, V> buildAsync(CacheLoader<? super K, V> loader) {
        return buildAsync((AsyncCacheLoader<? super K, V>) loader);
    }

    /**
     * A cache of futures that fills itself: a Caffeine {@code AsyncLoadingCache}.
     *
     * @param loader called on the calling thread, outside all locks, at most once at a time for a key; should be short
     * @return a new cache, a member of the governor
     * @throws IllegalStateException when settings contradict each other
     */
    public MemoryAwareAsyncLoadingCache<K, V> buildAsync(AsyncCacheLoader<? super K, V> loader) {
        requireNonNull(loader, "loader");
        return Caches.asyncLoading(blueprint(), loader);
    }

    private void requireNoRefresh() {
        if (refreshAfterWriteNanos != null) {
            throw new IllegalStateException("refreshAfterWrite nanos=" + refreshAfterWriteNanos
                    + " without a loader (expected one to reload with): build with a loader, or drop the refresh");
        }
    }

    private Blueprint<K, V> blueprint() {
        EntrySizer<? super K, ? super V> sizer = this.sizer == null ? EntrySizer.standard() : this.sizer;
        Lifespan<K, V> lifespan = lifespan();
        return new Blueprint<>(
                bound(sizer, lifespan.kinds()),
                sizer,
                initialCapacity == null ? 0 : initialCapacity,
                evictionPolicy == null ? EvictionPolicy.LRU : evictionPolicy,
                executor,
                ticker,
                lifespan,
                stats,
                removalListener,
                evictionListener,
                name == null ? "cache" : name,
                governor);
    }

    private Lifespan<K, V> lifespan() {
        if (expiry != null && (expireAfterWriteNanos != null || expireAfterAccessNanos != null)) {
            throw new IllegalStateException(
                    "expireAfter=" + expiry + ", expireAfterWrite nanos=" + expireAfterWriteNanos
                            + ", expireAfterAccess nanos=" + expireAfterAccessNanos
                            + " (expected the first or the others): let the Expiry return the fixed durations");
        }
        boolean hasDurations = expiry != null
                || expireAfterWriteNanos != null
                || expireAfterAccessNanos != null
                || refreshAfterWriteNanos != null;
        if (expiryJitter != null && !hasDurations) {
            throw new IllegalStateException("expiryJitter=" + expiryJitter
                    + " without a duration (expected one to shorten): set expireAfterWrite, or drop the jitter");
        }
        return new Lifespan<>(
                expireAfterWriteNanos == null ? Lifespan.OFF : expireAfterWriteNanos,
                expireAfterAccessNanos == null ? Lifespan.OFF : expireAfterAccessNanos,
                expiry,
                refreshAfterWriteNanos == null ? Lifespan.OFF : refreshAfterWriteNanos,
                expiryJitter == null ? 0 : expiryJitter);
    }

    private static long nanosOf(Duration duration, String name, long leastNanos) {
        long nanos;
        try {
            nanos = requireNonNull(duration, "duration").toNanos();
        } catch (ArithmeticException beyond) {
            nanos = duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        if (nanos < leastNanos) {
            throw new IllegalArgumentException(
                    name + "=" + duration + " (expected " + (leastNanos == 0 ? ">= 0" : "> 0") + "): say how long");
        }
        return nanos;
    }

    private Bound<K, V> bound(EntrySizer<? super K, ? super V> sizer, int deadlineKinds) {
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
        return Bound.ofHeapShare(
                maximumHeapShare == null ? DEFAULT_HEAP_SHARE : maximumHeapShare, sizer, deadlineKinds);
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
