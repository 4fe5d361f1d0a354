package io.heapwise.cache.internal.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy;
import io.heapwise.cache.CacheFootprint;
import io.heapwise.cache.CaffeineMembership;
import io.heapwise.cache.EntrySizer;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.Shrinkable;
import io.heapwise.memory.Subscription;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A Caffeine cache as the governor sees it. Invariant: the cache's maximum is the lower of its owner's and of what {@code
 * wantedBytes} comes to, or on its way there; the owner's for good once closed.
 *
 * <p>Held by {@link CaffeineMembers} and by whoever has the handle; holds the cache weakly.
 */
final class CaffeineMember<K, V> implements Shrinkable, CaffeineMembership {
    private static final System.Logger LOGGER = System.getLogger("io.heapwise.cache");

    final CacheReference<K, V> reference;
    private final HeapGovernor governor;
    private final String name;
    private final EntrySizer<? super K, ? super V> sizer;
    private final @Nullable Double bytesPerWeightUnit;
    private final Executor executor;
    private final OwnersMaximum maximum = new OwnersMaximum();

    private volatile Subscription subscription = Subscription.none();
    private volatile long wantedBytes = Long.MAX_VALUE;

    /**
     * How often we were asked to apply it, and have not yet. Only the first makes a task: were evictions blocked, each
     * decision of the governor would else leave one more thread of the executor waiting for them.
     */
    private final AtomicInteger asked = new AtomicInteger();

    /** From the last look: the governor asks for both in turn. */
    private volatile long pinnedBytes;

    CaffeineMember(
            CacheReference<K, V> reference,
            HeapGovernor governor,
            String name,
            EntrySizer<? super K, ? super V> sizer,
            @Nullable Double bytesPerWeightUnit,
            Executor executor) {
        this.reference = reference;
        this.governor = governor;
        this.name = name;
        this.sizer = sizer;
        this.bytesPerWeightUnit = bytesPerWeightUnit;
        this.executor = executor;
    }

    /** Only once no other member can be at work on the same cache. */
    void begin(Policy.Eviction<K, V> eviction) {
        maximum.owners(eviction); // fails here, if at all
        subscription = governor.register(this);
    }

    // ---- as the governor sees it -----------------------------------------------------------------------------------

    @Override
    public String name() {
        return name;
    }

    @Override
    public long footprintBytes() {
        Cache<K, V> cache = reference.get();
        if (cache == null) {
            CaffeineMembers.leave(this);
            return 0;
        }
        if (wantedBytes != Long.MAX_VALUE) {
            // Again: the owner may have raised the maximum meanwhile, or entries have grown, or have come at all.
            applySoon();
        }
        CaffeineSample sample = sample(cache);
        pinnedBytes = sample.pinnedBytes();
        return sample.footprint().totalBytes();
    }

    @Override
    public long minimumBytes() {
        return pinnedBytes;
    }

    @Override
    public void limitBytes(long bytes) {
        wantedBytes = bytes;
        applySoon();
    }

    private void applySoon() {
        if (asked.getAndIncrement() == 0) {
            try {
                executor.execute(this::applyAsked);
            } catch (Throwable refused) { // or there is no memory for it
                applyAsked();
            }
        }
    }

    private void applyAsked() {
        int seen;
        do {
            seen = asked.get();
            try {
                apply();
            } catch (Throwable thrown) {
                warn(thrown);
            }
        } while (!asked.compareAndSet(seen, 0));
    }

    /** Where memory is out to log it may fail too, and nothing that is asked later would be applied. */
    private void warn(Throwable thrown) {
        try {
            LOGGER.log(Level.WARNING, "the maximum of cache name=" + name + " could not be changed", thrown);
        } catch (Throwable unsaid) {
            // The next change is tried all the same.
        }
    }

    /** Only steps towards what is wanted now have an effect: a newer limit, or close, may come meanwhile. */
    private void apply() {
        Cache<K, V> cache = reference.get();
        if (cache == null) {
            return;
        }
        Policy.Eviction<K, V> eviction = CaffeineMembers.evictionOf(cache);
        long bytes = wantedBytes;
        long target = Long.MAX_VALUE;
        if (bytes != Long.MAX_VALUE) {
            cleanUp(cache);
            target = sample(cache).inOwnUnit(bytes);
        }
        boolean hasMore = true;
        while (hasMore) {
            hasMore = maximum.step(cache, eviction, target, () -> wantedBytes == bytes);
        }
    }

    /**
     * Lets go what has expired or was collected, else it would count, and what is in use be evicted for it. One maintenance
     * takes a thousand of each at most.
     */
    private static void cleanUp(Cache<?, ?> cache) {
        long before = Long.MAX_VALUE;
        for (long entries = cache.estimatedSize(); entries < before; entries = cache.estimatedSize()) {
            before = entries;
            cache.cleanUp();
        }
    }

    private CaffeineSample sample(Cache<K, V> cache) {
        return CaffeineSample.of(cache, CaffeineMembers.evictionOf(cache), sizer, bytesPerWeightUnit);
    }

    // ---- as its owner sees it --------------------------------------------------------------------------------------

    @Override
    public CacheFootprint footprint() {
        Cache<K, V> cache = reference.get();
        return (cache == null ? CaffeineSample.NOTHING : sample(cache)).footprint();
    }

    @Override
    public long maximum() {
        Cache<K, V> cache = reference.get();
        return cache == null ? 0 : maximum.owners(CaffeineMembers.evictionOf(cache));
    }

    @Override
    public Optional<HeapGovernor.Decision> lastDecision() {
        return Optional.ofNullable(governor.lastDecision());
    }

    @Override
    public void close() {
        subscription.close();
        Cache<K, V> cache = reference.get();
        if (cache != null) {
            maximum.giveBack(CaffeineMembers.evictionOf(cache));
        }
        CaffeineMembers.leave(this); // last: whoever governs the cache anew must find the owner's maximum
    }

    /** Its cache is gone, or was given back. */
    void endSubscription() {
        subscription.close();
    }

    void checkIntegrity() {
        Cache<K, V> cache = reference.get();
        if (cache != null) {
            maximum.checkIntegrity(CaffeineMembers.evictionOf(cache));
        }
    }

    @Override
    public String toString() {
        return "CaffeineMembership[name=" + name + ", wantedBytes=" + wantedBytes + ']';
    }
}
