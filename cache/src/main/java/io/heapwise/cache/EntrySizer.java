package io.heapwise.cache;

import io.heapwise.cache.internal.sizing.StandardSizer;

/**
 * Says how many bytes of heap an entry's key and value take. The cache adds its own bytes per entry itself.
 *
 * <p>An implementation is called by every thread that writes, outside the cache's locks, so it must be thread-safe. It
 * may not return a negative number.
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
     * Returns the sizer that needs neither an agent nor a JVM flag. Each object is sized by the first rule that knows
     * it:
     *
     * <ol>
     *   <li>{@link SelfSized}: its own answer.
     *   <li>JDK types, by arithmetic. Exact: boxes, {@code String}, primitive arrays, {@code BigInteger}, {@code UUID},
     *       {@code BitSet}, atomics and most of {@code java.time}. Estimated: object arrays, collections, maps and
     *       {@code Optional}, as the shell, plus a node for each element, plus the elements, of which at most eight are
     *       looked at and the rest are taken to be like them.
     *   <li>Application classes: the object itself, exactly, by the layout rules of the running JVM, and what its
     *       fields refer to, at most 256 objects, each once. Of most objects only the fields and those of their parts
     *       are read; what lies deeper is taken to be the mean of what earlier objects of the class had there. The
     *       first objects of a class are measured whole, then ever fewer, down to one in 256, and each that has twice
     *       as many elements in its collections and arrays as any before.
     *   <li>Any other class: the object itself, exactly, and <em>not</em> what it refers to.
     * </ol>
     *
     * <p><b>Modules.</b> Fields can be read of classes in the unnamed module (the class path), and in named modules
     * that open their package: {@code opens com.acme.model to io.heapwise.cache;}. Of a class in a package that is not
     * open only the object itself counts (and public fields, if it is public and exported). Open the package, implement
     * {@link SelfSized}, or give the cache a sizer of your own. Fields that the JDK declares are never read, whatever a
     * flag opens.
     *
     * <p><b>Counted as nothing</b>, because they are shared: enum constants, {@code Class}, {@code ClassLoader}, {@code
     * Thread}, {@code Locale}, {@code Charset}, {@code ZoneId}, {@code Boolean}, {@code Byte}, the other boxes where
     * the JDK caches them (-128 to 127, characters to 127), and the empty immutable collections; static fields; the
     * outer instance of an inner class; and what a {@code Reference} refers to. Native memory is not heap: of a direct
     * buffer only the Java object counts. A heap buffer counts its whole backing array, a slice too, since that is what
     * it keeps alive.
     *
     * <p><b>Not guaranteed.</b> What is reached from one key or value counts once, but what several entries, or the key
     * and the value, share counts for each; so does what the elements of a large collection share, an eighth as often
     * as there are elements. An object that refers to a service pays for it: a lazy entity with its session, say. A
     * string of more than 1024 characters is sampled at 1024 places; if its only characters beyond Latin-1 are missed,
     * it is counted at half its size. Spare capacity of a list or table is guessed from its size, and is too low after
     * many removals. Where a structure is so deep or wide that the looks (256, or 128 for a collection or array by
     * itself) do not reach the bottom, what lies below counts as nothing. Of collections that lock ({@code Vector},
     * {@code Hashtable}, the synchronized wrappers, blocking queues), of the JDK's wrappers and views around another
     * collection, and of every subclass of a JDK collection or map entry that overrides one of its methods only the
     * object itself is counted, because asking them could block or run foreign code. Another JVM than 64-bit HotSpot
     * gets estimates. Where such errors are alike over time, a cache bounded by {@link
     * MemoryAwareCacheBuilder#maximumHeapShare} makes up for them: see there.
     *
     * <p><b>Cost.</b> Bounded by a constant whatever the size, depth or cycles of the structure, with one exception: a
     * hash map that was once large and is now almost empty is scanned for its first entries. Boxes, strings, primitive
     * arrays, and application objects that are not measured whole allocate nothing. A measurement allocates some
     * hundred bytes, as do collections and object arrays by themselves each time, and a map keeps the view that its
     * {@code entrySet()} makes. No code of the application runs but {@link SelfSized#sizeBytes()}: no accessor, not of
     * a record either. What another thread changes meanwhile never makes this throw: elements that cannot be read count
     * as nothing.
     *
     * <p><b>What is remembered</b> of a class, its layout and its mean, is kept with the class, for the whole JVM: all
     * caches share it. It holds on to neither the class nor its loader. So the size of an application object may differ
     * between two calls.
     *
     * <p>The sizer throws {@link IllegalStateException} if a {@link SelfSized} object throws or answers a negative
     * number, and {@link NullPointerException} for a null key or value. An {@link Error} passes through. Results never
     * exceed {@link Long#MAX_VALUE}; larger sums stop there.
     *
     * <p>The field layout follows HotSpot's {@code FieldLayoutBuilder} (JDK 15 and later), the array layout
     * JDK-8139457.
     *
     * @param <K> the type of keys
     * @param <V> the type of values
     * @return the standard sizer: thread-safe, without locks, always the same one
     */
    @SuppressWarnings("unchecked") // it reads keys and values as plain objects, so it serves every K and V
    static <K, V> EntrySizer<K, V> standard() {
        return (EntrySizer<K, V>) StandardSizer.INSTANCE;
    }
}
