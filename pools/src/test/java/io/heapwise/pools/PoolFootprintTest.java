package io.heapwise.pools;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.memory.LeakTracker;
import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jol.info.GraphLayout;
import org.openjdk.jol.vm.VM;

/** Bytes of a pool with all its places, without the objects it holds: 24 a place and a kilobyte, from a hundred places on. */
final class PoolFootprintTest {
    private static final int SLOT_BYTES = 24;
    private static final int POOL_BYTES = 1_024;

    /** With references of eight bytes. */
    private static final boolean IS_WIDE = VM.current().sizeOf(new Object[8]) > 48;

    private static final Object SHARED = new Object();
    private static final LeakTracker TRACKER = LeakTracker.named("lease", LeakTracker.Mode.SAMPLED);

    private static long bytesOf(Pool<Object> pool) {
        return GraphLayout.parseInstance(pool)
                .subtract(GraphLayout.parseInstance(SHARED))
                .subtract(GraphLayout.parseInstance(TRACKER))
                .totalSize();
    }

    private static PoolBuilder<Object> builder(int size) {
        return Pool.builder(() -> SHARED)
                .maximumSize(size)
                .creationExecutor(Runnable::run)
                .ignorePressure()
                .leakTracker(TRACKER)
                .ticker(new ManualTicker());
    }

    private static long mostBytes(int size) {
        return (SLOT_BYTES + (IS_WIDE ? 4L : 0)) * size + POOL_BYTES + (IS_WIDE ? POOL_BYTES / 2 : 0);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 20_000})
    void aPoolFullOfObjectsStaysBelowItsBytes(int size) throws Exception {
        Pool<Object> pool = builder(size).build();
        fill(pool, size);
        assertThat(bytesOf(pool)).as("bytes of a pool of %s", size).isLessThanOrEqualTo(mostBytes(size));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 1_000, 10_000})
    void soDoesOneInWhichSomebodyHasWaited(int size) throws Exception {
        Pool<Object> pool = builder(size).build();
        List<Lease<Object>> all = fill(pool, size);
        for (int slot = 0; slot < size; slot++) {
            all.set(slot, pool.acquire());
        }
        assertThat(pool.acquireAsync(Duration.ZERO)
                        .handle((lease, failure) -> failure)
                        .join())
                .hasMessageContaining("in use=" + size);
        all.forEach(Lease::close);
        assertThat(bytesOf(pool)).as("bytes of a pool of %s", size).isLessThanOrEqualTo(mostBytes(size));
    }

    /** Its places stand apart, so that threads do not write the same cache lines; that is three quarters of a kilobyte. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 10, 20, 50})
    void aSmallPoolStaysBelowTwoKilobytesAndAHalf(int size) throws Exception {
        Pool<Object> pool = builder(size).build();
        fill(pool, size);
        assertThat(bytesOf(pool)).as("bytes of a pool of %s", size).isLessThanOrEqualTo(IS_WIDE ? 3_600 : 2_560);
    }

    private static List<Lease<Object>> fill(Pool<Object> pool, int size) throws InterruptedException {
        List<Lease<Object>> all = new ArrayList<>();
        for (int slot = 0; slot < size; slot++) {
            all.add(pool.acquire());
        }
        all.forEach(Lease::close);
        assertThat(pool.stats().idle()).isEqualTo(size);
        return all;
    }
}
