package io.heapwise.cache.internal.weak;

import io.heapwise.cache.internal.Waits;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Loads values, for each key one at a time and outside all locks. Invariant: nobody waits for a load while it holds a lock.
 */
final class Flights {
    private final LinkStore store;

    private final Waits waits = new Waits();

    Flights(LinkStore store) {
        this.store = store;
    }

    /**
     * The value of {@code key}, loaded if there is none; null if there was nothing to load.
     *
     * @throws IllegalStateException when the caller loads this key already, or when loaders wait for each other
     */
    @Nullable Object get(Object key, Function<Object, @Nullable Object> loader) {
        int hash = store.hash(key);
        while (true) {
            Object present = store.read(key, hash);
            if (present != null) {
                return present;
            }
            Flight mine = new Flight(key, hash, loader);
            Object found = store.join(mine);
            if (found == mine) {
                return fly(mine);
            }
            if (!(found instanceof Flight other)) {
                return found;
            }
            await(other);
            if (other.value() != null) {
                return other.value();
            }
            if (other.loader == loader) {
                other.rethrow();
                return null;
            }
        }
    }

    private @Nullable Object fly(Flight mine) {
        try {
            Object loaded = mine.loader.apply(mine.key);
            Object value = store.land(mine, loaded);
            mine.land(value, null);
            return value;
        } catch (Throwable thrown) {
            mine.land(null, thrown);
            leave(mine, thrown);
            throw thrown;
        }
    }

    private void leave(Flight mine, Throwable thrown) {
        try {
            store.leave(mine);
        } catch (RuntimeException refused) {
            thrown.addSuppressed(refused); // the next that comes along drops a load that has landed
        }
    }

    private void await(Flight flight) {
        if (store.isCallerInside()) {
            throw LinkStripe.reentered(); // the load could not land
        }
        waits.await(flight);
    }

    boolean isAnyWaiting() {
        return !waits.isEmpty();
    }
}
