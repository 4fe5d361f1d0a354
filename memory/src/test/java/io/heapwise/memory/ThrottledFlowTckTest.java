package io.heapwise.memory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;

/** A throttled publisher keeps the rules of Reactive Streams, as a publisher and as a subscriber of its source. */
class ThrottledFlowTckTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final long TIMEOUT_MILLIS = 1_000;
    private static final long NOTHING_MILLIS = 30;

    private static final List<MemoryBudget> BUDGETS = new CopyOnWriteArrayList<>();

    @AfterEach
    void integrity() {
        BUDGETS.forEach(MemoryBudget::checkIntegrity);
        BUDGETS.clear();
    }

    private static MemoryThrottle throttle(long elementsAtATime) {
        return MemoryThrottle.of(budget(elementsAtATime), 10, LONG);
    }

    private static MemoryBudget budget(long elementsAtATime) {
        MemoryBudget budget = MemoryBudget.builder("elements", 10 * elementsAtATime)
                .leakTracker(LeakTracker.named("reservation", LeakTracker.Mode.OFF))
                .build();
        BUDGETS.add(budget);
        return budget;
    }

    private static TestEnvironment environment() {
        return new TestEnvironment(TIMEOUT_MILLIS, NOTHING_MILLIS);
    }

    @TestFactory
    Stream<DynamicTest> whenElementsAreKeptOpen() {
        return Tck.testsOf(new KeptOpen());
    }

    @TestFactory
    Stream<DynamicTest> whenThereIsRoomForOneThatIsClosedAtOnce() {
        return Tck.testsOf(new ClosedAtOnce(Runnable::run));
    }

    @TestFactory
    Stream<DynamicTest> whenEachIsClosedByAnotherThread() {
        return Tck.testsOf(new ClosedAtOnce(ForkJoinPool.commonPool()));
    }

    @TestFactory
    Stream<DynamicTest> asASubscriberSeenFromOutside() {
        return Tck.testsOf(new AsSubscriber());
    }

    @TestFactory
    Stream<DynamicTest> asASubscriberSeenFromInside() {
        return Tck.testsOf(new AsProbedSubscriber());
    }

    /** There is room for all, and none is closed. */
    public static final class KeptOpen extends FlowPublisherVerification<Throttled<Integer>> {
        public KeptOpen() {
            super(environment());
        }

        @Override
        public Flow.Publisher<Throttled<Integer>> createFlowPublisher(long elements) {
            return throttle(1_000_000).publisher(new Counting(elements), number -> number % 11);
        }

        @Override
        public Flow.Publisher<Throttled<Integer>> createFailedFlowPublisher() {
            return throttle(1).publisher(subscriber -> {
                throw new IllegalStateException("no source");
            });
        }
    }

    /** There is room for one, which is closed by an executor when it comes; seen are the numbers in them. */
    public static final class ClosedAtOnce extends FlowPublisherVerification<Integer> {
        private final Executor closing;

        ClosedAtOnce(Executor closing) {
            super(environment());
            this.closing = closing;
        }

        @Override
        public Flow.Publisher<Integer> createFlowPublisher(long elements) {
            return opened(throttle(1).publisher(new Counting(elements)));
        }

        @Override
        public Flow.Publisher<Integer> createFailedFlowPublisher() {
            SubmissionPublisher<Integer> failed = new SubmissionPublisher<>();
            failed.closeExceptionally(new IllegalStateException("failed"));
            return opened(throttle(1).publisher(failed));
        }

        private Flow.Publisher<Integer> opened(Flow.Publisher<Throttled<Integer>> throttled) {
            return subscriber -> throttled.subscribe(
                    subscriber == null
                            ? null
                            : new Opening<>(subscriber) {
                                @Override
                                public void onNext(Throttled<Integer> element) {
                                    int number = element.get();
                                    closing.execute(element::close);
                                    subscriber.onNext(number);
                                }
                            });
        }
    }

    /** Asks for all there is. */
    public static final class AsSubscriber extends FlowSubscriberBlackboxVerification<Integer> {
        public AsSubscriber() {
            super(environment());
        }

        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            return between(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(Throttled<Integer> element) {
                    element.close();
                }

                @Override
                public void onError(Throwable failure) {}

                @Override
                public void onComplete() {}
            });
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /** Asks for what it is told to, and tells of all it hears. */
    public static final class AsProbedSubscriber extends FlowSubscriberWhiteboxVerification<Integer> {
        public AsProbedSubscriber() {
            super(environment());
        }

        @Override
        protected Flow.Subscriber<Integer> createFlowSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
            return between(new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    probe.registerOnSubscribe(new SubscriberPuppet() {
                        @Override
                        public void triggerRequest(long elements) {
                            subscription.request(elements);
                        }

                        @Override
                        public void signalCancel() {
                            subscription.cancel();
                        }
                    });
                }

                @Override
                public void onNext(Throttled<Integer> element) {
                    try (element) {
                        probe.registerOnNext(element.get());
                    }
                }

                @Override
                public void onError(Throwable failure) {
                    probe.registerOnError(failure);
                }

                @Override
                public void onComplete() {
                    probe.registerOnComplete();
                }
            });
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /** What stands between a source and a subscriber of a throttled publisher. */
    private static Flow.Subscriber<Integer> between(Flow.Subscriber<Throttled<Integer>> subscriber) {
        return new ThrottledFlow<>(budget(1), 10, LONG, null, subscriber);
    }

    /** Hands on all but the elements. */
    private abstract static class Opening<T> implements Flow.Subscriber<Throttled<T>> {
        private final Flow.Subscriber<? super T> to;

        Opening(Flow.Subscriber<? super T> to) {
            this.to = to;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            to.onSubscribe(subscription);
        }

        @Override
        public void onError(Throwable failure) {
            to.onError(failure);
        }

        @Override
        public void onComplete() {
            to.onComplete();
        }
    }
}
