package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import io.heapwise.cache.internal.caffeine.CaffeineMembers;
import io.heapwise.memory.HeapGovernor;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Puts a Caffeine cache that exists already under the {@link HeapGovernor}: when the live set gets close to the end of the
 * heap it holds less, as fairly as all other members, and gets its own maximum back when that has passed.
 *
 * <pre>{@code
 * Cache<String, Page> pages = Caffeine.newBuilder().maximumSize(50_000).build();
 * CaffeineGovernor.govern(pages);
 * }</pre>
 *
 * <p><b>How.</b> The governor's bytes become entries or weight by what one costs on average in a sample of the cache, and
 * that becomes the maximum of {@code policy().eviction()}. It is lowered in steps of some thousand entries on an executor,
 * so that writers find gaps between. Entries that weigh nothing are never evicted and count as what the cache needs.
 *
 * <p><b>Your maximum stays yours.</b> Whoever calls {@code setMaximum} meanwhile is obeyed: a maximum that is not the
 * one set here is taken for the new one of the owner, and is never written over but by a lower limit while pressure lasts. To set
 * exactly the lowered maximum that holds already can't be told from doing nothing.
 *
 * <p><b>Life.</b> The cache is held weakly, by the object given: keep the {@code Cache}, not its {@code asMap()} alone. Once it is
 * collected it leaves by itself; what little is left of it goes with the next decision or the next call of {@code govern}.
 * A sizer must not refer to the cache, or neither is ever collected.
 *
 * <p>Thread-safe. Works with whatever else the cache does: loading, expiry, refresh, weak and soft references.
 * Needs {@link com.github.benmanes.caffeine.cache.Policy.Eviction#coldest(java.util.function.Function)} to run its function
 * under the eviction lock, as Caffeine does since 3.0.6. Not guaranteed: a footprint that is exact, and room given back while
 * a computation blocks the cache's own evictions.
 *
 * @since 0.1.0
 */
public final class CaffeineGovernor {
    private CaffeineGovernor() {}

    /**
     * Puts a cache under the governor of this JVM, sized by {@link EntrySizer#standard()}.
     *
     * @param cache with a maximum size or weight
     * @param <K> keys
     * @param <V> values
     * @return the membership, which may be dropped
     * @throws IllegalArgumentException if the cache has no maximum, or is a {@link MemoryAwareCache}, which is governed anyway
     * @throws IllegalStateException if the cache is governed already
     */
    public static <K, V> CaffeineMembership govern(Cache<K, V> cache) {
        return CaffeineGovernor.<K, V>builder().govern(cache);
    }

    /**
     * Puts a cache under the governor of this JVM, sized by {@link EntrySizer#standard()}. Values still being computed count
     * as nothing.
     *
     * @param cache with a maximum size or weight
     * @param <K> keys
     * @param <V> values
     * @return the membership, which may be dropped
     * @throws IllegalArgumentException if the cache has no maximum
     * @throws IllegalStateException if the cache, or its {@code synchronous()} view, is governed already
     */
    public static <K, V> CaffeineMembership govern(AsyncCache<K, V> cache) {
        return CaffeineGovernor.<K, V>builder().govern(cache);
    }

    /**
     * Starts to describe how a cache is to be governed.
     *
     * @param <K> keys
     * @param <V> values
     * @return a new builder
     */
    public static <K, V> Builder<K, V> builder() {
        return new Builder<>();
    }

    /**
     * Describes how a Caffeine cache is to be governed. Each setting may be made once; one builder may be used for several
     * caches. Not for use by several threads at once.
     *
     * @param <K> keys
     * @param <V> values
     * @since 0.1.0
     */
    public static final class Builder<K, V> {
        private @Nullable HeapGovernor governor;
        private @Nullable String name;
        private @Nullable EntrySizer<? super K, ? super V> sizer;
        private @Nullable Double bytesPerWeightUnit;
        private @Nullable Executor executor;

        private Builder() {}

        /**
         * Who watches the heap for the cache.
         *
         * @param governor by default {@link HeapGovernor#ofJvm()}
         * @return this
         */
        public Builder<K, V> governor(HeapGovernor governor) {
            requireUnset(this.governor, "governor");
            this.governor = requireNonNull(governor, "governor");
            return this;
        }

        /**
         * The name under which the governor reports the cache.
         *
         * @param name by default "caffeine"
         * @return this
         */
        public Builder<K, V> name(String name) {
            requireUnset(this.name, "name");
            this.name = requireNonNull(name, "name");
            return this;
        }

        /**
         * Tells the bytes of an entry; by default {@link EntrySizer#standard()}. An entry for which it throws, or tells a
         * negative number, is left out of the average.
         *
         * @param sizer called for at most 256 entries a time, outside all locks; must not refer to the cache
         * @return this
         */
        public Builder<K, V> sizer(EntrySizer<? super K, ? super V> sizer) {
            requireUnset(this.sizer, "sizer");
            this.sizer = requireNonNull(sizer, "sizer");
            return this;
        }

        /**
         * Says that the weights of the cache are sizes already, so that nothing needs to be sampled: 1 for weights that are
         * bytes, 1024 for kilobytes.
         *
         * @param bytes what key and value take for each unit of weight, above 0
         * @return this
         */
        public Builder<K, V> bytesPerWeightUnit(double bytes) {
            requireUnset(bytesPerWeightUnit, "bytesPerWeightUnit");
            if (!(bytes > 0 && bytes < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "bytesPerWeightUnit=" + bytes + " (expected > 0): 1 where weights are bytes");
            }
            bytesPerWeightUnit = bytes;
            return this;
        }

        /**
         * Lowers and raises the maximum, which evicts; by default the common pool.
         *
         * @param executor may run tasks on the calling thread ({@code Runnable::run}); a task that it refuses runs on the
         *     calling thread
         * @return this
         */
        public Builder<K, V> executor(Executor executor) {
            requireUnset(this.executor, "executor");
            this.executor = requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Puts a cache under the governor.
         *
         * @param cache with a maximum size or weight
         * @return the membership, which may be dropped
         * @throws IllegalArgumentException if the cache has no maximum, is a {@link MemoryAwareCache}, or has no weights and
         *     {@link #bytesPerWeightUnit} was set
         * @throws IllegalStateException if the cache is governed already, the governor is closed, or settings contradict
         *     each other
         */
        public CaffeineMembership govern(Cache<K, V> cache) {
            requireNonNull(cache, "cache");
            if (sizer != null && bytesPerWeightUnit != null) {
                throw new IllegalStateException("sizer=" + sizer + ", bytesPerWeightUnit=" + bytesPerWeightUnit
                        + " (expected one of them): drop the other");
            }
            return CaffeineMembers.join(
                    cache,
                    governor == null ? HeapGovernor.ofJvm() : governor,
                    name == null ? "caffeine" : name,
                    sizer == null ? EntrySizer.standard() : sizer,
                    bytesPerWeightUnit,
                    executor == null ? ForkJoinPool.commonPool() : executor);
        }

        /**
         * Puts a cache under the governor.
         *
         * @param cache with a maximum size or weight
         * @return the membership, which may be dropped
         * @throws IllegalArgumentException if the cache has no maximum, or has no weights and {@link #bytesPerWeightUnit} was
         *     set
         * @throws IllegalStateException if the cache, or its {@code synchronous()} view, is governed already, the governor is
         *     closed, or settings contradict each other
         */
        public CaffeineMembership govern(AsyncCache<K, V> cache) {
            return govern(requireNonNull(cache, "cache").synchronous());
        }

        private static void requireUnset(@Nullable Object setting, String name) {
            if (setting != null) {
                throw new IllegalStateException(
                        name + "=" + setting + " was set already (expected once): drop one call");
            }
        }
    }
}
