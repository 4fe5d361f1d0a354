package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.streams.ScriptedIterator.SourceFailure;
import io.heapwise.streams.internal.IteratorPublisher;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the rules of reactive streams do not say: when the iterator is opened, read and closed. */
final class IteratorPublisherTest {
    private final ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(5);
    private final ScriptedSubscriber<Integer> subscriber = new ScriptedSubscriber<>();
    private final Queue<Runnable> jobs = new ArrayDeque<>();
    private final AtomicReference<Throwable> reported = new AtomicReference<>();

    @BeforeEach
    void noteWhatNobodyElseIsTold() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> reported.set(thrown));
    }

    @AfterEach
    void noteNoMore() {
        Thread.currentThread().setUncaughtExceptionHandler(null);
    }

    private void subscribe(ScriptedIterator<Integer> source, Executor executor) {
        new IteratorPublisher<>(() -> source, executor).subscribe(subscriber);
    }

    private void runJobs() {
        while (!jobs.isEmpty()) {
            jobs.remove().run();
        }
    }

    @Test
    void asManyAsAreAskedForAreRead() {
        subscribe(items, Runnable::run);
        subscriber.request(2);
        assertThat(subscriber.seen).containsExactly(0, 1);
        assertThat(items.read).isEqualTo(2);
        subscriber.request(3);
        assertThat(items.closes).as("nobody has asked for more than there is").isZero();
        subscriber.request(1);
        assertThat(subscriber.isCompleted).isTrue();
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void nothingRunsOnTheThreadThatAsks() {
        subscribe(items, jobs::add);
        assertThat(jobs).as("without demand there is nothing to do").isEmpty();
        subscriber.request(1);
        assertThat(items.read).isZero();
        subscriber.request(1);
        assertThat(jobs).as("one job works on all that has been asked for").hasSize(1);
        runJobs();
        assertThat(subscriber.seen).containsExactly(0, 1);
    }

    @Test
    void nothingIsDeliveredBeforeTheSubscriberHasItsSubscription() {
        subscriber.onSubscribe = given -> {
            given.request(1);
            runJobs();
            assertThat(subscriber.seen).isEmpty();
        };
        subscribe(items, jobs::add);
        runJobs();
        assertThat(subscriber.seen).containsExactly(0);
    }

    @Test
    void aSourceThatFailsIsClosedAndTold() {
        subscribe(items.failingAt(2), Runnable::run);
        subscriber.request(9);
        assertThat(subscriber.seen).containsExactly(0, 1);
        assertThat(subscriber.failure).isInstanceOf(SourceFailure.class);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void aFailureToCloseAtTheEndIsToldInsteadOfTheEnd() {
        RuntimeException closing = new RuntimeException("closing");
        subscribe(items.failingToClose(closing), Runnable::run);
        subscriber.request(9);
        assertThat(subscriber.failure).isSameAs(closing);
        assertThat(subscriber.isCompleted).isFalse();
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void aFailureToCloseAfterAFailureIsAddedToThat() {
        RuntimeException closing = new RuntimeException("closing");
        subscribe(items.failingAt(1).failingToClose(closing), Runnable::run);
        subscriber.request(9);
        assertThat(subscriber.failure).isInstanceOf(SourceFailure.class);
        assertThat(subscriber.failure.getSuppressed()).containsExactly(closing);
    }

    @Test
    void aFailureToCloseForWhoHasCancelledIsReported() {
        RuntimeException closing = new RuntimeException("closing");
        subscribe(items.failingToClose(closing), Runnable::run);
        subscriber.request(1);
        subscriber.subscription.cancel();
        assertThat(subscriber.failure).isNull();
        assertThat(reported).hasValue(closing);
    }

    @Test
    void anItemOfNullIsAFailure() {
        ScriptedIterator<Integer> nulls = new ScriptedIterator<>(3, index -> null);
        subscribe(nulls, Runnable::run);
        subscriber.request(1);
        assertThat(subscriber.failure).isInstanceOf(NullPointerException.class);
        assertThat(nulls.closes).isEqualTo(1);
    }

    @Test
    void whoCancelsHasTheIteratorClosed() {
        subscribe(items, Runnable::run);
        subscriber.request(2);
        subscriber.subscription.cancel();
        subscriber.request(2);
        assertThat(subscriber.seen).hasSize(2);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void whoCancelsFirstHasNothingOpened() {
        new IteratorPublisher<Integer>(
                        () -> {
                            throw new AssertionError("opened");
                        },
                        Runnable::run)
                .subscribe(subscriber);
        subscriber.subscription.cancel();
        subscriber.request(1);
        assertThat(subscriber.failure).isNull();
        assertThat(reported).hasValue(null);
    }

    @Test
    void whatIsOpenAlreadyIsClosedThoughNobodyEverAsked() {
        IteratorPublisher.ofOpen(() -> items, Runnable::run).subscribe(subscriber);
        subscriber.subscription.cancel();
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void anExecutorThatRefusesIsAFailure() {
        RejectedExecutionException refusal = new RejectedExecutionException("busy");
        IteratorPublisher.ofOpen(() -> items, job -> {
                    throw refusal;
                })
                .subscribe(subscriber);
        subscriber.request(1);
        assertThat(subscriber.failure).isSameAs(refusal);
        assertThat(items.closes).isEqualTo(1);
        subscriber.request(1);
        subscriber.subscription.cancel();
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void aSubscriberThatThrowsHasCancelledAndItsThreadIsTold() {
        subscriber.onNext = item -> {
            throw new IllegalStateException("subscriber");
        };
        subscribe(items, Runnable::run);
        subscriber.request(9);
        assertThat(subscriber.seen).containsExactly(0);
        assertThat(subscriber.failure).isNull();
        assertThat(items.closes).isEqualTo(1);
        assertThat(reported.get()).hasMessage("subscriber");
    }

    @Test
    void aSubscriberThatThrowsWhenItSubscribesHasCancelled() {
        subscriber.onSubscribe = given -> {
            given.request(9);
            throw new IllegalStateException("subscriber");
        };
        IteratorPublisher.ofOpen(() -> items, Runnable::run).subscribe(subscriber);
        assertThat(subscriber.seen).isEmpty();
        assertThat(items.closes).isEqualTo(1);
        assertThat(reported.get()).hasMessage("subscriber");
    }

    @Test
    void anErrorIsToldThoughNobodyAsksWhenNothingCouldBeOpened() {
        IteratorPublisher.<Integer>ofOpen(
                        () -> {
                            throw new IllegalStateException("taken");
                        },
                        Runnable::run)
                .subscribe(subscriber);
        assertThat(subscriber.failure).hasMessage("taken");
    }

    @Test
    void askingForNothingIsAnErrorThatClosesTheIterator() {
        subscribe(items, Runnable::run);
        subscriber.request(1);
        subscriber.request(-1);
        assertThat(subscriber.failure)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("n=-1");
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void requestsInsideOnNextTakeNoStack() {
        ScriptedIterator<Integer> many = ScriptedIterator.ofNumbers(200_000);
        subscriber.onNext = item -> subscriber.request(1);
        subscribe(many, Runnable::run);
        subscriber.request(1);
        assertThat(subscriber.seen).hasSize(200_000);
        assertThat(subscriber.isCompleted).isTrue();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatThrownBy(() -> new IteratorPublisher<Integer>(null, Runnable::run))
                .hasMessage("source");
        assertThatThrownBy(() -> new IteratorPublisher<>(() -> items, null)).hasMessage("executor");
        assertThatThrownBy(() -> new IteratorPublisher<>(() -> items, Runnable::run).subscribe(null))
                .hasMessage("subscriber");
    }
}
