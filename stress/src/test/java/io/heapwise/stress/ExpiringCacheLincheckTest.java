package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * As {@link CacheLincheckTest}, in a cache that begins with expired entries under all keys: whoever meets one takes it out, and
 * no operation sees it. Time stands still meanwhile.
 */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "value", gen = IntGen.class, conf = "1:4")
public final class ExpiringCacheLincheckTest {
    private static final long LIFE_NANOS = 1_000_000_000;

    private final Cache<Integer, Integer> cache;

    public ExpiringCacheLincheckTest() {
        long[] time = {5};
        cache = Caches.expiring(() -> time[0], LIFE_NANOS, new AtomicInteger());
        for (int key = 1; key <= 3; key++) {
            cache.put(key, -key);
        }
        time[0] += LIFE_NANOS;
    }

    @Operation
    public Integer get(@Param(name = "key") int key) {
        return cache.getIfPresent(key);
    }

    @Operation
    public Integer put(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().put(key, value);
    }

    @Operation
    public Integer putIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().putIfAbsent(key, value);
    }

    @Operation
    public Integer remove(@Param(name = "key") int key) {
        return cache.asMap().remove(key);
    }

    @Operation
    public boolean replaceIfEqual(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().replace(key, value, value + 1);
    }

    @Operation
    public Integer load(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.get(key, k -> value);
    }

    @Operation
    public Integer merge(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().merge(key, value, Integer::sum);
    }

    @Operation
    public void sweep() {
        cache.cleanUp();
    }

    @Test
    void exploredSchedulesAreLinearizable() {
        new ModelCheckingOptions()
                .iterations(6)
                .invocationsPerIteration(100)
                .threads(2)
                .actorsPerThread(3)
                .sequentialSpecification(Expected.class)
                .check(getClass());
    }

    @Test
    void realSchedulesAreLinearizable() {
        new StressOptions()
                .iterations(8)
                .invocationsPerIteration(500)
                .threads(2)
                .actorsPerThread(4)
                .sequentialSpecification(Expected.class)
                .check(getClass());
    }

    /** What the operations mean when they happen one after the other: what expired was never there. */
    public static final class Expected {
        private final Map<Integer, Integer> map = new HashMap<>();

        public Integer get(int key) {
            return map.get(key);
        }

        public Integer put(int key, int value) {
            return map.put(key, value);
        }

        public Integer putIfAbsent(int key, int value) {
            return map.putIfAbsent(key, value);
        }

        public Integer remove(int key) {
            return map.remove(key);
        }

        public boolean replaceIfEqual(int key, int value) {
            return map.replace(key, value, value + 1);
        }

        public Integer load(int key, int value) {
            return map.computeIfAbsent(key, k -> value);
        }

        public Integer merge(int key, int value) {
            return map.merge(key, value, Integer::sum);
        }

        public void sweep() {}
    }
}
