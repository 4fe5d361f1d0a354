package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.LeakTracker.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThrottledFlowTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final ManualTicker ticker = new ManualTicker();
    private final MemoryBudget budget =
            MemoryBudget.builder("elements", 30).ticker(ticker).build();
    private final MemoryThrottle throttle = MemoryThrottle.of(budget, 10, LONG);
    private final Source source = new Source();
    private final Sink<String> sink = new Sink<>();

    @AfterEach
    void nothingIsLeft() {
        if (sink.subscription instanceof ThrottledFlow<?> flow) {
            flow.cancel();
            flow.checkIntegrity();
        }
        sink.closeAll();
        assertThat(budget.stats().reservedBytes()).isZero();
        assertThat(budget.stats().waiting()).isZero();
        budget.checkIntegrity();
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.yield();
        }
    }

    // ---- room ------------------------------------------------------------------------------------------------------

    @Test
    void theSourceIsAskedOnlyWhenThereIsRoom() {
        throttle.publisher(source).subscribe(sink);
        assertThat(budget.stats().reservedBytes()).as("without demand").isZero();
        Reservation others = budget.tryReserve(21);
        sink.subscription.request(2);
        assertThat(source.asked).hasValue(0);
        assertThat(budget.stats().waiting()).isOne();

        others.shrinkTo(20);
        until(() -> source.asked.get() == 1);
        source.give("a");
        assertThat(sink.texts()).containsExactly("a");
        assertThat(source.asked).as("the one element is open").hasValue(1);

        sink.elements.get(0).close();
        until(() -> source.asked.get() == 2);
        others.close();
        source.give("b");
        assertThat(budget.stats().waiting()).as("no more demand").isZero();
        assertThat(source.asked).hasValue(2);
    }

    @Test
    void whatAnElementDoesNotTakeIsGivenBackWhenItIsKnown() {
        throttle.publisher(source, String::length).subscribe(sink);
        sink.subscription.request(100);
        assertThat(budget.stats().reservedBytes()).isEqualTo(10);
        source.give("four");
        assertThat(budget.stats().reservedBytes()).isEqualTo(14);
        assertThat(sink.elements.get(0).bytes()).isEqualTo(4);
        for (int i = 0; i < 5; i++) {
            source.give("more");
        }
        assertThat(budget.stats().reservedBytes())
                .as("six elements of four, and no room for another ten")
                .isEqualTo(24);
        assertThat(source.asked).hasValue(6);
    }

    @Test
    void noMoreElementsAreOpenThanThereIsRoomFor() throws Exception {
        int elements = 5_000;
        AtomicLong open = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Integer> seen = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        SubmissionPublisher<Integer> numbers = new SubmissionPublisher<>();
        try (Closer closer = new Closer()) {
            throttle.publisher(numbers).subscribe(new Sink<Integer>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    subscription.request(Long.MAX_VALUE);
                }

                @Override
                public void onNext(Throttled<Integer> element) {
                    seen.add(element.get());
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    closer.later(() -> {
                        open.decrementAndGet();
                        element.close();
                    });
                }

                @Override
                public void onComplete() {
                    done.countDown();
                }
            });
            for (int i = 0; i < elements; i++) {
                numbers.submit(i);
            }
            numbers.close();
            done.await();
        }
        assertThat(seen).hasSize(elements).isSorted();
        assertThat(most.get()).isBetween(1L, 3L);
    }

    @Test
    void demandFromWithinAnElementDoesNotNest() {
        Sink<Integer> one = new Sink<>() {
            @Override
            public void onNext(Throttled<Integer> element) {
                super.onNext(element);
                element.close();
                subscription.request(1);
            }
        };
        throttle.publisher(new Counting(200_000)).subscribe(one);
        one.subscription.request(1);
        assertThat(one.elements).hasSize(200_000);
        assertThat(one.ends).containsExactly("complete");
    }

    @Test
    void nothingIsSaidBeforeTheSubscriberKnowsItsSubscription() {
        List<Integer> seenInside = new ArrayList<>();
        Sink<Integer> eager = new Sink<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                super.onSubscribe(given);
                given.request(3);
                seenInside.add(elements.size() + ends.size());
            }
        };
        throttle.publisher(new Counting(3)).subscribe(eager);
        assertThat(seenInside).containsExactly(0);
        assertThat(eager.texts()).containsExactly(0, 1, 2);
        assertThat(eager.ends).containsExactly("complete");
        eager.closeAll();
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Test
    void toCancelGivesUpTheTurn() {
        Reservation others = budget.tryReserve(30);
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        assertThat(budget.stats().waiting()).isOne();
        sink.subscription.cancel();
        assertThat(budget.stats().waiting()).isZero();
        assertThat(source.cancelled).hasValue(1);
        others.close();
        assertThat(source.asked).hasValue(0);
    }

    @Test
    void toCancelGivesBackWhatNoElementHasCome() {
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(2);
        source.give("kept");
        assertThat(budget.stats().reservedBytes()).isEqualTo(20);
        sink.subscription.cancel();
        assertThat(budget.stats().reservedBytes())
                .as("of the element handed over")
                .isEqualTo(10);
        assertThat(sink.elements.get(0).get()).isEqualTo("kept");
        source.give("late");
        source.subscriber.onComplete();
        sink.subscription.request(1);
        sink.subscription.request(0);
        assertThat(sink.texts()).containsExactly("kept");
        assertThat(sink.ends).isEmpty();
        assertThat(source.cancelled).hasValue(1);
    }

    @Test
    void withoutRoomInTimeItFails() {
        Reservation others = budget.tryReserve(25);
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        ticker.advance(LONG.minusNanos(1));
        assertThat(sink.ends).isEmpty();
        ticker.advance(Duration.ofNanos(1));
        assertThat(sink.failure)
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessage(
                        "bytes=10 of elements (expected <= 5 now): reserved=25 by 1, limit=30 of 30, waiting=0, ahead of"
                                + " it=0, waited 50000 ms: use less at a time, allow more, or wait longer");
        assertThat(source.cancelled).hasValue(1);
        others.close();
        assertThat(sink.ends).hasSize(1);
    }

    @Test
    void elementsThatAreNeverClosedEndItLoudly() {
        throttle.publisher(new Counting(10)).subscribe(new Sink<>());
        Sink<Integer> careless = new Sink<>();
        throttle.publisher(new Counting(10)).subscribe(careless);
        careless.subscription.request(10);
        assertThat(careless.elements).hasSize(3);
        ticker.advance(LONG);
        assertThat(careless.failure).hasMessageContaining("reserved=30 by 3");
        careless.closeAll();
    }

    @Test
    void whatTheSourceSaysLastIsSaidLast() {
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(3);
        source.give("a");
        IllegalStateException broken = new IllegalStateException("broken");
        source.subscriber.onError(broken);
        assertThat(sink.failure).isSameAs(broken);
        assertThat(source.cancelled).as("it has ended by itself").hasValue(0);
        source.subscriber.onComplete();
        assertThat(sink.ends).hasSize(1);
    }

    @Test
    void theEndNeedsNoRoom() {
        Reservation others = budget.tryReserve(30);
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        source.subscriber.onComplete();
        assertThat(sink.ends).containsExactly("complete");
        assertThat(budget.stats().waiting()).isZero();
        others.close();
    }

    @Test
    void aClosedBudgetEndsIt() {
        throttle.publisher(source).subscribe(sink);
        budget.close();
        sink.subscription.request(1);
        assertThat(sink.failure)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("budget elements is closed");
        assertThat(source.cancelled).hasValue(1);
    }

    @Test
    void elementsForWhichThereIsNeverRoomAreRefusedAtOnce() {
        MemoryThrottle.of(budget, 31, LONG).publisher(source).subscribe(sink);
        sink.subscription.request(1);
        assertThat(sink.failure).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bytes=31");
    }

    // ---- code of others --------------------------------------------------------------------------------------------

    @Test
    void aWeigherThatLiesOrThrowsEndsIt() {
        List<ToLongFunction<String>> weighers = List.of(text -> -1, text -> 11, text -> {
            throw new UnsupportedOperationException("not a text");
        });
        List<String> messages = List.of(
                "bytesOf=-1 (expected 0 to 10): give the throttle what an element takes at its most",
                "bytesOf=11 (expected 0 to 10): give the throttle what an element takes at its most",
                "not a text");
        for (int i = 0; i < weighers.size(); i++) {
            Source from = new Source();
            Sink<String> to = new Sink<>();
            throttle.publisher(from, weighers.get(i)).subscribe(to);
            to.subscription.request(2);
            from.give("a");
            assertThat(to.elements).isEmpty();
            assertThat(to.failure).hasMessage(messages.get(i));
            assertThat(from.cancelled).hasValue(1);
            assertThat(budget.stats().reservedBytes()).isZero();
        }
    }

    @Test
    void aSourceThatGivesMoreThanItIsAskedForIsCancelled() {
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        source.give("a");
        source.give("b");
        assertThat(sink.texts()).containsExactly("a");
        assertThat(sink.failure)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was not asked for (expected one for each request(1), rule 1.1)");
        assertThat(source.cancelled).hasValue(1);
    }

    @Test
    void aSourceThatGivesNothingAtAllIsCancelled() {
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        assertThatThrownBy(() -> source.give(null)).isInstanceOf(NullPointerException.class);
        assertThat(sink.failure).isInstanceOf(NullPointerException.class).hasMessage("element");
        assertThat(source.cancelled).hasValue(1);
    }

    @Test
    void aSourceThatThrowsEndsItWhereverItDoes() {
        IllegalStateException thrown = new IllegalStateException("broken");
        Sink<String> unsubscribed = new Sink<>();
        throttle.<String>publisher(subscriber -> {
                    throw thrown;
                })
                .subscribe(unsubscribed);
        assertThat(unsubscribed.subscription).isNotNull();
        assertThat(unsubscribed.failure).isSameAs(thrown);

        source.request = thrown;
        source.cancel = new IllegalStateException("broken too");
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        assertThat(sink.failure).isSameAs(thrown).hasSuppressedException(source.cancel);
        assertThat(budget.stats().reservedBytes()).isZero();
    }

    @Test
    void aSubscriberThatThrowsHearsNoMore() throws Exception {
        RuntimeException thrown = new RuntimeException("by the subscriber");
        Sink<String> throwing = new Sink<>() {
            @Override
            public void onNext(Throttled<String> element) {
                super.onNext(element);
                throw thrown;
            }
        };
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            throttle.publisher(source).subscribe(throwing);
            throwing.subscription.request(5);
            source.give("a");
        });
        thread.setUncaughtExceptionHandler((which, failure) -> {
            uncaught.set(failure);
            throw new IllegalStateException("handlers may throw as well");
        });
        thread.start();
        thread.join();
        assertThat(uncaught).hasValue(thrown);
        assertThat(throwing.ends).isEmpty();
        assertThat(source.cancelled).hasValue(1);
        assertThat(budget.stats().reservedBytes()).isZero();
        ((ThrottledFlow<?>) throwing.subscription).checkIntegrity();
    }

    // ---- elements --------------------------------------------------------------------------------------------------

    @Test
    void aClosedElementIsGone() {
        throttle.publisher(source).subscribe(sink);
        sink.subscription.request(1);
        source.give("a");
        Throttled<String> element = sink.elements.get(0);
        assertThat(element).hasToString("Throttled[a, Reservation[10 bytes of elements]]");
        element.close();
        element.close();
        assertThat(element.bytes()).isZero();
        assertThatThrownBy(element::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("throttled element is closed");
        assertThat(element).hasToString("Throttled[closed, Reservation[0 bytes of elements]]");
    }

    @Test
    void aDroppedElementIsFoundAndReported() {
        LeakTracker tracker = LeakTracker.named("element", Mode.FULL);
        MemoryBudget watched =
                MemoryBudget.builder("watched", 10).leakTracker(tracker).build();
        Sink<String> forgetful = new Sink<>() {
            @Override
            public void onNext(Throttled<String> element) {
                ends.add(element.get());
            }
        };
        MemoryThrottle.of(watched, 10, LONG).publisher(source).subscribe(forgetful);
        forgetful.subscription.request(2);
        source.give("a");
        while (source.asked.get() < 2) {
            System.gc();
            Thread.yield();
        }
        until(() -> tracker.leaks() == 1); // told after it is given back
        forgetful.subscription.cancel();
        assertThat(watched.stats().reservedBytes()).isZero();
    }

    // ---- doubles ---------------------------------------------------------------------------------------------------

    /** Gives what the test says, when it says so. */
    private static final class Source implements Flow.Publisher<String>, Flow.Subscription {
        final AtomicLong asked = new AtomicLong();
        final AtomicLong cancelled = new AtomicLong();
        volatile RuntimeException request;
        volatile RuntimeException cancel;
        volatile Flow.Subscriber<? super String> subscriber;

        @Override
        public void subscribe(Flow.Subscriber<? super String> asking) {
            subscriber = asking;
            asking.onSubscribe(this);
        }

        void give(String element) {
            subscriber.onNext(element);
        }

        @Override
        public void request(long n) {
            asked.addAndGet(n);
            if (request != null) {
                throw request;
            }
        }

        @Override
        public void cancel() {
            cancelled.incrementAndGet();
            if (cancel != null) {
                throw cancel;
            }
        }
    }

    /** Keeps what it gets. */
    private static class Sink<T> implements Flow.Subscriber<Throttled<T>> {
        final List<Throttled<T>> elements = new ArrayList<>();
        final List<String> ends = new ArrayList<>();
        volatile Flow.Subscription subscription;
        volatile Throwable failure;

        List<T> texts() {
            return elements.stream().map(Throttled::get).toList();
        }

        void closeAll() {
            elements.forEach(Throttled::close);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Throttled<T> element) {
            elements.add(element);
        }

        @Override
        public void onError(Throwable thrown) {
            failure = thrown;
            ends.add("error");
        }

        @Override
        public void onComplete() {
            ends.add("complete");
        }
    }

    /** Does on a thread of its own what it is told, in order. */
    private static final class Closer implements AutoCloseable {
        private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile boolean isOver;

        Closer() {
            Thread thread = new Thread(() -> {
                for (Runnable task = tasks.poll(); !isOver || task != null; task = tasks.poll()) {
                    if (task != null) {
                        task.run();
                    } else {
                        Thread.yield();
                    }
                }
                ended.complete(null);
            });
            thread.setDaemon(true);
            thread.start();
        }

        void later(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void close() {
            isOver = true;
            ended.join();
        }
    }
}
