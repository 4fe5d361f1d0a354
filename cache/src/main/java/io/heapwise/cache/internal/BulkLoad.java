package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads many keys at once, each of them by one thread only. Invariant: when it returns or throws, none of its flights is
 * left in the air.
 */
final class BulkLoad<K, V> {
    /*
     * First all keys are claimed, without waiting: each is present by now, or being computed by someone else, or ours. Ours are
     * loaded and land. Only then it waits for the others, so two loads that want the same keys in opposite orders can't wait for
     * each other. What another one did not bring is claimed in the next round.
     */

    private final Engine<K, V> engine;
    private final Function<? super Set<? extends K>, ? extends Map<? extends K, ? extends V>> function;
    private final Map<K, V> found = new LinkedHashMap<>();

    BulkLoad(
            Engine<K, V> engine, Function<? super Set<? extends K>, ? extends Map<? extends K, ? extends V>> function) {
        this.engine = engine;
        this.function = function;
    }

    /** The values of those keys for which there are any. */
    Map<K, V> load(Set<K> missing) {
        Set<K> left = missing;
        while (!left.isEmpty()) {
            left = round(left);
        }
        return found;
    }

    /** Loads what nobody else loads; returns the keys that others were to bring and did not. */
    private Set<K> round(Set<K> wanted) {
        Map<K, Flight> own = new LinkedHashMap<>();
        Map<K, Flight> others = new LinkedHashMap<>();
        Throwable failure = null;
        try {
            for (K key : wanted) {
                Computations.Claim claim = engine.store.computations.claim(key);
                if (claim.own() != null) {
                    own.put(key, claim.own());
                } else if (claim.other() != null) {
                    others.put(key, claim.other());
                } else {
                    found.put(key, engine.cast(claim.present()));
                }
            }
            if (!own.isEmpty()) {
                loadOwn(own);
            }
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            abandon(own, failure);
        }
        return awaitOthers(others);
    }

    private void abandon(Map<K, Flight> own, @Nullable Throwable failure) {
        for (Flight flight : own.values()) {
            try {
                engine.store.computations.abandon(flight, failure);
            } catch (IllegalStateException refused) {
                // The call came from equals of a key. The flight has landed all the same: see FlightList.
            }
        }
        own.clear();
    }

    private void loadOwn(Map<K, Flight> own) {
        Map<? extends K, ? extends V> loaded = run(Collections.unmodifiableSet(new LinkedHashSet<>(own.keySet())));
        Map<K, V> extra = new LinkedHashMap<>();
        loaded.forEach((key, value) ->
                extra.put(requireNonNull(key, "a loaded key"), requireNonNull(value, "a loaded value")));
        List<Throwable> failures = new ArrayList<>();
        own.forEach((key, flight) -> {
            V value = extra.remove(key);
            if (value == null) {
                return; // there is none, as those who wait for it are told when the flight is abandoned
            }
            try {
                engine.store.computations.land(flight, value);
                found.put(key, value);
            } catch (RuntimeException | Error refused) {
                failures.add(refused);
            }
        });
        own.values().removeIf(Flight::isLanded);
        rethrowFirst(failures);
        abandon(own, null);
        extra.forEach(engine::put); // may wait for computations of these keys: ours have landed
    }

    /** A weigher or an Expiry refused a value: the others are kept, and the caller learns of the first. */
    private static void rethrowFirst(List<Throwable> failures) {
        if (!failures.isEmpty()) {
            Throwable first = failures.get(0);
            failures.stream().skip(1).filter(other -> other != first).forEach(first::addSuppressed);
            if (first instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) first;
        }
    }

    private Map<? extends K, ? extends V> run(Set<K> keys) {
        long start = engine.ticker.nanos();
        boolean isSuccess = false;
        try {
            Map<? extends K, ? extends V> loaded = requireNonNull(function.apply(keys), "the bulk load returned null");
            isSuccess = !loaded.isEmpty();
            return loaded;
        } finally {
            engine.countLoad(start, isSuccess);
        }
    }

    private Set<K> awaitOthers(Map<K, Flight> others) {
        Set<K> left = new LinkedHashSet<>();
        others.forEach((key, flight) -> {
            @Nullable V value = engine.cast(engine.store.computations.await(flight));
            if (value == null) {
                value = engine.getUncounted(key);
            }
            if (value == null) {
                left.add(key);
            } else {
                found.put(key, value);
            }
        });
        return left;
    }
}
