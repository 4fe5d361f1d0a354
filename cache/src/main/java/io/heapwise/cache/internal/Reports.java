package io.heapwise.cache.internal;

import com.github.benmanes.caffeine.cache.RemovalListener;
import com.github.benmanes.caffeine.cache.stats.StatsCounter;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners and statistics of entries that left. Invariant: nothing that a listener or an executor throws reaches
 * the cache or its caller.
 */
final class Reports<K, V> implements Consumer<Departure> {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.cache");

    private final @Nullable RemovalListener<? super K, ? super V> removalListener;
    private final @Nullable RemovalListener<? super K, ? super V> evictionListener;
    private final StatsCounter stats;
    private final Executor executor;
    private final boolean ofFutures;

    Reports(Blueprint<K, V> blueprint, StatsCounter stats, Executor executor, boolean ofFutures) {
        this.removalListener = blueprint.removalListener();
        this.evictionListener = blueprint.evictionListener();
        this.stats = stats;
        this.executor = executor;
        this.ofFutures = ofFutures;
    }

    @Override
    public void accept(Departure left) {
        if (left.cause().wasEvicted()) {
            stats.recordEviction(left.weight(), left.cause());
        }
        if (ofFutures) {
            // Listeners are told of values: when they are there, and never of one that failed.
            var unused = ((CompletableFuture<?>) left.value()).thenAccept(value -> {
                if (value != null) {
                    tellAll(new Departure(left.key(), value, left.weight(), left.cause(), null));
                }
            });
        } else {
            tellAll(left);
        }
    }

    private void tellAll(Departure left) {
        if (evictionListener != null && left.cause().wasEvicted()) {
            tell(evictionListener, left);
        }
        RemovalListener<? super K, ? super V> listener = removalListener;
        if (listener != null) {
            try {
                executor.execute(() -> tell(listener, left));
            } catch (Throwable refused) { // or there is no memory for it, nor perhaps to log
                tell(listener, left);
                LOGGER.log(Level.WARNING, "the executor refused a removal notice; told on the calling thread", refused);
            }
        }
    }

    @SuppressWarnings("unchecked") // what left came in as a K and a V
    private void tell(RemovalListener<? super K, ? super V> listener, Departure left) {
        try {
            listener.onRemoval((K) left.key(), (V) left.value(), left.cause());
        } catch (Throwable thrown) {
            LOGGER.log(Level.WARNING, "a listener threw on cause=" + left.cause(), thrown);
        }
    }
}
