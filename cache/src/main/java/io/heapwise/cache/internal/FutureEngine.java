package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose store holds futures, seen by values. Invariant: a future that is complete with a value weighs and ages as that
 * value; one that is not does neither, and one that failed is taken out.
 */
final class FutureEngine<K, V> extends Engine<K, V> {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.cache");

    FutureEngine(Blueprint<K, V> blueprint) {
        super(blueprint, true);
        store.watchBy(this::watch);
    }

    /** Each future that comes in, by whatever way, once. */
    private void watch(Object key, Object stored) {
        CompletableFuture<V> future = future(stored);
        if (Futures.ready(future) != null) {
            return; // it came in with its weight and its deadlines
        }
        boolean isLoad = !(future instanceof Futures.Own<V> own) || own.isLoad;
        long start = ticker.nanos();
        var unused = future.whenComplete((value, failure) -> {
            if (isLoad) {
                countLoad(start, value != null);
            }
            settle(key, future, value);
        });
    }

    private void settle(Object key, CompletableFuture<V> future, @Nullable V value) {
        try {
            store.exchange(key, future, value == null ? null : future);
        } catch (Throwable thrown) {
            // A weigher or an Expiry refused it.
            store.exchange(key, future, null);
            if (future instanceof Futures.Own<V> own && own.owner == Thread.currentThread()) {
                own.refusal = thrown;
            } else {
                LOGGER.log(Level.WARNING, "a value that was loaded could not be kept", thrown);
            }
        }
    }

    @Override
    @Nullable V unwrap(@Nullable Object stored) {
        return Futures.ready(stored);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the store is where it goes
    Object wrap(V value) {
        return CompletableFuture.completedFuture(value);
    }

    /** For a value that is there already its own future, so that nobody is told that it was replaced. */
    private Object wrap(V value, @Nullable Object present) {
        return present != null && Futures.ready(present) == value ? present : wrap(value);
    }

    /** The future of the key, complete by now; or null. */
    private @Nullable CompletableFuture<V> settled(Object key, boolean isUse) {
        CompletableFuture<V> future = futureOrNull(isUse ? store.get(key) : store.peek(key));
        if (future != null) {
            Futures.await(future);
        }
        return future;
    }

    @Override
    @Nullable V put(K key, V value, long ownNanos) {
        Object future = wrap(value, store.peek(key));
        return unwrap(store.exchange(key, Store.Expect.ANYTHING, future, ownNanos));
    }

    @Override
    @Nullable V putIfAbsent(K key, V value, long ownNanos) {
        while (true) {
            CompletableFuture<V> present = settled(key, true);
            V known = unwrap(present);
            if (known != null) {
                return known;
            }
            Object expected = present == null ? Store.Expect.ABSENT : present;
            if (store.exchange(key, expected, wrap(value), ownNanos) == present) {
                return null;
            }
        }
    }

    @Override
    @Nullable V replace(K key, V value) {
        while (true) {
            CompletableFuture<V> present = settled(key, false);
            V known = unwrap(present);
            if (present == null || known == null) {
                return null;
            }
            if (store.exchange(key, present, wrap(value, present)) == present) {
                return known;
            }
        }
    }

    @Override
    boolean exchangeIfEqual(Object key, Object expected, @Nullable V replacement) {
        while (true) {
            CompletableFuture<V> present = settled(key, false);
            V known = unwrap(present);
            if (present == null || known == null || !expected.equals(known)) {
                return false;
            }
            if (store.exchange(key, present, replacement == null ? null : wrap(replacement, present)) == present) {
                return true;
            }
        }
    }

    @Override
    boolean exchangeIfSame(Object key, @Nullable Object expected, @Nullable V replacement) {
        Object present = store.peek(key);
        if (expected != null && unwrap(present) != expected) {
            return false;
        }
        Object future = replacement == null ? null : wrap(replacement, present);
        return store.exchange(key, expected == null || present == null ? Store.Expect.ABSENT : present, future)
                == (expected == null ? null : present);
    }

    @Override
    @Nullable V computeIfAbsent(K key, Function<? super K, ? extends @Nullable V> function, boolean isShared) {
        CompletableFuture<V> present = futureOrNull(store.get(key));
        if (present == null) {
            Futures.Own<V> own = new Futures.Own<>(Thread.currentThread(), true);
            present = futureOrNull(store.exchange(key, Store.Expect.ABSENT, own));
            if (present == null) {
                stats.recordMisses(1);
                return load(key, function, own);
            }
        }
        V value = Futures.join(present);
        if (value == null) {
            stats.recordMisses(1);
        } else {
            stats.recordHits(1);
        }
        return value;
    }

    @SuppressWarnings("NullAway") // a future carries null when there is no value
    private @Nullable V load(K key, Function<? super K, ? extends @Nullable V> function, Futures.Own<V> own) {
        V value;
        try {
            value = function.apply(key);
        } catch (Throwable thrown) {
            own.completeExceptionally(thrown);
            throw thrown;
        }
        own.complete(value);
        Futures.rethrow(own.refusal);
        return value;
    }

    @Override
    @Nullable V computeIfPresent(K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
        return unwrap(recompute(
                key,
                Store.Expect.PRESENT,
                old -> old == null ? null : timed(() -> function.apply(key, old)),
                Deadlines.BY_RULES));
    }

    @Override
    @Nullable V compute(K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function, long ownNanos) {
        return unwrap(recompute(key, Store.Expect.ANYTHING, old -> timed(() -> function.apply(key, old)), ownNanos));
    }

    @Override
    @Nullable V merge(K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
        return unwrap(recompute(
                key,
                Store.Expect.ANYTHING,
                old -> old == null ? value : timed(() -> function.apply(old, value)),
                Deadlines.BY_RULES));
    }

    private @Nullable Object recompute(
            K key, Store.Expect expected, Function<@Nullable V, @Nullable V> function, long ownNanos) {
        while (true) {
            CompletableFuture<V> before = settled(key, false);
            if (before == null && expected == Store.Expect.PRESENT) {
                return null;
            }
            boolean[] isPending = {false};
            Object after = store.computations.compute(
                    key,
                    expected,
                    (k, present) -> {
                        isPending[0] = present != null && !future(present).isDone();
                        if (isPending[0]) {
                            return present; // it came in between: wait for it outside the flight
                        }
                        V value = function.apply(unwrap(present));
                        return value == null ? null : wrap(value, present);
                    },
                    null,
                    ownNanos);
            if (!isPending[0]) {
                return after;
            }
        }
    }

    private CompletableFuture<V> future(Object stored) {
        return requireNonNull(futureOrNull(stored));
    }

    @SuppressWarnings("unchecked") // only futures of a V get into the store
    @Nullable CompletableFuture<V> futureOrNull(@Nullable Object stored) {
        return (CompletableFuture<V>) stored;
    }
}
