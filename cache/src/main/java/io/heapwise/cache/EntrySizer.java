package io.heapwise.cache;

import io.heapwise.cache.internal.sizing.StandardSizer;

/**
 * Says how many bytes of heap an entry's key and value take. The cache adds its own bytes per entry itself.
 *
 * <p>An implementation is called by every thread that writes, outside the cache's locks, so it must be thread-safe. It may
 * not return a negative number.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 * @since 0.1.0
 */
@FunctionalInterface
public interface EntrySizer<K, V> {
    /**
     * Returns the bytes of heap that the key and the value take, without the cache's own bytes.
     *
     * @param key the key, never null
     * @param value the value, never null
     * @return bytes, zero or more
     */
    long sizeOfBytes(K key, V value);

    /**
     * Returns the sizer that needs neither an agent nor a JVM flag. Each object is sized by the first rule that knows it:
     *
     * <ol>
     *   <li>{@link SelfSized}: its own answer.
     *   <li>JDK types, by arithmetic. Exact: boxes, {@code String}, primitive arrays, {@code BigInteger}, {@code UUID},
     *       {@code BitSet}, atomics and most of {@code java.time}. Estimated: object arrays, collections, maps and {@code Optional},
     *       as the shell, plus a node for each element, plus the elements, of which at most eight are looked at and the
     *       rest are taken to be like them.
     *   <li>Any other class: the object itself, exactly, by the layout rules of the running JVM; <em>not</em> what it refers to.
     *       Give such a class {@link SelfSized}, or the cache a weigher, where that matters.
     * </ol>
     *
     * <p><b>Counted as nothing</b>, because they are shared: enum constants, {@code Class}, {@code ClassLoader}, {@code Thread},
     * {@code Locale}, {@code Charset}, {@code ZoneId}, {@code Boolean}, {@code Byte}, the other boxes where the JDK caches them
     * (-128 to 127, characters to 127), and the empty immutable collections. Native memory is not heap: of a direct buffer only
     * the Java object counts. A heap buffer counts its whole backing array, a slice too, since that is what it keeps alive.
     *
     * <p><b>Not guaranteed.</b> An object reached twice is counted twice. A string of more than 1024 characters is sampled at
     * 1024 places; if its only characters beyond Latin-1 are missed, it is counted at half its size. Spare capacity of a list or
     * table is guessed from its size, and is too low after many removals. Where a structure is so deep or wide that 128 looks
     * do not reach the bottom, what lies below counts as nothing. Of collections that lock ({@code Vector}, {@code Hashtable}, the
     * synchronized wrappers, blocking queues), of wrappers and views around another collection, and of every subclass
     * of a JDK collection only the object itself is counted, because asking them could block or run foreign code.
     * Another JVM than 64-bit HotSpot gets estimates.
     *
     * <p><b>Cost.</b> Bounded by a constant whatever the size, depth or cycles of the structure, with one exception: a hash map that
     * was once large and is now almost empty is scanned for its first entries. Boxes, strings, primitive arrays and application
     * classes allocate nothing; collections allocate an iterator and a small array for each that is looked into, and a map keeps the view that its
     * {@code entrySet()} makes. The first use of a
     * class reads its declared field types, and remembers the result without holding on to the class or its loader. No
     * code of the application runs but {@link SelfSized#sizeBytes()}. A collection that another thread changes meanwhile never
     * makes this throw: its elements then count as nothing.
     *
     * <p>The sizer throws {@link IllegalStateException} if a {@link SelfSized} object throws or answers a negative number, and
     * {@link NullPointerException} for a null key or value. An {@link Error} passes through. Results never exceed
     * {@link Long#MAX_VALUE}; larger sums stop there.
     *
     * <p>The field layout follows HotSpot's {@code FieldLayoutBuilder} (JDK 15 and later), the array layout JDK-8139457.
     *
     * @param <K> the type of keys
     * @param <V> the type of values
     * @return the standard sizer: thread-safe, without state, always the same one
     */
    @SuppressWarnings("unchecked") // it reads keys and values as plain objects, so it serves every K and V
    static <K, V> EntrySizer<K, V> standard() {
        return (EntrySizer<K, V>) StandardSizer.INSTANCE;
    }
}
