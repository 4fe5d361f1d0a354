package io.heapwise.cache;

import io.heapwise.memory.Subscription;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cache that keeps a value only as long as somebody else does: it finds what is in use anyway, and is never the reason why
 * memory is not free. An entry whose value was collected goes by itself, whether or not the cache is used.
 *
 * <pre>{@code
 * WeakCache<Long, Session> sessions = WeakCache.<Long, Session>builder().name("sessions").build();
 *
 * Session session = sessions.get(id, repository::load);           // the one that others hold, or a new one
 * Subscription cleaning = sessions.onCollected(id, files::delete);  // runs with the id when nobody holds the session any more
 * }</pre>
 *
 * <p><b>What it holds.</b> Keys, unless {@linkplain WeakCacheBuilder#weakKeys() held weakly}; never values. A key that refers to
 * its value keeps it alive, and the entry stays for ever: hold such keys weakly. Values that the JVM or a class holds on to, such
 * as constants and small boxed numbers, are never collected.
 *
 * <p><b>When an entry goes.</b> A collection of the heap must have found the value unreachable, which may take it long for
 * what has lived long. From then on nobody gets the value. Its entry goes with the next writes or within milliseconds, by one
 * thread that all weak caches of the JVM share; where the collection looked at the old generation alone, as those of G1 may,
 * within a second.
 *
 * <p><b>Threads.</b> Safe for any number, virtual ones too. Reads take no lock and allocate nothing. A write locks one of up to 64
 * stripes. Loaders and actions run outside all locks; keys are compared under the lock of a stripe, and may not change the cache
 * meanwhile: that is refused by an {@link IllegalStateException}. Keys must not change while they are in the cache: an entry
 * whose key hashes to something else is not found, and goes late when its value is collected. Every method but
 * {@link #estimatedSize}, {@link #stats} and {@link #close} throws an {@link IllegalStateException} once the cache is closed, and a
 * {@link NullPointerException} for null.
 *
 * <p><b>Cost.</b> At most 40 bytes an entry from a thousand entries on with compressed references, of which 32 are its
 * reference object; 72 without them; 32 (48) more with weak keys. An action costs some 90 (125) bytes, and nothing where there is none.
 *
 * <p>A cache that is dropped without being closed is collected with its entries. Actions that wait are run all the same, and keep
 * what they refer to, until then.
 *
 * @param <K> keys, compared as the builder was told
 * @param <V> values
 * @since 0.1.0
 */
public interface WeakCache<K, V> extends AutoCloseable {
    /**
     * Starts to describe a cache.
     *
     * @param <K> keys
     * @param <V> values
     * @return a new builder
     */
    static <K, V> WeakCacheBuilder<K, V> builder() {
        return new WeakCacheBuilder<>();
    }

    /**
     * The value of a key, if somebody still holds it. Takes no lock.
     *
     * @param key the key
     * @return the value, or null
     */
    @Nullable V getIfPresent(K key);

    /**
     * The value of a key, loaded if there is none. One thread at a time loads a key; others that want it wait, and get the same value.
     * They get what the loader threw as well if they came with the same function object; with another one they try theirs.
     *
     * <p>A value that is put meanwhile wins: it is returned instead of what was loaded. A key that is invalidated meanwhile keeps no
     * value of this load, which is still returned to those who waited.
     *
     * @param key the key
     * @param loader makes the value, outside all locks; null if there is none; what it throws is thrown here
     * @return the value, or null if there was none and the loader returned null
     * @throws IllegalStateException if called by the loader of the same key, or if loaders wait for each other's keys
     */
    @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader);

    /**
     * Puts a value in the place of whatever is there.
     *
     * @param key the key
     * @param value the value, held weakly
     * @return the value that was there, or null
     */
    @Nullable V put(K key, V value);

    /**
     * Puts a value if there is none.
     *
     * @param key the key
     * @param value the value, held weakly
     * @return the value that is there, or null if this one was put
     */
    @Nullable V putIfAbsent(K key, V value);

    /**
     * Takes a value out. A load of the key that is under way goes on, and its value comes in; {@link #invalidate} keeps it out.
     *
     * @param key the key
     * @return the value, or null if there was none
     */
    @Nullable V remove(K key);

    /**
     * Takes a value out if it is this very object.
     *
     * @param key the key
     * @param value compared by identity
     * @return whether it was there
     */
    boolean remove(K key, V value);

    /**
     * Takes a value out, and keeps out what a load of the key that began before will yield.
     *
     * @param key the key
     */
    void invalidate(K key);

    /** Takes all values out, and keeps out what loads that began before will yield. */
    void invalidateAll();

    /**
     * Shows the entries to an action, outside all locks: each that is there throughout once, those that come or go meanwhile or not.
     *
     * @param action may use the cache; what it throws is thrown here
     */
    void forEach(BiConsumer<? super K, ? super V> action);

    /**
     * Runs an action when the value that is there now has been collected: exactly once, soon after a collection has found that
     * nobody holds it, on the executor of the cache. It belongs to that value: when another is put in its place, or it is removed, the
     * action still waits for it, and never touches the newer one. What is left when the cache is closed runs then, on the thread
     * that closes it.
     *
     * <p>If there is no value, be it that it was collected already, the action is run at once: so it is in any case run exactly once,
     * unless the subscription is closed before. To be sure which value it is, hold the value while calling this.
     *
     * <p><b>The action must not refer to the value</b>, neither by itself nor by what it captures: it would keep it alive, and would
     * never be run. This can not be noticed here. Take out of the value what is to be cleaned, a file or a number, and capture that.
     *
     * <p>What it throws is logged. Actions that block hold up the executor, not the cache, unless the executor runs them on its
     * caller: that may be the thread which looks after all weak caches.
     *
     * @param key whose value
     * @param action what to do
     * @return closed to have it not run; to drop it changes nothing
     */
    Subscription onCollected(K key, Runnable action);

    /**
     * As {@link #onCollected(Object, Runnable)}, for an action that gets the key, as it was given here.
     *
     * @param key whose value; it is held until the action has run
     * @param action what to do with the key
     * @return closed to have it not run
     * @throws IllegalStateException if keys are held weakly: the action would hold the key, and by that maybe the value
     */
    Subscription onCollected(K key, Consumer<? super K> action);

    /**
     * How many entries there are. Those are counted whose values were collected but not yet taken out.
     *
     * @return exact only while nobody writes; 0 when closed
     */
    long estimatedSize();

    /**
     * What has become of the values.
     *
     * @return counts since the cache was built
     */
    WeakCacheStats stats();

    /**
     * Empties the cache for good and runs all actions that wait, on the calling thread, before it returns; those that were handed to
     * the executor before may still be running. What loads under way yield is returned to who waits for it, and not kept. Idempotent.
     */
    @Override
    void close();
}
