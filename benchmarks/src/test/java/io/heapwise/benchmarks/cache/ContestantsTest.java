package io.heapwise.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContestantsTest {

    @ParameterizedTest
    @ValueSource(strings = {"heapwise", "heapwiseAdaptive", "caffeine", "guava", "cache2k", "naive", "jdk"})
    void eachAnswersWhatWasStored(String contestant) {
        try (Subject<Integer, String> subject = Contestants.bounded(contestant, 100, Integer.class, String.class)) {
            AtomicInteger loads = new AtomicInteger();
            subject.put(1, "one");

            assertThat(subject.get(1)).isEqualTo("one");
            assertThat(subject.get(2)).isNull();
            for (int i = 0; i < 2; i++) {
                assertThat(subject.getOrLoad(2, key -> "loaded " + loads.incrementAndGet()))
                        .isEqualTo("loaded 1");
            }
            assertThat(subject.settledSize()).isEqualTo(2);
            subject.clear();
            assertThat(subject.get(1)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heapwise", "heapwiseAdaptive", "caffeine", "guava", "cache2k", "naive"})
    void eachKeepsItsBound(String contestant) {
        try (Subject<Integer, Integer> subject = Contestants.bounded(contestant, 1_000, Integer.class, Integer.class)) {
            for (int key = 0; key < 10_000; key++) {
                subject.put(key, key);
            }
            assertThat(subject.settledSize()).isBetween(900L, 1_000L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"heapwise", "caffeine", "guava", "cache2k"})
    void eachKeepsItsBoundOfWeight(String contestant) {
        try (Subject<Integer, Integer> subject =
                Contestants.weighted(contestant, 10_000, key -> 10, Integer.class, Integer.class)) {
            for (int key = 0; key < 10_000; key++) {
                subject.put(key, key);
            }
            assertThat(subject.settledSize()).isBetween(800L, 1_000L);
        }
    }

    @Test
    void linkedHashMapDropsTheLeastRecentlyUsed() {
        Subject<Integer, Integer> subject = Contestants.linkedHashMap(2);
        subject.put(1, 1);
        subject.put(2, 2);
        subject.get(1);
        subject.put(3, 3);

        assertThat(subject.get(2)).isNull();
        assertThat(subject.get(1)).isEqualTo(1);
    }

    @Test
    void anUnknownNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Contestants.bounded("ehcache", 1, Integer.class, Integer.class))
                .withMessageContaining("contestant=ehcache");
    }
}
