package io.heapwise.cache;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;

/**
 * For each key one value that all share as long as anybody holds it; made when it is needed, forgotten when nobody does.
 *
 * <pre>{@code
 * Canonicaliser<Path, FileLock> locks = Canonicaliser.of(FileLock::new);
 * FileLock lock = locks.canonical(path.toRealPath());  // the same for all who have one for this path
 * }</pre>
 *
 * <p>Unlike an {@link Interner} it makes the value of a key, and only if there is none. It is a {@link WeakCache}, with that cache's
 * guarantees and cost. A value must not be reachable from its key.
 *
 * @param <K> keys, held as long as their values
 * @param <V> values, held weakly
 * @since 0.1.0
 */
public final class Canonicaliser<K, V> implements AutoCloseable {
    private final WeakCache<K, V> cache;
    private final Function<? super K, ? extends V> maker;

    private Canonicaliser(WeakCache<K, V> cache, Function<? super K, ? extends V> maker) {
        this.cache = cache;
        this.maker = maker;
    }

    /**
     * One that holds nothing yet, and compares keys by {@code equals}.
     *
     * @param maker makes the value of a key, outside all locks and for each key one at a time; never null
     * @param <K> keys
     * @param <V> values
     * @return a new canonicaliser
     */
    public static <K, V> Canonicaliser<K, V> of(Function<? super K, ? extends V> maker) {
        return of(Equality.natural(), maker);
    }

    /**
     * One that holds nothing yet.
     *
     * @param keyEquality what keys are the same
     * @param maker makes the value of a key, outside all locks and for each key one at a time; never null
     * @param <K> keys
     * @param <V> values
     * @return a new canonicaliser
     */
    public static <K, V> Canonicaliser<K, V> of(
            Equality<? super K> keyEquality, Function<? super K, ? extends V> maker) {
        requireNonNull(maker, "maker");
        return new Canonicaliser<>(
                WeakCache.<K, V>builder()
                        .keyEquality(keyEquality)
                        .name("canonicaliser")
                        .build(),
                maker);
    }

    /**
     * The value of a key: the one that others hold, or a new one.
     *
     * @param key the key
     * @return the value
     * @throws NullPointerException if the maker returned null
     * @throws IllegalStateException if the maker asks for its own key, or after {@link #close}
     */
    public V canonical(K key) {
        V value = cache.get(key, maker);
        if (value == null) {
            throw new NullPointerException("the maker returned null for key=" + key + " (expected a value)");
        }
        return value;
    }

    /**
     * How many values there are. Those are counted that were collected but not yet taken out.
     *
     * @return exact only while nobody asks; 0 when closed
     */
    public long estimatedSize() {
        return cache.estimatedSize();
    }

    /** Forgets all values for good. A canonicaliser that is dropped need not be closed. Idempotent. */
    @Override
    public void close() {
        cache.close();
    }

    @Override
    public String toString() {
        return "Canonicaliser{values=" + cache.estimatedSize() + '}';
    }
}
