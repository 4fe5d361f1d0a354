package io.heapwise.cache.internal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What a cache of futures asks of them. */
final class Futures {
    private Futures() {}

    /** A future that the cache made itself, and the thread that has to complete it, if it is one of the callers. */
    static final class Own<V> extends CompletableFuture<V> {
        final @Nullable Thread owner;

        /** Whether its completion is one load: not if it is one of many that are loaded at once. */
        final boolean isLoad;

        /** Why the value, once it was there, was not kept: what a weigher or an Expiry threw. For the owner alone. */
        @Nullable Throwable refusal;

        Own(@Nullable Thread owner, boolean isLoad) {
            this.owner = owner;
            this.isLoad = isLoad;
        }
    }

    /** The value of a stored future, or null if it is not there yet or never will be. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // only futures of a V get into the store
    static <V> @Nullable V ready(@Nullable Object stored) {
        CompletableFuture<V> future = (CompletableFuture<V>) stored;
        return future != null && future.isDone() && !future.isCompletedExceptionally() ? future.join() : null;
    }

    /** Waits until the future is complete, however. */
    static void await(CompletableFuture<?> future) {
        if (future.isDone()) {
            return;
        }
        if (future instanceof Own<?> own && own.owner == Thread.currentThread()) {
            throw new IllegalStateException("recursive load of a key from its own computation (expected"
                    + " a function that leaves its key alone): return the value instead");
        }
        try {
            future.join();
        } catch (CompletionException | CancellationException failed) {
            // The caller looks what came of it.
        }
    }

    /** The value, or what kept it from being had: unchecked failures as they are, checked ones wrapped. */
    static <V> @Nullable V join(CompletableFuture<V> future) {
        await(future);
        try {
            return future.join();
        } catch (CompletionException failed) {
            rethrow(failed.getCause());
            throw failed;
        }
    }

    static void rethrow(@Nullable Throwable unchecked) {
        if (unchecked instanceof Error error) {
            throw error;
        }
        if (unchecked instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** All values that there are, once all are there; fails if one does. */
    static <K, V> CompletableFuture<Map<K, V>> allOf(Map<K, CompletableFuture<V>> futures) {
        return CompletableFuture.allOf(futures.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    Map<K, V> values = new LinkedHashMap<>();
                    futures.forEach((key, future) -> {
                        V value = future.join();
                        if (value != null) {
                            values.put(key, value);
                        }
                    });
                    return java.util.Collections.unmodifiableMap(values);
                });
    }
}
