package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.AsyncCacheLoader;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reloads under way, at most one for a key. Invariant: a reload gets into the cache only if it still stands here when it
 * is done and the entry is still the one it began with; a write to the key takes it out.
 */
final class Refreshes<K, V> {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.cache");

    private static final long LOG_PAUSE_NANOS = 1_000_000_000;

    private final Engine<K, V> engine;
    private final ConcurrentMap<K, CompletableFuture<V>> underWay = new ConcurrentHashMap<>();
    private final AtomicLong mayLogFromNanos;

    Refreshes(Engine<K, V> engine) {
        this.engine = engine;
        this.mayLogFromNanos = new AtomicLong(engine.ticker.nanos());
    }

    /** Starts a reload, or returns the one under way. The old value is served meanwhile. */
    CompletableFuture<V> start(K key, AsyncCacheLoader<? super K, V> loader) {
        CompletableFuture<V> promise = new CompletableFuture<>();
        CompletableFuture<V> other = underWay.putIfAbsent(key, promise);
        if (other == null) {
            run(key, loader, promise, () -> engine.peek(key));
        }
        return other == null ? promise : other;
    }

    /** Starts a reload of an entry that was found due, unless there is one, or {@code found} is no longer its value. */
    void startDue(K key, V found, AsyncCacheLoader<? super K, V> loader) {
        if (underWay.containsKey(key)) {
            return;
        }
        CompletableFuture<V> promise = new CompletableFuture<>();
        if (underWay.putIfAbsent(key, promise) != null) {
            return;
        }
        if (engine.peek(key) != found) {
            underWay.remove(key, promise);
            promise.complete(found);
            return;
        }
        try {
            run(key, loader, promise, () -> found);
        } catch (Exception thrown) {
            log(thrown); // the reader has its value
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // finish passes every failure on to the promise
    private void run(
            K key, AsyncCacheLoader<? super K, V> loader, CompletableFuture<V> promise, Supplier<@Nullable V> present) {
        long start = engine.ticker.nanos();
        try {
            V old = present.get();
            CompletableFuture<? extends V> loading = SelfLoadingCache.unchecked(() -> old == null
                    ? loader.asyncLoad(key, engine.executor)
                    : loader.asyncReload(key, old, engine.executor));
            requireNonNull(loading, "the loader returned no future");
            loading.whenComplete((value, failure) -> finish(key, old, value, failure, promise, start));
        } catch (Throwable thrown) {
            underWay.remove(key, promise);
            engine.countLoad(start, false);
            promise.completeExceptionally(thrown);
            throw thrown;
        }
    }

    private void finish(
            K key,
            @Nullable V old,
            @Nullable V value,
            @Nullable Throwable failure,
            CompletableFuture<V> promise,
            long start) {
        engine.countLoad(start, value != null);
        if (failure != null) {
            underWay.remove(key, promise);
            log(failure);
            promise.completeExceptionally(failure);
            return;
        }
        try {
            boolean isWanted = underWay.remove(key, promise);
            boolean isKept = isWanted && (old != null || value != null) && engine.exchangeIfSame(key, old, value);
            if (!isKept && value != null) {
                engine.reportUnkept(key, value, RemovalCause.REPLACED);
            }
            complete(promise, value);
        } catch (Throwable thrown) {
            promise.completeExceptionally(thrown);
        }
    }

    /** Once a second at most: while a source is down, each read of an entry that is due tries again. */
    private void log(Throwable failure) {
        long now = engine.ticker.nanos();
        long from = mayLogFromNanos.get();
        if (now - from >= 0 && mayLogFromNanos.compareAndSet(from, now + LOG_PAUSE_NANOS)) {
            LOGGER.log(Level.WARNING, "a refresh failed; the old value stays", failure);
        }
    }

    @SuppressWarnings("NullAway") // Caffeine's future carries null when the loader found nothing
    private static <V> void complete(CompletableFuture<V> promise, @Nullable V value) {
        promise.complete(value);
    }

    /** A write or an invalidation made the reload of {@code key} stale. */
    void discard(Object key) {
        if (!underWay.isEmpty()) {
            underWay.remove(key);
        }
    }

    void discardAll() {
        underWay.clear();
    }

    Map<K, CompletableFuture<V>> underWay() {
        return Collections.unmodifiableMap(underWay);
    }
}
