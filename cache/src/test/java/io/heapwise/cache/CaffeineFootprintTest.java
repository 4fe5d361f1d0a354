package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.heapwise.memory.HeapGovernor;
import io.heapwise.memory.ManualTicker;
import io.heapwise.memory.ScriptedSource;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the governor is told of a Caffeine cache's own bytes, against the growth of the live set. */
final class CaffeineFootprintTest {
    private static final int MOST_ENTRIES = 100_000;

    private static final Map<String, UnaryOperator<Caffeine<Object, Object>>> KINDS = Map.of(
            "size", builder -> builder,
            "access", builder -> builder.expireAfterAccess(Duration.ofHours(1)),
            "write", builder -> builder.expireAfterWrite(Duration.ofHours(1)),
            "both", builder -> builder.expireAfterAccess(Duration.ofHours(1)).expireAfterWrite(Duration.ofHours(1)),
            "refresh",
                    builder -> builder.expireAfterWrite(Duration.ofHours(1)).refreshAfterWrite(Duration.ofMinutes(5)),
            "variable", builder -> builder.expireAfter(Expiry.creating((key, value) -> Duration.ofHours(1))));

    private static Stream<Arguments> kindsAndSizes() {
        return KINDS.keySet().stream()
                .sorted()
                .flatMap(kind -> Stream.of(33_000, MOST_ENTRIES)
                        .flatMap(entries ->
                                Stream.of(false, true).map(isWeighted -> Arguments.of(kind, entries, isWeighted))));
    }

    private static Cache<Object, Object> make(String kind, int maximum, boolean isWeighted) {
        Caffeine<Object, Object> builder =
                KINDS.get(kind).apply(Caffeine.newBuilder()).executor(Runnable::run);
        return isWeighted
                ? builder.maximumWeight(maximum).weigher((key, value) -> 1).build(key -> key)
                : builder.maximumSize(maximum).build(key -> key);
    }

    /** The live set: the object graph can't be walked, since JOL does not look into Caffeine's lambdas. */
    private static long liveBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    @ParameterizedTest(name = "{0} with {1} entries, weighted {2}")
    @MethodSource("kindsAndSizes")
    void itsOwnBytesAreToldWithinAnEighth(String kind, int entries, boolean isWeighted) {
        Long[] keys = new Long[entries];
        Arrays.setAll(keys, i -> 1_000_000_000L + i);
        Object value = new byte[0];
        long before = liveBytes();
        Cache<Object, Object> cache = make(kind, entries, isWeighted);
        for (Long key : keys) {
            cache.put(key, value);
        }
        cache.cleanUp();
        assertThat(cache.estimatedSize()).isEqualTo(entries);
        double grown = liveBytes() - before;
        HeapGovernor governor = HeapGovernor.of(new ScriptedSource(1L << 30).pressure(new ManualTicker()));
        try (CaffeineMembership membership =
                CaffeineGovernor.builder().governor(governor).govern(cache)) {
            CacheFootprint told = membership.footprint();
            assertThat((double) told.engineBytes()).isBetween(grown * 0.87, grown * 1.13);
        }
        Reference.reachabilityFence(keys);
    }
}
