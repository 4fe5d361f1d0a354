package io.heapwise.cache.contract;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Holds Guava's map tests against our cache, however it is bounded. */
final class HeapwiseMapSuiteTest {
    @TestFactory
    Stream<DynamicNode> guavasTestsOfAConcurrentMap() {
        CacheMaker bySize = HeapwiseMaker.bySize();
        CacheMaker byWeight = HeapwiseMaker.byWeight();
        CacheMaker byHeapShare = HeapwiseMaker.byHeapShare();
        return Stream.of(
                GuavaMapSuite.over("bySize", bySize, () -> bySize.make(Setup.any())),
                GuavaMapSuite.over("byWeight", byWeight, () -> byWeight.make(Setup.any())),
                GuavaMapSuite.over("byHeapShare", byHeapShare, () -> byHeapShare.make(Setup.any())),
                GuavaMapSuite.over("loading", bySize, () -> bySize.make(Setup.any(), key -> "loaded")));
    }
}
