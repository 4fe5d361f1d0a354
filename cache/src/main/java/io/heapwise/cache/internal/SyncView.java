package io.heapwise.cache.internal;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A cache of futures as one of values. Invariant: loads run on the calling thread, for others they are futures under way. */
class SyncView<K, V> extends ManualCache<K, V> {
    final AsyncManualCache<K, V> async;

    SyncView(Blueprint<K, V> blueprint, AsyncManualCache<K, V> async) {
        super(blueprint, async.engine);
        this.async = async;
    }

    @Override
    public Map<K, V> getAll(
            Iterable<? extends K> keys,
            Function<? super Set<? extends K>, ? extends Map<? extends K, ? extends V>> mappingFunction) {
        requireNonNull(mappingFunction, "mappingFunction");
        return requireNonNull(Futures.join(async.getAll(
                keys,
                (missing, executor) -> CompletableFuture.completedFuture(mappingFunction.apply(missing)),
                Thread.currentThread())));
    }
}
