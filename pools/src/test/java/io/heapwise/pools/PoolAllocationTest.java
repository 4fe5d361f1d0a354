package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a loan allocates, as the JVM counts it for this thread. */
final class PoolAllocationTest {
    private static final int CALLS = 10_000;
    private static final int WARM_UPS = 5;

    /** What escapes, so that no compiler can do without the object. */
    private static Object sink = "";

    private final Pool<StringBuilder> pool =
            Pool.builder(() -> new StringBuilder()).maximumSize(10).build();

    @FunctionalInterface
    private interface Call {
        void run() throws InterruptedException;
    }

    /** Of the round that allocated least: what a call allocates each time is in that one too. */
    private static double bytesOf(Call call) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round <= WARM_UPS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            bytes = Math.min(bytes, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return bytes / (double) CALLS;
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void theCounterCounts() throws Exception {
        assertThat(bytesOf(() -> sink = new byte[16])).isGreaterThanOrEqualTo(32);
    }

    @Test
    void applyingAFunctionAllocatesNothing() throws Exception {
        assertThat(bytesOf(() -> pool.apply(StringBuilder::length) /* boxes a zero, which is cached */))
                .isZero();
    }

    @Test
    void acceptingWithAnActionThatIsKeptAllocatesAtMostTheWrapper() throws Exception {
        PoolAction<StringBuilder, RuntimeException> action = builder -> builder.setLength(0);
        assertThat(bytesOf(() -> pool.accept(action))).isLessThanOrEqualTo(16);
    }

    @Test
    void aLeaseThatEscapesTakesThirtyTwoBytes() throws Exception {
        assertThat(bytesOf(() -> {
                    Lease<StringBuilder> lease = pool.acquire();
                    sink = lease;
                    lease.close();
                }))
                .isLessThanOrEqualTo(32);
    }
}
