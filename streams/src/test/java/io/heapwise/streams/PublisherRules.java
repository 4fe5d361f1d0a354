package io.heapwise.streams;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.Flow;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/** The rules of reactive streams for publishers, each a test of its own. */
final class PublisherRules {
    /** How long the rules wait for a signal that must come; and for one that must not. */
    private static final long PATIENCE_MILLIS = 1_000;

    private static final long SILENCE_MILLIS = 30;

    private PublisherRules() {}

    /**
     * The rules for one kind of publisher. What a rule cannot check is skipped; one that is required must not be.
     *
     * @param ofElements makes a publisher of so many elements
     * @param failed a publisher that fails without a request, or null if there is none
     */
    static <T> Stream<DynamicTest> of(LongFunction<Flow.Publisher<T>> ofElements, Flow.Publisher<T> failed) {
        return Arrays.stream(FlowPublisherVerification.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .filter(method -> !method.getName().startsWith("untested_"))
                .sorted(Comparator.comparing(Method::getName))
                .map(rule -> DynamicTest.dynamicTest(rule.getName(), () -> check(rule, ofElements, failed)));
    }

    private static <T> void check(Method rule, LongFunction<Flow.Publisher<T>> ofElements, Flow.Publisher<T> failed)
            throws Throwable {
        FlowPublisherVerification<T> rules =
                new FlowPublisherVerification<>(new TestEnvironment(PATIENCE_MILLIS, SILENCE_MILLIS)) {
                    @Override
                    public Flow.Publisher<T> createFlowPublisher(long elements) {
                        return ofElements.apply(elements);
                    }

                    @Override
                    public Flow.Publisher<T> createFailedFlowPublisher() {
                        return failed;
                    }

                    @Override
                    public long maxElementsFromPublisher() {
                        return Integer.MAX_VALUE;
                    }
                };
        rules.setUp();
        try {
            rule.invoke(rules);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof SkipException skipped) {
                if (rule.getName().startsWith("required_")) {
                    Assertions.fail("a required rule was skipped: " + skipped.getMessage());
                }
                Assumptions.abort(skipped.getMessage());
            }
            throw thrown.getCause();
        }
    }
}
