package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** User code that calls back into the cache: allowed outside the locks, refused under them, and never a deadlock. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReentryTest {
    /** A key that runs something when it is compared. */
    private static final class Meddling {
        private final int hash;
        private final Runnable onEquals;

        Meddling(int hash, Runnable onEquals) {
            this.hash = hash;
            this.onEquals = onEquals;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            onEquals.run();
            return this == other;
        }
    }

    private static MemoryAwareCache<Object, Integer> cache() {
        return HeapwiseMaker.calm(builder -> builder.maximumSize(100_000));
    }

    private static Meddling quiet(int hash) {
        return new Meddling(hash, () -> {});
    }

    @Test
    void anEqualsThatWritesToItsOwnStripeIsRefused() {
        MemoryAwareCache<Object, Integer> cache = cache();
        cache.put(quiet(7), 1);
        Meddling meddling = new Meddling(7, () -> cache.put("other", 2));
        assertThatThrownBy(() -> cache.put(meddling, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("equals");
        assertThat(cache.asMap().keySet()).doesNotContain("other").hasSize(1);
        CacheIntegrity.check(cache);
    }

    @Test
    void anEqualsThatLoadsInItsOwnStripeIsRefused() {
        MemoryAwareCache<Object, Integer> cache = cache();
        cache.put(quiet(7), 1);
        Meddling meddling = new Meddling(7, () -> cache.get("other", key -> 2));
        assertThatThrownBy(() -> cache.asMap().remove(meddling)).isInstanceOf(IllegalStateException.class);
        assertThat(cache.estimatedSize()).isEqualTo(1);
        CacheIntegrity.check(cache);
    }

    @Test
    void anEqualsThatClearsTheCacheIsRefused() {
        MemoryAwareCache<Object, Integer> cache = cache();
        cache.put(quiet(7), 1);
        Meddling meddling = new Meddling(7, cache::invalidateAll);
        assertThatThrownBy(() -> cache.put(meddling, 2)).isInstanceOf(IllegalStateException.class);
        assertThat(cache.estimatedSize()).isEqualTo(1);
        CacheIntegrity.check(cache);
    }

    @Test
    void anEqualsThatReadsIsServedOrRefusedButNeverHangs() {
        MemoryAwareCache<Object, Integer> cache = cache();
        cache.put("other", 5);
        cache.put(quiet(7), 1);
        AtomicReference<Integer> read = new AtomicReference<>();
        Meddling meddling = new Meddling(7, () -> read.set(cache.getIfPresent("other")));
        assertThat(cache.getIfPresent(meddling)).isNull();
        assertThat(read).hasValue(5);
        cache.put(meddling, 2);
        assertThat(cache.estimatedSize()).isEqualTo(3);
        CacheIntegrity.check(cache);
    }

    /**
     * Under the lock of one stripe, equals waits for a load in another stripe, and that load waits for the first stripe:
     * one of the two has to be refused.
     */
    @Test
    void anEqualsThatWaitsForALoadInAnotherStripeCanNotHang() throws Exception {
        MemoryAwareCache<Object, Integer> cache =
                HeapwiseMaker.calm(builder -> builder.maximumSize(100_000).initialCapacity(50_000));
        Meddling held = quiet(7);
        cache.put(held, 1);
        Integer far = farFrom(cache, held);
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayTouchTheStripe = new CountDownLatch(1);
        AtomicBoolean armed = new AtomicBoolean(true);
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> loader = crew.start(() -> cache.get(far, key -> {
                loading.countDown();
                Crew.await(mayTouchTheStripe);
                armed.set(false);
                cache.put(quiet(7), 3);
                return 2;
            }));
            Crew.await(loading);
            Meddling meddling = new Meddling(7, () -> {
                if (armed.get()) {
                    cache.get(far, key -> 4);
                }
            });
            Crew.Hand<Object> comparer = crew.start(() -> cache.asMap().remove(meddling));
            comparer.awaitStuck();
            mayTouchTheStripe.countDown();
            assertThatThrownBy(() -> {
                        comparer.result();
                        loader.result();
                    })
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class);
        }
        CacheIntegrity.check(cache);
    }

    private static Integer farFrom(MemoryAwareCache<Object, Integer> cache, Object key) {
        int far = 0;
        while (CacheIntegrity.shareAStripe(cache, key, far)) {
            far++;
        }
        return far;
    }

    @Test
    void aWeigherMayReadAndWriteOtherKeys() {
        AtomicReference<MemoryAwareCache<Object, Integer>> self = new AtomicReference<>();
        MemoryAwareCache<Object, Integer> cache =
                HeapwiseMaker.calm(builder -> builder.maximumWeight(100).weigher((key, value) -> {
                    if (key.equals("a")) {
                        self.get().put("b", 3);
                        assertThat(self.get().getIfPresent("b")).isEqualTo(3);
                    }
                    return value;
                }));
        self.set(cache);
        cache.put("a", 1);
        assertThat(cache.asMap()).isEqualTo(Map.of("a", 1, "b", 3));
        CacheIntegrity.check(cache);
    }

    @Test
    void aWeigherThatWritesItsOwnKeyDuringALoadIsRefused() {
        AtomicReference<MemoryAwareCache<Object, Integer>> self = new AtomicReference<>();
        AtomicBoolean armed = new AtomicBoolean(true);
        MemoryAwareCache<Object, Integer> cache =
                HeapwiseMaker.calm(builder -> builder.maximumWeight(100).weigher((key, value) -> {
                    if (armed.getAndSet(false)) {
                        self.get().put(key, 9);
                    }
                    return value;
                }));
        self.set(cache);
        assertThatThrownBy(() -> cache.get("a", key -> 1)).isInstanceOf(IllegalStateException.class);
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.get("a", key -> 2)).isEqualTo(2);
        CacheIntegrity.check(cache);
    }

    @Test
    void anEvictionListenerMayUseTheCache() {
        AtomicReference<MemoryAwareCache<Object, Integer>> self = new AtomicReference<>();
        MemoryAwareCache<Object, Integer> cache =
                HeapwiseMaker.calm(builder -> builder.maximumSize(10).evictionListener((key, value, cause) -> {
                    self.get().invalidate(key);
                    if (value < 5) {
                        self.get().put(key, value + 1);
                    }
                }));
        self.set(cache);
        for (int i = 0; i < 100; i++) {
            cache.put(i, 0);
        }
        assertThat(cache.estimatedSize()).isLessThanOrEqualTo(10);
        CacheIntegrity.check(cache);
    }

    @Test
    void aLoaderMayLoadOtherKeysEvenWithTheSameHashCode() {
        MemoryAwareCache<Object, Integer> cache = cache();
        Meddling outer = quiet(7);
        Meddling inner = quiet(7);
        Meddling innermost = quiet(7);
        assertThat(cache.get(outer, a -> cache.get(inner, b -> cache.get(innermost, c -> 1) + 1) + 1))
                .isEqualTo(3);
        assertThat(cache.asMap()).isEqualTo(Map.of(outer, 3, inner, 2, innermost, 1));
        CacheIntegrity.check(cache);
    }

    @Test
    void aLoaderMayFillAndClearTheCache() {
        MemoryAwareCache<Object, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(100));
        assertThat(cache.get("a", key -> {
                    for (int i = 0; i < 20_000; i++) {
                        cache.put(i, i);
                    }
                    cache.invalidateAll();
                    return 7;
                }))
                .isEqualTo(7);
        assertThat(cache.asMap())
                .as("what was loading while the cache was cleared is not kept")
                .isEmpty();
        CacheIntegrity.check(cache);
    }
}
