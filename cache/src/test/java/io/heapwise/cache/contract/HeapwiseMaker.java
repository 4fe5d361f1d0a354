package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.CacheLoader;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.LoadingCache;
import io.heapwise.cache.EvictionPolicy;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.cache.MemoryAwareCacheBuilder;
import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Makes our caches; where a test asks for no bound, they have the one this maker was made with. */
public final class HeapwiseMaker implements CacheMaker {
    private static final long AMPLE = 100_000;

    /** A heap that is never short: no eviction but by the cache's own bound. */
    private static final HeapGovernor CALM =
            HeapGovernor.of(new ScriptedSource(Runtime.getRuntime().maxMemory()).pressure(new ManualTicker()));

    private enum DefaultBound {
        SIZE,
        SIZE_ADAPTIVE,
        WEIGHT,
        HEAP_SHARE
    }

    private final DefaultBound bound;
    private final Lifespan lifespan;

    /** The same for caches with a loader, in addition. */
    private final Lifespan loadingLifespan;

    private final boolean isAsync;

    private HeapwiseMaker(DefaultBound bound) {
        this(bound, builder -> {});
    }

    private HeapwiseMaker(DefaultBound bound, Lifespan lifespan) {
        this(bound, lifespan, builder -> {});
    }

    private HeapwiseMaker(DefaultBound bound, Lifespan lifespan, Lifespan loadingLifespan) {
        this(bound, lifespan, loadingLifespan, false);
    }

    private HeapwiseMaker(DefaultBound bound, Lifespan lifespan, Lifespan loadingLifespan, boolean isAsync) {
        this.bound = bound;
        this.lifespan = lifespan;
        this.loadingLifespan = loadingLifespan;
        this.isAsync = isAsync;
    }

    /** The synchronous views of caches of futures. */
    HeapwiseMaker asynchronous() {
        return new HeapwiseMaker(bound, lifespan, loadingLifespan, true);
    }

    HeapwiseMaker expiringAfterWrite() {
        return new HeapwiseMaker(bound, builder -> builder.expireAfterWrite(Lifespan.LONG));
    }

    HeapwiseMaker expiringAfterWriteAndAccess() {
        return new HeapwiseMaker(
                bound,
                builder -> builder.expireAfterWrite(Lifespan.LONG)
                        .expireAfterAccess(Lifespan.LONG)
                        .expiryJitter(0.2));
    }

    /** Never due, but each read looks whether it is; only caches with a loader can be refreshed. */
    HeapwiseMaker refreshing() {
        return new HeapwiseMaker(bound, builder -> {}, builder -> builder.refreshAfterWrite(Lifespan.LONG));
    }

    /** Each write and each hit says anew how long. */
    HeapwiseMaker expiringVariably() {
        return new HeapwiseMaker(bound, builder -> builder.expireAfter(Expiry.accessing((k, v) -> Lifespan.LONG)));
    }

    static HeapwiseMaker bySize() {
        return new HeapwiseMaker(DefaultBound.SIZE);
    }

    static HeapwiseMaker adaptive() {
        return new HeapwiseMaker(DefaultBound.SIZE_ADAPTIVE);
    }

    static HeapwiseMaker byWeight() {
        return new HeapwiseMaker(DefaultBound.WEIGHT);
    }

    static HeapwiseMaker byHeapShare() {
        return new HeapwiseMaker(DefaultBound.HEAP_SHARE);
    }

    /** A cache as a test that is ours alone wants it, in a heap that is never short. */
    public static <K, V> MemoryAwareCache<K, V> calm(UnaryOperator<MemoryAwareCacheBuilder<K, V>> settings) {
        return settings.apply(
                        MemoryAwareCache.<K, V>builder().executor(Runnable::run).governor(CALM))
                .build();
    }

    @Override
    public <K, V> Cache<K, V> make(Setup<K, V> setup) {
        MemoryAwareCacheBuilder<K, V> builder = builder(setup);
        return isAsync ? builder.buildAsync().synchronous() : builder.build();
    }

    @Override
    public <K, V> LoadingCache<K, V> make(Setup<K, V> setup, CacheLoader<? super K, V> loader) {
        MemoryAwareCacheBuilder<K, V> builder = builder(setup);
        if (!setup.tellsTime()) {
            loadingLifespan.set(builder);
        }
        return isAsync ? builder.buildAsync(loader).synchronous() : builder.build(loader);
    }

    <K, V> MemoryAwareCacheBuilder<K, V> builder(Setup<K, V> setup) {
        MemoryAwareCacheBuilder<K, V> builder = MemoryAwareCache.builder();
        builder.executor(setup.executor).governor(CALM);
        if (bound == DefaultBound.SIZE_ADAPTIVE) {
            builder.evictionPolicy(EvictionPolicy.ADAPTIVE);
        }
        if (setup.maximumWeight != Setup.OPEN) {
            builder.maximumWeight(setup.maximumWeight).weigher(setup.weigher);
        } else if (setup.maximumSize != Setup.OPEN) {
            builder.maximumSize(setup.maximumSize);
        } else {
            switch (bound) {
                case SIZE, SIZE_ADAPTIVE -> builder.maximumSize(AMPLE);
                case WEIGHT -> builder.maximumWeight(AMPLE).weigher((key, value) -> 1);
                case HEAP_SHARE -> builder.maximumHeapShare(0.25);
            }
        }
        if (setup.initialCapacity != Setup.OPEN) {
            builder.initialCapacity(setup.initialCapacity);
        }
        if (setup.stats) {
            builder.recordStats();
        }
        if (setup.counter != null) {
            builder.recordStats(setup.counter);
        }
        if (setup.removalListener != null) {
            builder.removalListener(setup.removalListener);
        }
        if (setup.evictionListener != null) {
            builder.evictionListener(setup.evictionListener);
        }
        if (setup.ticker != null) {
            builder.ticker(setup.ticker);
        }
        if (setup.expireAfterWrite != null) {
            builder.expireAfterWrite(setup.expireAfterWrite);
        }
        if (setup.expireAfterAccess != null) {
            builder.expireAfterAccess(setup.expireAfterAccess);
        }
        if (setup.expiry != null) {
            builder.expireAfter(setup.expiry);
        }
        if (setup.refreshAfterWrite != null) {
            builder.refreshAfterWrite(setup.refreshAfterWrite);
        }
        if (!setup.tellsTime()) {
            lifespan.set(builder);
        }
        return builder;
    }

    /** Sets how long entries live where a test leaves it open: longer than any test takes. */
    private interface Lifespan {
        Duration LONG = Duration.ofHours(1);

        void set(MemoryAwareCacheBuilder<?, ?> builder);
    }

    @Override
    public void verify(Cache<?, ?> cache) {
        cache.cleanUp();
        CacheIntegrity.check(cache);
        assertThat(cache.asMap().entrySet().stream().count()).isEqualTo(cache.estimatedSize());
    }
}
