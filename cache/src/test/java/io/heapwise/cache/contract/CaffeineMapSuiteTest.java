package io.heapwise.cache.contract;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Holds Guava's map tests against Caffeine, to know that the features we claim are those that Caffeine has. */
final class CaffeineMapSuiteTest {
    private static final CacheMaker MAKER = new CaffeineMaker();

    @TestFactory
    Stream<DynamicNode> guavasTestsOfAConcurrentMap() {
        return Stream.of(
                GuavaMapSuite.over("bySize", MAKER, () -> MAKER.make(Setup.any())),
                GuavaMapSuite.over(
                        "byWeight",
                        MAKER,
                        () -> MAKER.make(Setup.<String, String>any().maximumWeight(10_000, (key, value) -> 3))),
                GuavaMapSuite.over("loading", MAKER, () -> MAKER.make(Setup.any(), key -> "loaded")));
    }
}
