package io.heapwise.stress;

import com.github.benmanes.caffeine.cache.Cache;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** Every operation on one key takes effect at one moment: schedules are explored, and run for real. */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "value", gen = IntGen.class, conf = "1:4")
public final class CacheLincheckTest {
    private final Cache<Integer, Integer> cache = Caches.bySize(1_000);

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
    public boolean removeIfEqual(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().remove(key, value);
    }

    @Operation
    public Integer replace(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().replace(key, value);
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
    public Integer computeIfPresent(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().computeIfPresent(key, (k, old) -> old + value);
    }

    @Operation
    public Integer compute(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().compute(key, (k, old) -> old == null ? value : null);
    }

    @Operation
    public Integer merge(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.asMap().merge(key, value, Integer::sum);
    }

    @Test
    void exploredSchedulesAreLinearizable() {
        new ModelCheckingOptions()
                .iterations(15)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(3)
                .sequentialSpecification(SequentialMap.class)
                .check(getClass());
    }

    @Test
    void realSchedulesAreLinearizable() {
        new StressOptions()
                .iterations(20)
                .invocationsPerIteration(1_000)
                .threads(2)
                .actorsPerThread(4)
                .sequentialSpecification(SequentialMap.class)
                .check(getClass());
    }
}
