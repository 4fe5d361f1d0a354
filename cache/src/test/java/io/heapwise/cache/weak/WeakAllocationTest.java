package io.heapwise.cache.weak;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.heapwise.cache.Interner;
import io.heapwise.cache.WeakCache;
import java.lang.management.ManagementFactory;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What reads allocate: nothing; and a put one reference object. Counted by the JVM for this thread. */
final class WeakAllocationTest {
    private static final int CALLS = 10_000;
    private static final int WARM_UPS = 3;

    private final Integer[] keys = new Integer[1_000];
    private final Object[] values = new Object[keys.length];
    private final WeakCache<Integer, Object> cache =
            WeakCache.<Integer, Object>builder().build();

    WeakAllocationTest() {
        for (int i = 0; i < keys.length; i++) {
            keys[i] = 10_000 + i;
            values[i] = new Object();
            cache.put(keys[i], values[i]);
        }
    }

    @AfterEach
    void close() {
        cache.close();
    }

    /** Bytes that this thread allocates for so many calls, after the code and the counter itself have been loaded. */
    private static long bytesOf(IntConsumer call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round <= WARM_UPS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.accept(i);
            }
            bytes = Math.min(
                    bytes, threads.getCurrentThreadAllocatedBytes() - before); // the JVM, too, allocates now and then
        }
        return bytes;
    }

    @Test
    void readsAllocateNothing() {
        Integer absent = -1;
        Function<Integer, Object> load = key -> new Object();
        assertThat(bytesOf(i -> cache.getIfPresent(keys[i % keys.length]))).isZero();
        assertThat(bytesOf(i -> cache.getIfPresent(absent))).isZero();
        assertThat(bytesOf(i -> cache.get(keys[i % keys.length], load))).isZero();
        assertThat(bytesOf(i -> cache.putIfAbsent(keys[i % keys.length], keys))).isZero();
    }

    @Test
    void toInternWhatIsThereAllocatesNothing() {
        try (Interner<Integer> interner = Interner.weak()) {
            for (Integer key : keys) {
                interner.intern(key);
            }
            assertThat(bytesOf(i -> interner.intern(keys[i % keys.length]))).isZero();
        }
    }

    @Test
    void aPutAllocatesOneReferenceObjectAtMost() {
        assertThat(bytesOf(i -> cache.put(keys[i % keys.length], values[i % keys.length])) / (double) CALLS)
                .as("bytes a put")
                .isLessThanOrEqualTo(56);
        assertThat(bytesOf(i -> cache.remove(keys[i % keys.length]))).isZero();
    }
}
