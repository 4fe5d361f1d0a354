package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.heapwise.cache.contract.Crew;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.cache.internal.CacheIntegrity;
import io.heapwise.memory.ManualTicker;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What has expired leaves by itself, and what watches it lets go of the cache. */
final class ExpirySweepTest {
    private static final Duration LIFE = Duration.ofSeconds(80);

    private final ManualTicker ticker = new ManualTicker();
    private final List<String> told = new ArrayList<>();

    private MemoryAwareCacheBuilder<Integer, Integer> watched(MemoryAwareCacheBuilder<Integer, Integer> builder) {
        return builder.maximumSize(100_000)
                .ticker(ticker)
                .evictionListener((key, value, cause) -> told.add(key + " " + cause));
    }

    @Test
    void expiredEntriesLeaveWithoutTraffic() {
        MemoryAwareCache<Integer, Integer> cache =
                HeapwiseMaker.calm(builder -> watched(builder).expireAfterWrite(LIFE));
        for (int i = 0; i < 10_000; i++) {
            cache.put(i, i);
        }
        ticker.advance(LIFE.minusMillis(1));
        assertThat(cache.estimatedSize()).isEqualTo(10_000);
        assertThat(told).isEmpty();
        ticker.advance(LIFE.dividedBy(8).plusMillis(1));
        assertThat(cache.estimatedSize()).isZero();
        assertThat(told).hasSize(10_000).doesNotHaveDuplicates().allMatch(line -> line.endsWith(" EXPIRED"));
        CacheIntegrity.check(cache);
    }

