package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import io.heapwise.cache.internal.weak.WeakStoreCache;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link WeakCache}. Each setting may be made once. Not for use by several threads at once.
 *
 * <pre>{@code
 * WeakCache<Class<?>, Schema> schemas = WeakCache.<Class<?>, Schema>builder()
 *     .weakKeys()                // a class may be unloaded, though its schema refers to it
 *     .name("schemas")
 *     .build();
 * }</pre>
 *
 * @param <K> keys
 * @param <V> values
 * @since 0.1.0
 */
public final class WeakCacheBuilder<K, V> {
    private boolean weakKeys;
    private @Nullable Equality<? super K> keyEquality;
    private @Nullable Executor executor;
    private @Nullable String name;

    WeakCacheBuilder() {}

    /**
     * Holds keys weakly as well: an entry goes when either its key or its value was collected. Keys are then compared by identity,
     * unless {@link #keyEquality} says otherwise. Costs one more reference object an entry, 32 bytes with compressed references.
     *
     * @return this
     */
    public WeakCacheBuilder<K, V> weakKeys() {
        if (weakKeys) {
            throw alreadySet("weakKeys", true);
        }
        weakKeys = true;
        return this;
    }

    /**
     * What keys are the same.
     *
     * @param equality by default {@link Equality#natural()}, with weak keys {@link Equality#identity()}
     * @return this
     */
    public WeakCacheBuilder<K, V> keyEquality(Equality<? super K> equality) {
        requireUnset(keyEquality, "keyEquality");
        keyEquality = requireNonNull(equality, "equality");
        return this;
    }

    /**
     * Runs the actions of {@link WeakCache#onCollected(Object, Runnable)}, but for those that run when the cache is closed.
     *
     * @param executor by default the common pool; one that refuses a task gets it run by the calling thread
     * @return this
     */
    public WeakCacheBuilder<K, V> executor(Executor executor) {
        requireUnset(this.executor, "executor");
        this.executor = requireNonNull(executor, "executor");
        return this;
    }

    /**
     * The name of the cache in messages.
     *
     * @param name by default "weak cache"
     * @return this
     */
    public WeakCacheBuilder<K, V> name(String name) {
        requireUnset(this.name, "name");
        this.name = requireNonNull(name, "name");
        return this;
    }

    /**
     * A cache that is empty. With the first, the thread is started that all weak caches share.
     *
     * @return a new cache
     */
    public WeakCache<K, V> build() {
        Equality<? super K> equality = keyEquality;
        if (equality == null) {
            equality = weakKeys ? Equality.identity() : Equality.natural();
        }
        return new WeakStoreCache<>(
                name == null ? "weak cache" : name,
                weakKeys,
                equality,
                executor == null ? ForkJoinPool.commonPool() : executor);
    }

    private static void requireUnset(@Nullable Object setting, String name) {
        if (setting != null) {
            throw alreadySet(name, setting);
        }
    }

    private static IllegalStateException alreadySet(String name, Object setting) {
        return new IllegalStateException(name + "=" + setting + " was set already (expected once): drop one call");
    }
}
