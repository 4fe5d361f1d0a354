package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Expiry;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An {@link Expiry} that throws, lies, calls back or blocks: the cache stays sound, and nobody else waits. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HostileExpiryTest {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Answers as the test says, wherever it is asked. */
    private static final class Scripted implements Expiry<String, Integer> {
        java.util.function.LongSupplier onCreate = () -> MINUTE_NANOS;
        java.util.function.LongSupplier onUpdate = () -> MINUTE_NANOS;
        java.util.function.LongUnaryOperator onRead = left -> left;

        @Override
        public long expireAfterCreate(String key, Integer value, long now) {
            return onCreate.getAsLong();
        }

        @Override
        public long expireAfterUpdate(String key, Integer value, long now, long left) {
            return onUpdate.getAsLong();
        }

        @Override
        public long expireAfterRead(String key, Integer value, long now, long left) {
            return onRead.applyAsLong(left);
        }
    }

    private final ManualTicker ticker = new ManualTicker();
    private final Scripted expiry = new Scripted();
    private final MemoryAwareCache<String, Integer> cache = HeapwiseMaker.calm(
            builder -> builder.maximumSize(100).ticker(ticker).expireAfter(expiry));

    @AfterEach
    void theCacheIsSound() {
        CacheIntegrity.check(cache);
    }

    @Test
    void aNegativeDurationIsRefusedByName() {
        expiry.onCreate = () -> -1;
        assertThatThrownBy(() -> cache.put("a", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("key=a")
                .hasMessageContaining("nanos=-1")
                .hasMessageContaining("expected >= 0");
        assertThatThrownBy(() -> cache.get("a", key -> 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(cache.asMap()).isEmpty();
        expiry.onCreate = () -> MINUTE_NANOS;
        assertThat(cache.get("a", key -> 2)).isEqualTo(2);
        expiry.onUpdate = () -> Long.MIN_VALUE;
        assertThatThrownBy(() -> cache.put("a", 3)).isInstanceOf(IllegalArgumentException.class);
        expiry.onRead = left -> -5;
        assertThatThrownBy(() -> cache.getIfPresent("a")).isInstanceOf(IllegalArgumentException.class);
        expiry.onRead = left -> left;
        assertThat(cache.asMap()).isEqualTo(Map.of("a", 2));
    }

    @Test
    void aWriteThatThrowsStillTellsOfWhatHadExpired() {
        AtomicInteger told = new AtomicInteger();
        MemoryAwareCache<String, Integer> telling = HeapwiseMaker.calm(builder -> builder.maximumSize(100)
                .ticker(ticker)
                .expireAfter(expiry)
                .evictionListener((key, value, cause) -> told.incrementAndGet()));
        telling.put("a", 1);
        ticker.advance(Duration.ofNanos(MINUTE_NANOS - 1));
        ticker.advance(Duration.ofNanos(1));
        expiry.onCreate = () -> {
            throw new ArithmeticException("on purpose");
        };
        assertThatThrownBy(() -> telling.put("a", 2)).isInstanceOf(ArithmeticException.class);
        assertThat(told).hasValue(1);
        assertThat(telling.estimatedSize()).isZero();
        CacheIntegrity.check(telling);
    }

    @Test
    void aListenerThatPutsTheKeyAgainIsHeardBeforeItIsLoaded() {
        AtomicReference<MemoryAwareCache<String, Integer>> self = new AtomicReference<>();
        MemoryAwareCache<String, Integer> telling = HeapwiseMaker.calm(builder -> builder.maximumSize(100)
                .ticker(ticker)
                .expireAfter(expiry)
                .evictionListener((key, value, cause) -> self.get().put(key, value + 1)));
        self.set(telling);
        telling.put("a", 1);
        ticker.advance(Duration.ofNanos(MINUTE_NANOS - 1));
        telling.put("b", 5);
        telling.close(); // no rounds: the next call meets it
        ticker.advance(Duration.ofNanos(1));
        assertThat(telling.get("a", key -> 7)).isEqualTo(2);
        assertThat(telling.asMap()).isEqualTo(Map.of("a", 2, "b", 5));
        CacheIntegrity.check(telling);
    }

    @Test
    void anExpiryMayReadAndWriteTheCacheEvenItsOwnKey() {
        AtomicInteger depth = new AtomicInteger();
        expiry.onCreate = () -> {
            if (depth.incrementAndGet() == 1) {
                cache.put("a", 7);
                cache.put("b", 8);
                assertThat(cache.getIfPresent("b")).isEqualTo(8);
            }
            return MINUTE_NANOS;
        };
        cache.put("a", 1);
        assertThat(cache.asMap()).isEqualTo(Map.of("a", 1, "b", 8));
    }

    @Test
    void anExpiryThatRemovesTheEntryItIsAskedAboutChangesNoOther() {
        cache.put("a", 1);
        expiry.onRead = left -> {
            cache.invalidate("a");
            cache.policy().expireVariably().orElseThrow().put("a", 2, Duration.ofDays(1));
            return 1;
        };
        assertThat(cache.getIfPresent("a")).isEqualTo(1);
        expiry.onRead = left -> left;
        ticker.advance(Duration.ofHours(23));
        assertThat(cache.getIfPresent("a"))
                .as("the new entry kept its own duration")
                .isEqualTo(2);
    }

    @Test
    void anExpiryThatClearsTheCacheDuringALoadIsRefusedNothing() {
        expiry.onCreate = () -> {
            cache.invalidateAll();
            return MINUTE_NANOS;
        };
        assertThat(cache.get("a", key -> 1)).isEqualTo(1);
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void anExpiryThatWritesItsOwnKeyDuringALoadIsRefused() {
        expiry.onCreate = () -> {
            cache.put("a", 5);
            return MINUTE_NANOS;
        };
        assertThatThrownBy(() -> cache.get("a", key -> 1)).isInstanceOf(IllegalStateException.class);
        expiry.onCreate = () -> MINUTE_NANOS;
        assertThat(cache.get("a", key -> 2)).isEqualTo(2);
    }

    @Test
    void anExpiryThatBlocksHoldsUpNobodyElse() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        AtomicReference<Thread> blocked = new AtomicReference<>();
        expiry.onCreate = () -> {
            if (blocked.compareAndSet(null, Thread.currentThread())) {
                asked.countDown();
                Crew.await(mayAnswer);
            }
            return MINUTE_NANOS;
        };
        try (Crew crew = new Crew()) {
            Crew.Hand<Object> writer = crew.start(() -> {
                cache.put("a", 1);
                return null;
            });
            Crew.await(asked);
            cache.put("a", 2);
            cache.put("b", 3);
            assertThat(cache.getIfPresent("a")).isEqualTo(2);
            cache.invalidate("b");
            cache.cleanUp();
            mayAnswer.countDown();
            writer.result();
        }
        assertThat(cache.asMap()).as("the write that was held up came last").isEqualTo(Map.of("a", 1));
    }

    @Test
    void durationsPastAllMeaningAreForEver() {
        expiry.onCreate = () -> Long.MAX_VALUE;
        expiry.onRead = left -> Long.MAX_VALUE;
        cache.put("a", 1);
        assertThat(cache.getIfPresent("a")).isEqualTo(1);
        assertThat(cache.policy().expireVariably().orElseThrow().getExpiresAfter("a", TimeUnit.NANOSECONDS))
                .hasValue(Long.MAX_VALUE);
        ticker.advance(Duration.ofDays(3));
        assertThat(cache.getIfPresent("a")).isEqualTo(1);
    }
}
