package io.heapwise.stress;

import io.heapwise.cache.WeakCache;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/** As long as values are held (the JVM holds small numbers), every operation on one key takes effect at one moment. */
@Param(name = "key", gen = IntGen.class, conf = "1:3")
@Param(name = "value", gen = IntGen.class, conf = "1:4")
public final class WeakCacheLincheckTest {
    private final WeakCache<Integer, Integer> cache =
            WeakCache.<Integer, Integer>builder().executor(Runnable::run).build();

    @Operation
    public Integer get(@Param(name = "key") int key) {
        return cache.getIfPresent(key);
    }

    @Operation
    public Integer put(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.put(key, value);
    }

    @Operation
    public Integer putIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.putIfAbsent(key, value);
    }

    @Operation
    public Integer remove(@Param(name = "key") int key) {
        return cache.remove(key);
    }

    @Operation
    public boolean removeIfEqual(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.remove(key, (Integer) value);
    }

    @Operation
    public Integer load(@Param(name = "key") int key, @Param(name = "value") int value) {
        return cache.get(key, k -> value);
    }

    @Test
    void exploredSchedulesAreLinearizable() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(300)
                .threads(2)
                .actorsPerThread(3)
                .sequentialSpecification(SequentialMap.class)
                .check(getClass());
    }

    @Test
    void realSchedulesAreLinearizable() {
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(1_000)
                .threads(2)
                .actorsPerThread(4)
                .sequentialSpecification(SequentialMap.class)
                .check(getClass());
    }
}
