package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Expiry;
import com.sun.management.ThreadMXBean;
import io.heapwise.cache.contract.HeapwiseMaker;
import io.heapwise.memory.ManualTicker;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/** What reads allocate: nothing. Counted by the JVM for this thread, not estimated. */
final class AllocationTest {
    private static final int CALLS = 10_000;
    private static final int WARM_UPS = 3;

    private final Integer[] keys = new Integer[1_000];
    private final MemoryAwareCache<Integer, Object> cache = HeapwiseMaker.calm(builder -> builder.maximumSize(10_000));

    AllocationTest() {
        for (int i = 0; i < keys.length; i++) {
            keys[i] = 10_000 + i;
            cache.put(keys[i], new Object());
        }
    }

    /**
     * Bytes that this thread allocates for so many calls, after the code and the counter itself have been loaded. The least of
     * some rounds: what the calls allocate they allocate in each, what the JVM does in between only in one.
     */
    private static long bytesOf(IntConsumer call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round <= WARM_UPS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.accept(i);
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return bytes;
    }

    @Test
    void theCounterCounts() {
        Object[] sink = new Object[1];
        assertThat(bytesOf(i -> sink[0] = new byte[16])).isGreaterThanOrEqualTo(CALLS * 32L);
    }

    @Test
    void getIfPresentOfAPresentKeyAllocatesNothing() {
        assertThat(bytesOf(i -> cache.getIfPresent(keys[i % keys.length]))).isZero();
    }

    @Test
    void getIfPresentOfAnAbsentKeyAllocatesNothing() {
        Integer absent = -1;
        assertThat(bytesOf(i -> cache.getIfPresent(absent))).isZero();
    }

    @Test
    void getOfAPresentKeyAllocatesNothing() {
        Function<Integer, Object> load = key -> new Object();
        assertThat(bytesOf(i -> cache.get(keys[i % keys.length], load))).isZero();
    }

    @Test
    void getOfAPresentKeyAllocatesNothingWhileStatsAreRecorded() {
        MemoryAwareCache<Integer, Object> counting =
                HeapwiseMaker.calm(builder -> builder.maximumSize(10_000).recordStats());
        counting.put(keys[0], new Object());
        assertThat(bytesOf(i -> counting.getIfPresent(keys[0]))).isZero();
    }

    @Test
    void readsOfEntriesThatExpireAllocateNothing() {
        ManualTicker ticker = new ManualTicker();
        MemoryAwareCache<Integer, Object> expiring = HeapwiseMaker.calm(builder -> builder.maximumSize(10_000)
                .ticker(ticker)
                .expireAfterWrite(Duration.ofHours(1))
                .expireAfterAccess(Duration.ofMinutes(1)));
        Object value = new Object();
        for (Integer key : keys) {
            expiring.put(key, value);
        }
        Duration step = Duration.ofMillis(1);
        assertThat(bytesOf(i -> expiring.getIfPresent(keys[i % keys.length]))).isZero();
        long moving = bytesOf(i -> ticker.advance(step));
        assertThat(bytesOf(i -> {
                    ticker.advance(step);
                    expiring.getIfPresent(keys[i % keys.length]);
                }))
                .as("hits that move deadlines, beside what it takes to move the time")
                .isEqualTo(moving);
        assertThat(bytesOf(i -> expiring.put(keys[i % keys.length], value))).isZero();
    }

    @Test
    void readsOfEntriesWithDurationsOfTheirOwnAllocateNothing() {
        MemoryAwareCache<Integer, Object> expiring = HeapwiseMaker.calm(builder ->
                builder.maximumSize(10_000).expireAfter(Expiry.creating((key, value) -> Duration.ofHours(1))));
        Object value = new Object();
        for (Integer key : keys) {
            expiring.put(key, value);
        }
        assertThat(bytesOf(i -> expiring.getIfPresent(keys[i % keys.length]))).isZero();
    }

    @Test
    void readsThroughTheMapAllocateNothing() {
        assertThat(bytesOf(i -> cache.asMap().get(keys[i % keys.length]))).isZero();
        assertThat(bytesOf(i -> cache.asMap().containsKey(keys[i % keys.length])))
                .isZero();
    }

    @Test
    void replacingAValueAllocatesNothing() {
        Object value = new Object();
        assertThat(bytesOf(i -> cache.put(keys[i % keys.length], value))).isZero();
    }

    @Test
    void aPutThatEvictsAllocatesNothingButNowAndThenATable() {
        Integer[] many = new Integer[200_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        Object value = new Object();
        MemoryAwareCache<Integer, Object> full = HeapwiseMaker.calm(builder -> builder.maximumSize(1_000));
        int[] next = {0};
        assertThat(bytesOf(i -> full.put(many[next[0]++ % many.length], value)) / (double) CALLS)
                .as("bytes a put")
                .isLessThan(8);
    }
}
