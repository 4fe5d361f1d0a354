package io.heapwise.cache.internal.caffeine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Policy;
import io.heapwise.cache.CaffeineMembership;
import io.heapwise.cache.EntrySizer;
import io.heapwise.cache.MemoryAwareCache;
import io.heapwise.memory.HeapGovernor;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the members alive, since the governor holds them weakly and a foreign cache has no place for them. Invariant: a
 * cache has one member at most, which is here until it is closed or its cache was collected and somebody has looked.
 * Thread-safe.
 */
public final class CaffeineMembers {
    private static final ConcurrentMap<CacheReference<?, ?>, CaffeineMember<?, ?>> MEMBERS = new ConcurrentHashMap<>();
    private static final ReferenceQueue<Cache<?, ?>> COLLECTED = new ReferenceQueue<>();

    private CaffeineMembers() {}

    /** Makes a cache a member. */
    public static <K, V> CaffeineMembership join(
            Cache<K, V> cache,
            HeapGovernor governor,
            String name,
            EntrySizer<? super K, ? super V> sizer,
            @Nullable Double bytesPerWeightUnit,
            Executor executor) {
        takeOutCollected();
        if (cache instanceof MemoryAwareCache) {
            throw new IllegalArgumentException("cache=" + cache
                    + " (expected a Caffeine cache): it is governed already, give its builder the governor");
        }
        Policy.Eviction<K, V> eviction = evictionOf(cache);
        if (bytesPerWeightUnit != null && !eviction.isWeighted()) {
            throw new IllegalArgumentException("bytesPerWeightUnit=" + bytesPerWeightUnit + " of cache name=" + name
                    + " (expected a cache with a weigher): set a sizer instead");
        }
        CaffeineMember<K, V> member = new CaffeineMember<>(
                new CacheReference<>(cache, COLLECTED), governor, name, sizer, bytesPerWeightUnit, executor);
        CaffeineMember<?, ?> other = MEMBERS.putIfAbsent(member.reference, member);
        if (other != null) {
            throw new IllegalStateException("cache name=" + name + " is governed already, as " + other.name()
                    + " (expected once): close that membership first");
        }
        try {
            member.begin(eviction);
        } catch (UnsupportedOperationException missing) {
            MEMBERS.remove(member.reference);
            throw new IllegalArgumentException(
                    "cache of " + cache.getClass().getName() + " has no policy().eviction().coldest(function) (expected"
                            + " Caffeine 3.0.6 or later): govern the cache that it wraps",
                    missing);
        } catch (Throwable thrown) {
            MEMBERS.remove(member.reference);
            throw thrown;
        }
        return member;
    }

    static <K, V> Policy.Eviction<K, V> evictionOf(Cache<K, V> cache) {
        return cache.policy()
                .eviction()
                .orElseThrow(() -> new IllegalArgumentException(
                        "cache of " + cache.getClass().getName()
                                + " has no maximum (expected maximumSize or maximumWeight): build it with one, which is what the"
                                + " governor lowers"));
    }

    static void leave(CaffeineMember<?, ?> member) {
        MEMBERS.remove(member.reference);
        member.endSubscription();
    }

    private static void takeOutCollected() {
        for (Reference<?> gone = COLLECTED.poll(); gone != null; gone = COLLECTED.poll()) {
            CaffeineMember<?, ?> member = MEMBERS.get(gone);
            if (member != null) {
                leave(member);
            }
        }
    }

    static boolean isKept(CaffeineMember<?, ?> member) {
        return MEMBERS.get(member.reference) == member;
    }
}
