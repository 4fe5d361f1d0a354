package io.heapwise.cache.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One load a key at a time, whoever asks, and nothing left behind when it fails. */
abstract class SingleFlightContract extends Contract {
    SingleFlightContract(CacheMaker maker) {
        super(maker);
    }

    @Test
    void manyThreadsThatWantOneKeyLoadItOnce() throws Exception {
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch mayLoad = new CountDownLatch(1);
        Object value = new Object();
        LoadingCache<String, Object> cache = loading(key -> {
            loads.incrementAndGet();
            Crew.await(mayLoad);
            return value;
        });
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Object>> hands = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                hands.add(crew.start(() -> cache.get("a")));
            }
            hands.forEach(Crew.Hand::awaitStuck);
            assertThat(hands).noneMatch(Crew.Hand::isDone);
            mayLoad.countDown();
            for (Crew.Hand<Object> hand : hands) {
                assertThat(hand.result()).isSameAs(value);
            }
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void aFailedLoadFreesTheKey() throws Exception {
        Cache<String, Integer> cache = cache();
        CountDownLatch mayFail = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> failing = crew.start(() -> cache.get("a", key -> {
                loading.countDown();
                Crew.await(mayFail);
                throw new ArithmeticException("on purpose");
            }));
            Crew.await(loading);
            Crew.Hand<Integer> waiting = crew.start(() -> {
                try {
                    return cache.get("a", key -> 2);
                } catch (ArithmeticException sharedFailure) {
                    return cache.get("a", key -> 2);
                }
            });
            waiting.awaitStuck();
            mayFail.countDown();
            assertThatThrownBy(failing::result)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(ArithmeticException.class);
            assertThat(waiting.result()).isEqualTo(2);
        }
        assertThat(cache.asMap()).containsOnly(Map.entry("a", 2));
    }

    @Test
    void aLoadThatFindsNothingFreesTheKey() throws Exception {
        Cache<String, Integer> cache = cache();
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch loading = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> first = crew.start(() -> cache.get("a", key -> {
                loading.countDown();
                Crew.await(mayEnd);
                return null;
            }));
            Crew.await(loading);
            mayEnd.countDown();
            assertThat(first.result()).isNull();
        }
        assertThat(cache.get("a", key -> 3)).isEqualTo(3);
    }

    @Test
    void computationsOfOneKeyTakeTurns() throws Exception {
        Cache<String, Integer> cache = cache();
        AtomicInteger inside = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Crew.Hand<Integer>> hands = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                hands.add(crew.start(() -> {
                    for (int n = 0; n < 5_000; n++) {
                        cache.asMap().compute("a", (key, value) -> {
                            assertThat(inside.incrementAndGet()).isEqualTo(1);
                            inside.decrementAndGet();
                            return value == null ? 1 : value + 1;
                        });
                        cache.asMap().merge("a", 1, Integer::sum);
                    }
                    return 0;
                }));
            }
            for (Crew.Hand<Integer> hand : hands) {
                hand.result();
            }
        }
        assertThat(cache.getIfPresent("a")).isEqualTo(40_000);
    }

    @Test
    void aReaderIsServedWhileAPresentKeyIsRecomputed() throws Exception {
        Cache<String, Integer> cache = cache();
        cache.put("a", 1);
        CountDownLatch computing = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> computes = crew.start(() -> cache.asMap().compute("a", (key, value) -> {
                computing.countDown();
                Crew.await(mayEnd);
                return 2;
            }));
            Crew.await(computing);
            assertThat(cache.getIfPresent("a")).isEqualTo(1);
            assertThat(cache.get("a", key -> 9)).isEqualTo(1);
            mayEnd.countDown();
            assertThat(computes.result()).isEqualTo(2);
        }
        assertThat(cache.getIfPresent("a")).isEqualTo(2);
    }

    @Test
    void aPutDuringALoadIsNotLost() throws Exception {
        Cache<String, Integer> cache = cache();
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Crew crew = new Crew()) {
            Crew.Hand<Integer> loads = crew.start(() -> cache.get("a", key -> {
                loading.countDown();
                Crew.await(mayEnd);
                return 1;
            }));
            Crew.await(loading);
            Crew.Hand<Integer> puts = crew.start(() -> {
                cache.put("a", 2);
                return 0;
            });
            puts.awaitStuck();
            mayEnd.countDown();
            assertThat(loads.result()).isIn(1, 2);
            puts.result();
        }
        assertThat(cache.getIfPresent("a")).isEqualTo(2);
    }
}
