package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slow load holds up those who want its key, and nobody else. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LoadIsolationTest {
    private record Clash(int id) {
        @Override
        public int hashCode() {
            return 42;
        }
    }

    private final MemoryAwareCache<Clash, Integer> cache =
            HeapwiseMaker.calm(builder -> builder.maximumSize(50).recordStats());
    private final CountDownLatch loading = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private Crew.Hand<Integer> startSlowLoad(Crew crew, Clash key, int value) {
        Crew.Hand<Integer> hand = crew.start(() -> cache.get(key, k -> {
            loading.countDown();
            Crew.await(mayEnd);
            return value;
        }));
        Crew.await(loading);
        return hand;
    }

    @AfterEach
    void theCacheIsSound() {
        CacheIntegrity.check(cache);
    }

    @Test
    void keysWithTheSameHashCodeAreReadWrittenAndLoadedMeanwhile() throws Exception {
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> slow = startSlowLoad(crew, new Clash(0), 1);
            cache.put(new Clash(1), 1);
            assertThat(cache.getIfPresent(new Clash(1))).isEqualTo(1);
            assertThat(cache.get(new Clash(2), key -> 2)).isEqualTo(2);
            assertThat(cache.asMap().merge(new Clash(1), 5, Integer::sum)).isEqualTo(6);
            assertThat(cache.asMap().remove(new Clash(2))).isEqualTo(2);
            assertThat(cache.getIfPresent(new Clash(0))).isNull();
            assertThat(cache.asMap()).isEqualTo(Map.of(new Clash(1), 6));
            assertThat(slow.isDone()).isFalse();
            mayEnd.countDown();
            assertThat(slow.result()).isEqualTo(1);
        }
        assertThat(cache.asMap()).isEqualTo(Map.of(new Clash(0), 1, new Clash(1), 6));
    }

    @Test
    void evictionGoesOnMeanwhile() throws Exception {
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> slow = startSlowLoad(crew, new Clash(0), 1);
            for (int i = 1; i <= 1_000; i++) {
                cache.put(new Clash(i), i);
            }
            assertThat(cache.estimatedSize()).isEqualTo(50);
            cache.policy().eviction().orElseThrow().setMaximum(10);
            assertThat(cache.estimatedSize()).isEqualTo(10);
            mayEnd.countDown();
            assertThat(slow.result()).isEqualTo(1);
        }
        assertThat(cache.getIfPresent(new Clash(0))).isEqualTo(1);
    }

    @Test
    void theCacheIsClearedMeanwhileAndTheLoadedValueIsHandedOutButNotKept() throws Exception {
        try (Crew crew = new Crew()) {
            cache.put(new Clash(9), 9);
            Crew.Hand<Integer> slow = startSlowLoad(crew, new Clash(0), 1);
            cache.invalidateAll();
            assertThat(cache.asMap()).isEmpty();
            mayEnd.countDown();
            assertThat(slow.result()).isEqualTo(1);
        }
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void theKeyIsInvalidatedMeanwhileAndTheLoadedValueIsHandedOutButNotKept() throws Exception {
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> slow = startSlowLoad(crew, new Clash(0), 1);
            Crew.Hand<Integer> waiting = crew.start(() -> cache.asMap().putIfAbsent(new Clash(0), 5));
            waiting.awaitStuck();
            cache.invalidate(new Clash(0));
            mayEnd.countDown();
            assertThat(slow.result()).isEqualTo(1);
            assertThat(waiting.result()).isNull();
        }
        assertThat(cache.asMap()).isEqualTo(Map.of(new Clash(0), 5));
    }

    @Test
    void theCacheSplitsAndGrowsUnderALoad() throws Exception {
        MemoryAwareCache<Integer, Integer> large = HeapwiseMaker.calm(builder -> builder.maximumSize(100_000));
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Integer>> slow = new ArrayList<>();
            CyclicBarrier all = new CyclicBarrier(5);
            for (int i = 0; i < 4; i++) {
                int key = -1 - i;
                slow.add(crew.start(() -> large.get(key, k -> {
                    meet(all);
                    Crew.await(mayEnd);
                    return k;
                })));
            }
            meet(all);
            for (int i = 0; i < 60_000; i++) {
                large.put(i, i);
            }
            assertThat(CacheIntegrity.stripes(large)).isGreaterThan(8);
            Crew.Hand<Integer> joins = crew.start(() -> large.get(-1, k -> 99));
            joins.awaitStuck();
            mayEnd.countDown();
            for (int i = 0; i < 4; i++) {
                assertThat(slow.get(i).result()).isEqualTo(-1 - i);
            }
            assertThat(joins.result()).isEqualTo(-1);
        }
        assertThat(large.estimatedSize()).isEqualTo(60_004);
        CacheIntegrity.check(large);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void loadersThatWaitForEachOtherAreToldSo() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger refused = new AtomicInteger();
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> one = crew.start(() -> cross(new Clash(1), new Clash(2), both, refused));
            Crew.Hand<Integer> two = crew.start(() -> cross(new Clash(2), new Clash(1), both, refused));
            one.result();
            two.result();
        }
        assertThat(refused).hasPositiveValue();
        assertThat(cache.get(new Clash(1), key -> 11)).isNotNull();
        assertThat(cache.get(new Clash(2), key -> 22)).isNotNull();
    }

    private Integer cross(Clash mine, Clash other, CyclicBarrier both, AtomicInteger refused) {
        return cache.get(mine, key -> {
            meet(both);
            try {
                return cache.get(other, k -> 1);
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
                return -1;
            }
        });
    }

    @Test
    void aRingOfLoadersThatWaitForTheNextIsToldSo() throws Exception {
        CyclicBarrier all = new CyclicBarrier(3);
        AtomicInteger refused = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Integer>> ring = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Clash mine = new Clash(i);
                Clash next = new Clash((i + 1) % 3);
                ring.add(crew.start(() -> cross(mine, next, all, refused)));
            }
            for (Crew.Hand<Integer> hand : ring) {
                hand.result();
            }
        }
        assertThat(refused).hasPositiveValue();
    }

    @Test
    void aWaiterThatIsInterruptedStillGetsTheValueAndStaysInterrupted() throws Exception {
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> slow = startSlowLoad(crew, new Clash(0), 1);
            Crew.Hand<Boolean> waiter = crew.start(() -> {
                assertThat(cache.get(new Clash(0), key -> 2)).isEqualTo(1);
                return Thread.interrupted();
            });
            waiter.awaitStuck();
            waiter.thread().interrupt();
            mayEnd.countDown();
            assertThat(waiter.result()).isTrue();
            assertThat(slow.result()).isEqualTo(1);
        }
    }

    @Test
    void aThreadMayLoadWhileItIsInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(cache.get(new Clash(0), key -> 1)).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void waitersOfAFailingLoaderOfTheCallersOwnTryForThemselves() throws Exception {
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> fails = crew.start(() -> cache.get(new Clash(0), key -> {
                loading.countDown();
                Crew.await(mayEnd);
                throw new OutOfMemoryError("on purpose");
            }));
            Crew.await(loading);
            Crew.Hand<Integer> other = crew.start(() -> cache.get(new Clash(0), key -> 2));
            other.awaitStuck();
            mayEnd.countDown();
            assertThatThrownBy(fails::result)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(OutOfMemoryError.class);
            assertThat(other.result()).isEqualTo(2);
        }
        assertThat(cache.getIfPresent(new Clash(0))).isEqualTo(2);
    }
}