    @Test
    void entriesWithDurationsOfTheirOwnLeaveWithinASecondOfTheirEnd() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(
                builder -> watched(builder).expireAfter(Expiry.creating((key, value) -> Duration.ofSeconds(value))));
        for (int seconds = 1; seconds <= 1_000; seconds++) {
            cache.put(seconds, seconds);
        }
        for (int seconds = 1; seconds <= 999; seconds++) {
            ticker.advance(Duration.ofSeconds(1));
            assertThat(cache.estimatedSize()).isBetween(1_000L - seconds, 1_001L - seconds);
        }
        CacheIntegrity.check(cache);
    }

    @Test
    void aStripeThatHasNothingToLoseIsNotLookedAt() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        MemoryAwareCache<Integer, Integer> cache = MemoryAwareCache.<Integer, Integer>builder()
                .maximumSize(100)
                .ticker(ticker)
                .executor(tasks::add)
                .expireAfterWrite(LIFE)
                .build();
        cache.put(1, 1);
        ticker.advance(LIFE.minusMillis(1));
        assertThat(tasks).as("sweeps before anything can have expired").isEmpty();
        ticker.advance(LIFE);
        assertThat(tasks).as("one sweep, however many rounds find it waiting").hasSize(1);
        assertThat(cache.estimatedSize()).isEqualTo(1);
        tasks.remove().run();
        assertThat(cache.estimatedSize()).isZero();
        ticker.advance(LIFE.multipliedBy(10));
        assertThat(tasks).isEmpty();
    }

    @Test
    void aSweepThatTheExecutorLosesIsAskedForAgain() {
        Queue<Runnable> tasks = new ArrayDeque<>();
        AtomicInteger refusals = new AtomicInteger(1);
        MemoryAwareCache<Integer, Integer> cache = MemoryAwareCache.<Integer, Integer>builder()
                .maximumSize(100)
                .ticker(ticker)
                .executor(task -> {
                    if (refusals.getAndDecrement() > 0) {
                        throw new OutOfMemoryError("not really");
                    }
                    tasks.add(task);
                })
                .expireAfterWrite(LIFE)
                .build();
        cache.put(1, 1);
        assertThatThrownBy(() -> ticker.advance(LIFE.multipliedBy(2))).isInstanceOf(OutOfMemoryError.class);
        ticker.advance(LIFE.multipliedBy(20));
        tasks.remove();
        ticker.advance(LIFE.multipliedBy(20));
        tasks.remove().run();
        assertThat(cache.estimatedSize()).isZero();
    }

    @Test
    void aClosedCacheIsNotWatchedButExpiresAllTheSame() {
        MemoryAwareCache<Integer, Integer> cache =
                HeapwiseMaker.calm(builder -> watched(builder).expireAfterWrite(LIFE));
        assertThat(ticker.pendingTasks()).isEqualTo(1);
        cache.put(1, 1);
        cache.close();
        cache.close();
        assertThat(ticker.pendingTasks()).isZero();
        ticker.advance(LIFE.multipliedBy(2));
        assertThat(cache.getIfPresent(1)).isNull();
        assertThat(told).isEmpty();
        cache.cleanUp();
        assertThat(told).containsExactly("1 EXPIRED");
    }

    @Test
    void aCacheThatIsDroppedIsCollectedAndNoLongerWatched() {
        WeakReference<Object> dropped = new WeakReference<>(CacheIntegrity.tables(filledAndDropped()));
        for (int i = 0; i < 50 && dropped.get() != null; i++) {
            System.gc();
        }
        assertThat(dropped.get()).as("held by its rounds").isNull();
        ticker.advance(LIFE);
        assertThat(ticker.pendingTasks()).isZero();
    }

    private MemoryAwareCache<Integer, Integer> filledAndDropped() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(
                builder -> builder.maximumSize(100).ticker(ticker).expireAfterWrite(LIFE));
        cache.put(1, 1);
        return cache;
    }

    /** The real clock, an executor that runs at once: the listener must not be on the thread that all caches share. */
    @Test
    void listenersAreNotToldOnTheClockThread() {
        AtomicReference<String> thread = new AtomicReference<>();
        CountDownLatch gone = new CountDownLatch(1);
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(100)
                .expireAfterWrite(Duration.ofMillis(5))
                .evictionListener((key, value, cause) -> {
                    thread.set(Thread.currentThread().getName());
                    gone.countDown();
                }));
        cache.put(1, 1);
        Crew.await(gone);
        assertThat(thread.get()).isNotEqualTo("heapwise-clock");
        cache.close();
    }

    @Test
    void anExecutorThatRefusesDoesNotKeepEntriesForEver() {
        CountDownLatch gone = new CountDownLatch(1);
        MemoryAwareCache<Integer, Integer> cache = MemoryAwareCache.<Integer, Integer>builder()
                .maximumSize(100)
                .ticker(ticker)
                .executor(task -> {
                    throw new java.util.concurrent.RejectedExecutionException("on purpose");
                })
                .expireAfterWrite(LIFE)
                .evictionListener((key, value, cause) -> gone.countDown())
                .build();
        cache.put(1, 1);
        ticker.advance(LIFE.multipliedBy(2));
        Crew.await(gone);
        cache.close();
    }

    // ---- jitter ----------------------------------------------------------------------------------------------------

    @Test
    void jitterSpreadsTheEndsAndProlongsNone() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(
                builder -> watched(builder).expireAfterWrite(LIFE).expiryJitter(0.25));
        for (int i = 0; i < 10_000; i++) {
            cache.put(i, i);
        }
        int before = 0;
        ticker.advance(Duration.ofSeconds(59).plusMillis(999));
        assertThat(cache.asMap().keySet().stream().count()).isEqualTo(10_000);
        for (int i = 1; i <= 20; i++) {
            ticker.advance(Duration.ofSeconds(1));
            int gone = 10_000 - (int) cache.asMap().keySet().stream().count();
            assertThat(gone - before).as("gone in second %s", i).isBetween(350, 650);
            before = gone;
        }
        ticker.advance(Duration.ofMillis(1));
        assertThat(cache.asMap().keySet().stream().count()).isZero();
    }

    @Test
    void jitterShortensReadDurationsButNotThoseThatAreKept() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> watched(builder)
                .expireAfter(Expiry.writing((key, value) -> LIFE))
                .expiryJitter(0.5));
        cache.put(1, 1);
        long left = cache.policy()
                .expireVariably()
                .orElseThrow()
                .getExpiresAfter(1)
                .orElseThrow()
                .toNanos();
        for (int i = 0; i < 100; i++) {
            cache.getIfPresent(1);
        }
        assertThat(cache.policy()
                        .expireVariably()
                        .orElseThrow()
                        .getExpiresAfter(1)
                        .orElseThrow()
                        .toNanos())
                .isEqualTo(left)
                .isBetween(LIFE.toNanos() / 2, LIFE.toNanos());
    }

    // ---- clocks that jump ------------------------------------------------------------------------------------------

    private static final class Jumping implements io.heapwise.memory.Ticker {
        long nanos = 1_000;

        @Override
        public long nanos() {
            return nanos;
        }

        void jump(Duration duration) {
            nanos += duration.toNanos();
        }
    }

    @Test
    void aClockThatLeapsAheadEndsAllThatWouldHaveEnded() {
        Jumping clock = new Jumping();
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(
                builder -> builder.maximumSize(1_000).ticker(clock).expireAfterWrite(LIFE));
        for (Duration leap : List.of(
                LIFE,
                Duration.ofHours(10),
                Duration.ofHours(20),
                Duration.ofNanos(53_687_091_200_000L),
                Duration.ofNanos(53_687_091_200_000L).plus(LIFE.dividedBy(2)),
                Duration.ofDays(100),
                Duration.ofDays(36_500))) {
            cache.put(1, 1);
            assertThat(cache.getIfPresent(1)).isEqualTo(1);
            clock.jump(leap);
            assertThat(cache.getIfPresent(1)).as("after %s", leap).isNull();
            assertThat(cache.asMap().putIfAbsent(2, 2)).as("after %s", leap).isNull();
            clock.jump(LIFE.dividedBy(2));
            assertThat(cache.getIfPresent(2)).isEqualTo(2);
            cache.cleanUp();
            assertThat(cache.estimatedSize()).isEqualTo(1);
            CacheIntegrity.check(cache);
            clock.jump(LIFE);
        }
    }

    @Test
    void aClockThatGoesBackEndsNothingEarlyAndEndsAllInTheEnd() {
        Jumping clock = new Jumping();
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(
                builder -> builder.maximumSize(1_000).ticker(clock).expireAfterWrite(LIFE));
        cache.put(1, 1);
        clock.jump(Duration.ofDays(-50));
        assertThat(cache.getIfPresent(1)).isEqualTo(1);
        cache.put(2, 2);
        clock.jump(LIFE.minusSeconds(1));
        cache.cleanUp();
        assertThat(cache.asMap()).hasSize(2);
        clock.jump(Duration.ofDays(50).plusSeconds(2));
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isZero();
        CacheIntegrity.check(cache);
    }

    @Test
    void entriesOutliveManyTablesAndEndOnTime() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(
                builder -> builder.maximumSize(1_000).ticker(ticker).expireAfterWrite(Duration.ofDays(30)));
        cache.put(1, 1);
        for (int hour = 0; hour < 30 * 24; hour++) {
            assertThat(cache.asMap().containsKey(1)).as("after %s hours", hour).isTrue();
            cache.put(2 + hour % 50, hour);
            ticker.advance(Duration.ofHours(1));
        }
        ticker.advance(Duration.ofMillis(150));
        assertThat(cache.asMap().containsKey(1)).isFalse();
        CacheIntegrity.check(cache);
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    @Test
    void badSettingsAreRefusedWithTheirNames() {
        assertThatThrownBy(() -> MemoryAwareCache.builder().expireAfterWrite(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expireAfterWrite=PT-0.000000001S");
        assertThatThrownBy(() -> MemoryAwareCache.builder().expireAfterAccess(Duration.ofSeconds(Long.MIN_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expireAfterAccess");
        assertThatThrownBy(() -> MemoryAwareCache.builder().expiryJitter(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expiryJitter=1.0");
        assertThatThrownBy(() -> MemoryAwareCache.builder().expiryJitter(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MemoryAwareCache.builder().expiryJitter(0.1).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expiryJitter");
        assertThatThrownBy(() -> MemoryAwareCache.builder()
                        .expireAfterWrite(LIFE)
                        .expireAfter(Expiry.creating((key, value) -> LIFE))
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expireAfter");
        assertThatThrownBy(
                        () -> MemoryAwareCache.builder().expireAfterWrite(LIFE).expireAfterWrite(LIFE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theLongestDurationsAreTaken() {
        MemoryAwareCache<Integer, Integer> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(10)
                .ticker(ticker)
                .expireAfterWrite(Duration.ofSeconds(Long.MAX_VALUE))
                .expireAfterAccess(Duration.ofDays(1)));
        cache.put(1, 1);
        ticker.advance(Duration.ofHours(23));
        assertThat(cache.getIfPresent(1)).isEqualTo(1);
        ticker.advance(Duration.ofHours(25));
        assertThat(cache.getIfPresent(1)).isNull();
        assertThat(RemovalCause.EXPIRED.wasEvicted()).isTrue();
    }
}
