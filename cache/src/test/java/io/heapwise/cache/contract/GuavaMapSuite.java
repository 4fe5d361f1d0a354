package io.heapwise.cache.contract;

import com.github.benmanes.caffeine.cache.Cache;
import com.google.common.collect.testing.ConcurrentMapTestSuiteBuilder;
import com.google.common.collect.testing.TestStringMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.MapFeature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestFailure;
import junit.framework.TestResult;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/** Guava's own tests of a ConcurrentMap, each as one dynamic test over {@code asMap()}. */
final class GuavaMapSuite {
    private GuavaMapSuite() {}

    static DynamicNode over(String name, CacheMaker maker, Supplier<Cache<String, String>> caches) {
        List<Cache<String, String>> made = new ArrayList<>();
        TestSuite suite = ConcurrentMapTestSuiteBuilder.using(new TestStringMapGenerator() {
                    @Override
                    protected Map<String, String> create(Map.Entry<String, String>[] entries) {
                        Cache<String, String> cache = caches.get();
                        made.add(cache);
                        for (Map.Entry<String, String> entry : entries) {
                            cache.put(entry.getKey(), entry.getValue());
                        }
                        return cache.asMap();
                    }
                })
                .named(name)
                .withFeatures(
                        CollectionSize.ANY,
                        MapFeature.GENERAL_PURPOSE,
                        MapFeature.ALLOWS_NULL_ENTRY_QUERIES,
                        CollectionFeature.SUPPORTS_ITERATOR_REMOVE)
                .createTestSuite();
        return node(suite, () -> {
            made.forEach(maker::verify);
            made.clear();
        });
    }

    private static DynamicNode node(Test test, Runnable verification) {
        if (test instanceof TestSuite suite) {
            Stream<DynamicNode> children =
                    Collections.list(suite.tests()).stream().map(child -> node(child, verification));
            return DynamicContainer.dynamicContainer(String.valueOf(suite.getName()), children);
        }
        return DynamicTest.dynamicTest(test.toString(), () -> {
            TestResult result = new TestResult();
            test.run(result);
            for (TestFailure failure : Collections.list(result.errors())) {
                throw failure.thrownException();
            }
            for (TestFailure failure : Collections.list(result.failures())) {
                throw failure.thrownException();
            }
            if (result.runCount() == 0) {
                throw new AssertionError("nothing ran");
            }
            verification.run();
        });
    }
}
