package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.CacheLoader;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A bulk load is single-flight for each of its keys; Caffeine's is not. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class BulkFlightTest {
    private final MemoryAwareCache<Integer, String> cache =
            HeapwiseMaker.calm(builder -> builder.maximumSize(100_000).recordStats());
    private final Map<Integer, AtomicInteger> loads = new ConcurrentHashMap<>();

    private Map<Integer, String> loadAll(Set<? extends Integer> keys) {
        keys.forEach(key -> loads.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet());
        return keys.stream().collect(Collectors.toMap(key -> key, key -> "bulk " + key));
    }

    @AfterEach
    void theCacheIsSoundAndNothingIsInTheAir() {
        CacheIntegrity.check(cache);
        assertThat(CacheIntegrity.flights(cache)).isZero();
    }

    @Test
    void whatAnotherLoadsIsWaitedForAndNotLoadedAgain() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch bulkLoaded = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<String> single = crew.start(() -> cache.get(2, key -> {
                loading.countDown();
                Crew.await(mayEnd);
                return "single";
            }));
            Crew.await(loading);
            Crew.Hand<Map<Integer, String>> bulk = crew.start(() -> cache.getAll(List.of(1, 2, 3), keys -> {
                bulkLoaded.countDown();
                return loadAll(keys);
            }));
            Crew.await(bulkLoaded);
            bulk.awaitStuck();
            assertThat(bulk.isDone()).isFalse();
            assertThat(cache.get(1, key -> "late"))
                    .as("those it loaded are there")
                    .isEqualTo("bulk 1");
            mayEnd.countDown();
            assertThat(single.result()).isEqualTo("single");
            assertThat(bulk.result()).isEqualTo(Map.of(1, "bulk 1", 2, "single", 3, "bulk 3"));
        }
        assertThat(loads).containsOnlyKeys(1, 3);
        assertThat(cache.stats().loadCount()).isEqualTo(2);
    }

    @Test
    void whoWantsOneKeyOfABulkLoadWaitsForIt() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Map<Integer, String>> bulk = crew.start(() -> cache.getAll(List.of(1, 2), keys -> {
                loading.countDown();
                Crew.await(mayEnd);
                return loadAll(keys);
            }));
            Crew.await(loading);
            Crew.Hand<String> single = crew.start(() -> cache.get(1, key -> "single"));
            Crew.Hand<String> writer = crew.start(() -> cache.asMap().put(2, "written"));
            single.awaitStuck();
            writer.awaitStuck();
            assertThat(cache.get(7, key -> "other"))
                    .as("others are not held up")
                    .isEqualTo("other");
            mayEnd.countDown();
            assertThat(bulk.result()).isEqualTo(Map.of(1, "bulk 1", 2, "bulk 2"));
            assertThat(single.result()).isEqualTo("bulk 1");
            assertThat(writer.result()).isEqualTo("bulk 2");
        }
        assertThat(cache.getIfPresent(2)).isEqualTo("written");
    }

    @Test
    void overlappingBulkLoadsInOppositeOrderLoadEachKeyOnce() throws Exception {
        List<Integer> up = IntStream.range(0, 100).boxed().toList();
        List<Integer> down = IntStream.range(0, 100).mapToObj(i -> 99 - i).toList();
        for (int round = 0; round < 50; round++) {
            CyclicBarrier start = new CyclicBarrier(2);
            loads.clear();
            cache.invalidateAll();
            try (Crew crew = new Crew()) {
                List<Crew.Hand<Map<Integer, String>>> hands = new ArrayList<>();
                for (List<Integer> keys : List.of(up, down)) {
                    hands.add(crew.start(() -> {
                        start.await();
                        return cache.getAll(keys, this::loadAll);
                    }));
                }
                for (Crew.Hand<Map<Integer, String>> hand : hands) {
                    assertThat(hand.result()).hasSize(100).containsEntry(42, "bulk 42");
                }
            }
            assertThat(loads).hasSize(100);
            assertThat(loads.values()).allMatch(count -> count.get() == 1);
        }
    }

    @Test
    void bothBulkLoadsOverlapWhileTheyLoad() throws Exception {
        CountDownLatch firstLoads = new CountDownLatch(1);
        CountDownLatch secondLoaded = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Map<Integer, String>> first = crew.start(() -> cache.getAll(List.of(1, 2), keys -> {
                firstLoads.countDown();
                Crew.await(secondLoaded);
                return loadAll(keys);
            }));
            Crew.await(firstLoads);
            Crew.Hand<Map<Integer, String>> second = crew.start(() -> cache.getAll(List.of(3, 2), keys -> {
                secondLoaded.countDown();
                return loadAll(keys);
            }));
            assertThat(second.result()).isEqualTo(Map.of(3, "bulk 3", 2, "bulk 2"));
            assertThat(first.result()).isEqualTo(Map.of(1, "bulk 1", 2, "bulk 2"));
        }
        assertThat(loads.values()).allMatch(count -> count.get() == 1);
    }

    @Test
    void aBulkLoadThatFailsFreesItsKeysAndWhoWaitsLoadsHimself() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayFail = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Map<Integer, String>> failing = crew.start(() -> cache.getAll(List.of(1, 2), keys -> {
                loading.countDown();
                Crew.await(mayFail);
                throw new ArithmeticException("on purpose");
            }));
            Crew.await(loading);
            Crew.Hand<String> single = crew.start(() -> cache.get(1, key -> "single"));
            Crew.Hand<Map<Integer, String>> bulk = crew.start(() -> cache.getAll(List.of(2, 3), this::loadAll));
            single.awaitStuck();
            bulk.awaitStuck();
            mayFail.countDown();
            assertThatThrownBy(failing::result)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ArithmeticException.class);
            assertThat(single.result()).isEqualTo("single");
            assertThat(bulk.result()).isEqualTo(Map.of(2, "bulk 2", 3, "bulk 3"));
        }
    }

    @Test
    void keysThatAreNotFoundAreNotInTheAnswerAndNotInTheAir() {
        assertThat(cache.getAll(List.of(1, 2, 3), keys -> Map.of(2, "two"))).isEqualTo(Map.of(2, "two"));
        assertThat(cache.asMap()).isEqualTo(Map.of(2, "two"));
        assertThat(cache.get(1, key -> "one")).isEqualTo("one");
    }

    @Test
    void whatALoaderBringsBesidesIsKeptButNotAnswered() {
        assertThat(cache.getAll(List.of(1), keys -> Map.of(1, "one", 9, "nine")))
                .isEqualTo(Map.of(1, "one"));
        assertThat(cache.asMap()).isEqualTo(Map.of(1, "one", 9, "nine"));
    }

    @Test
    void aBulkLoadThatAsksForItsOwnKeyIsRefused() {
        assertThatThrownBy(() -> cache.getAll(List.of(1, 2), keys -> {
                    cache.get(1, key -> "inner");
                    return loadAll(keys);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("key=1");
        assertThat(cache.asMap()).isEmpty();
        assertThat(cache.getAll(List.of(1, 2), this::loadAll)).hasSize(2);
    }

    @Test
    void aBulkLoadMayLoadOtherKeys() {
        assertThat(cache.getAll(List.of(1, 2), keys -> {
                    cache.getAll(List.of(3, 4), this::loadAll);
                    cache.get(5, key -> "five");
                    return loadAll(keys);
                }))
                .isEqualTo(Map.of(1, "bulk 1", 2, "bulk 2"));
        assertThat(cache.asMap()).hasSize(5);
    }

    @Test
    void whatIsInvalidatedWhileItIsLoadedIsAnsweredButNotKept() {
        assertThat(cache.getAll(List.of(1, 2), keys -> {
                    cache.invalidate(1);
                    return loadAll(keys);
                }))
                .isEqualTo(Map.of(1, "bulk 1", 2, "bulk 2"));
        assertThat(cache.asMap()).isEqualTo(Map.of(2, "bulk 2"));
    }

    @Test
    void aValueThatCannotBeWeighedIsRefusedAndTheOthersAreKept() {
        MemoryAwareCache<Integer, String> weighed =
                HeapwiseMaker.calm(builder -> builder.maximumWeight(1_000).weigher((key, value) -> key == 2 ? -1 : 1));
        assertThatThrownBy(() -> weighed.getAll(List.of(1, 2, 3), this::loadAll))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key=2");
        assertThat(weighed.asMap()).isEqualTo(Map.of(1, "bulk 1", 3, "bulk 3"));
        assertThat(CacheIntegrity.flights(weighed)).isZero();
        CacheIntegrity.check(weighed);
    }

    @Test
    void nullsFromABulkLoaderAreRefusedAndFreeTheKeys() {
        assertThatThrownBy(() -> cache.getAll(List.of(1), keys -> null)).isInstanceOf(NullPointerException.class);
        Map<Integer, String> withNull = new java.util.HashMap<>();
        withNull.put(1, null);
        assertThatThrownBy(() -> cache.getAll(List.of(1), keys -> withNull)).isInstanceOf(NullPointerException.class);
        assertThat(cache.get(1, key -> "one")).isEqualTo("one");
    }

    @Test
    void aLoadingCacheSharesKeysBetweenItsBulkAndItsSingleLoads() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger singles = new AtomicInteger();
        MemoryAwareLoadingCache<Integer, String> loadingCache = MemoryAwareCache.<Integer, String>builder()
                .maximumSize(100)
                .build(new CacheLoader<Integer, String>() {
                    @Override
                    public String load(Integer key) {
                        singles.incrementAndGet();
                        return "single " + key;
                    }

                    @Override
                    public Map<? extends Integer, ? extends String> loadAll(Set<? extends Integer> keys) {
                        loading.countDown();
                        Crew.await(mayEnd);
                        return BulkFlightTest.this.loadAll(keys);
                    }
                });
        try (Crew crew = new Crew()) {
            Crew.Hand<Map<Integer, String>> bulk = crew.start(() -> loadingCache.getAll(List.of(1, 2)));
            Crew.await(loading);
            Crew.Hand<String> single = crew.start(() -> loadingCache.get(1));
            single.awaitStuck();
            mayEnd.countDown();
            assertThat(single.result()).isEqualTo("bulk 1");
            assertThat(bulk.result()).hasSize(2);
        }
        assertThat(singles).hasValue(0);
        CacheIntegrity.check(loadingCache);
    }

    @Test
    void manyKeysAreClaimedAtOnce() {
        List<Integer> keys = IntStream.range(0, 50_000).boxed().toList();
        Function<Set<? extends Integer>, Map<Integer, String>> load = this::loadAll;
        assertThat(cache.getAll(keys, load)).hasSize(50_000);
        assertThat(cache.getAll(keys, load)).hasSize(50_000);
        assertThat(loads.values()).hasSize(50_000).allMatch(count -> count.get() == 1);
    }
}
