package io.heapwise.cache.internal.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lowers the maximum of a Caffeine cache and gives it back. Invariant: while {@code lowered} is not {@link #NOT}, it is below
 * {@code owners}, and the cache's maximum is {@code lowered} or was changed by its owner since.
 *
 * <p>Thread-safe. Holds no reference to the cache.
 */
final class OwnersMaximum {
    /*
     * To read a maximum and then to set another would write over what the owner set in between. So both happen under the
     * one lock that every setMaximum takes, the cache's eviction lock: Policy.Eviction.coldest(Function) runs its function
     * under it, by its contract, and the lock can be taken again by its holder, since listeners run under it that may call
     * the cache. The fields here are guarded by the same lock. They are written before setMaximum, which may call an
     * eviction listener that comes back.
     */

    private static final long NOT = -1;

    /** Few enough that the eviction lock is soon free again, since all of a lowered maximum is evicted at once. */
    private static final long SLICE_ENTRIES = 1_024;

    private long owners = NOT;
    private long lowered = NOT;
    private boolean isReturned;

    /** The maximum that the owner set last. */
    long owners(Policy.Eviction<?, ?> eviction) {
        return underLock(eviction, () -> {
            adopt(eviction);
            return owners;
        });
    }

    /**
     * Goes one step towards {@code target}, or the owner's maximum if that is lower.
     *
     * @param isCurrent asked under the lock; false if the target is out of date
     * @return whether there is more to do
     */
    <K, V> boolean step(Cache<K, V> cache, Policy.Eviction<K, V> eviction, long target, BooleanSupplier isCurrent) {
        return underLock(eviction, () -> {
            long maximum = adopt(eviction);
            if (isReturned || !isCurrent.getAsBoolean()) {
                return false;
            }
            long goal = Math.min(owners, target);
            long next = goal >= maximum
                    ? goal
                    : Math.max(goal, Math.min(maximum, held(cache, eviction)) - slice(cache, eviction));
            set(eviction, maximum, next);
            return next > goal;
        });
    }

    /** Gives the owner's maximum back, for good. */
    void giveBack(Policy.Eviction<?, ?> eviction) {
        underLock(eviction, () -> {
            long maximum = adopt(eviction);
            isReturned = true;
            set(eviction, maximum, owners);
            return true;
        });
    }

    /** A maximum that is not the one set here is the owner's. */
    private long adopt(Policy.Eviction<?, ?> eviction) {
        long maximum = eviction.getMaximum();
        if (maximum != lowered) {
            owners = maximum;
            lowered = NOT;
        }
        return maximum;
    }

    private void set(Policy.Eviction<?, ?> eviction, long maximum, long next) {
        if (next != maximum) {
            lowered = next == owners ? NOT : next;
            eviction.setMaximum(next);
        }
    }

    /** Entries or weight present. */
    static long held(Cache<?, ?> cache, Policy.Eviction<?, ?> eviction) {
        return eviction.isWeighted() ? eviction.weightedSize().orElse(0) : cache.estimatedSize();
    }

    private static long slice(Cache<?, ?> cache, Policy.Eviction<?, ?> eviction) {
        double mean = (double) held(cache, eviction) / Math.max(1, cache.estimatedSize());
        return Math.max(1, (long) (SLICE_ENTRIES * mean));
    }

    void checkIntegrity(Policy.Eviction<?, ?> eviction) {
        underLock(eviction, () -> {
            boolean isBelow = lowered == NOT || (lowered < owners && !isReturned);
            if (!isBelow) {
                throw new IllegalStateException("lowered=" + lowered + ", owners=" + owners + ", returned=" + isReturned
                        + " (expected lowered below the owner's, and none once returned)");
            }
            return true;
        });
    }

    /** What is done under the lock. */
    @FunctionalInterface
    private interface Action<T> {
        T run();
    }

    private static <T> T underLock(Policy.Eviction<?, ?> eviction, Action<T> action) {
        return coldest(eviction, action);
    }

    /** Names the type variables of the wildcards. */
    private static <K, V, T extends @Nullable Object> T coldest(Policy.Eviction<K, V> eviction, Action<T> action) {
        return eviction.coldest(entries -> action.run());
    }
}
