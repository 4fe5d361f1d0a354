package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;

/** The publisher of pages, by the rules of reactive streams. */
class PagePublisherTest {
    private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(4);
    private static final int TIMEOUT_MILLIS = 500;
    private static final int QUIET_MILLIS = 50;

    @AfterAll
    static void endThreads() {
        EXECUTOR.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> theRulesAreKept() {
        return rules(() -> new Rules(0));
    }

    @TestFactory
    Stream<DynamicTest> theRulesAreKeptFetchingAhead() {
        return rules(() -> new Rules(1));
    }

    private static Stream<DynamicTest> rules(java.util.function.Supplier<Rules> rules) {
        return Arrays.stream(Rules.class.getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> {
                    Rules verification = rules.get();
                    verification.setUp();
                    try {
                        method.invoke(verification);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause() instanceof SkipException skipped
                                ? new TestAbortedException(skipped.getMessage(), skipped)
                                : thrown.getCause();
                    }
                }));
    }

    /** Pages of three numbers each. */
    private static Pages<Long> numbers(long count) {
        return Pages.byOffset(
                3,
                (offset, limit) -> LongStream.range(offset, Math.min(count, offset + limit))
                        .boxed()
                        .toList());
    }

    /** What the rules are asked of. */
    public static final class Rules extends FlowPublisherVerification<Long> {
        private final int depth;

        Rules(int depth) {
            super(new TestEnvironment(TIMEOUT_MILLIS, QUIET_MILLIS), TIMEOUT_MILLIS);
            this.depth = depth;
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            Pages<Long> pages = numbers(elements);
            return (depth == 0 ? pages : pages.prefetch(depth, EXECUTOR)).publisher(EXECUTOR);
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            return null; // rules for those that fail before there is demand: ours has not looked yet
        }
    }

    @Test
    void aFailureComesWithTheDemand() {
        Pages<Integer> pages = Pages.byToken(token -> {
            if (token == null) {
                return Page.of(List.of(1, 2), "more");
            }
            throw new IOException("no route");
        });
        List<Object> heard = new ArrayList<>();
        pages.publisher(Runnable::run).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
                heard.add("subscribed");
            }

            @Override
            public void onNext(Integer item) {
                heard.add(item);
            }

            @Override
            public void onError(Throwable failure) {
                heard.add(failure.getClass());
            }

            @Override
            public void onComplete() {
                heard.add("complete");
            }
        });
        assertThat(heard).containsExactly("subscribed", 1, 2, PageException.class);
    }

    @Test
    void withoutDemandNothingIsFetched() {
        AtomicInteger fetches = new AtomicInteger();
        Pages<Integer> pages = Pages.byPageNumber(0, page -> {
            fetches.incrementAndGet();
            return page < 2 ? List.of(1, 2) : List.of();
        });
        CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
        AtomicInteger received = new AtomicInteger();
        AtomicInteger completed = new AtomicInteger();
        pages.publisher(Runnable::run).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscribed.complete(subscription);
            }

            @Override
            public void onNext(Integer item) {
                received.incrementAndGet();
            }

            @Override
            public void onError(Throwable failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void onComplete() {
                completed.incrementAndGet();
            }
        });
        Flow.Subscription subscription = subscribed.join();
        assertThat(fetches).hasValue(0);
        subscription.request(2);
        assertThat(received).hasValue(2);
        assertThat(fetches).hasValue(1);
        subscription.request(1);
        assertThat(fetches).hasValue(2);
        subscription.request(10);
        assertThat(received).hasValue(4);
        assertThat(completed).hasValue(1);
        assertThat(fetches).hasValue(3);
    }
}
