package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.memory.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FlowChunksTest {
    private final ScriptedPublisher<Integer> source = new ScriptedPublisher<>();
    private final ScriptedSubscriber<List<Integer>> subscriber = new ScriptedSubscriber<>();

    private void subscribe(FlowChunks<Integer> chunks) {
        chunks.publisher().subscribe(subscriber);
    }

    @AfterEach
    void theFlowIsWhole() {
        if (subscriber.subscription instanceof ChunkFlow<?> flow) {
            flow.checkIntegrity();
        }
    }

    // ---- back-pressure ---------------------------------------------------------------------------------------------

    @Test
    void nothingIsAskedOfTheSourceBeforeAChunkIsWanted() {
        subscribe(Chunks.of(source).byCount(3));
        assertThat(source.requests).isEmpty();
        subscriber.request(1);
        assertThat(source.requests).containsExactly(3L);
        source.send(1, 2, 3);
        assertThat(subscriber.seen).containsExactly(List.of(1, 2, 3));
        assertThat(source.requests).as("nobody wants a second chunk").containsExactly(3L);
    }

    @Test
    void withoutBoundStillOnlyOneChunkIsAskedForAtATime() {
        subscribe(Chunks.of(source).byCount(3));
        subscriber.request(Long.MAX_VALUE);
        source.send(1, 2, 3);
        assertThat(source.requests).containsExactly(3L, 3L);
    }

    @Test
    void whereItIsNotKnownHowManyFitOneAfterAnotherIsAskedFor() {
        subscribe(Chunks.of(source).byCount(100).byWeight(5, Integer::longValue));
        subscriber.request(1);
        source.send(2, 2, 2);
        assertThat(source.requests).containsExactly(1L, 1L, 1L);
        assertThat(subscriber.seen).containsExactly(List.of(2, 2));
        subscriber.request(1);
        source.send(3);
        assertThat(subscriber.seen)
                .as("the one that did not fit was kept")
                .containsExactly(List.of(2, 2), List.of(2, 3));
        assertThat(source.requests).hasSize(4);
    }

    @Test
    void anItemThatNobodyAskedForIsAnError() {
        subscribe(Chunks.of(source).byCount(2));
        subscriber.request(1);
        source.send(1, 2, 3);
        assertThat(subscriber.failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("rule 1.1");
        assertThat(source.isCancelled).isTrue();
        source.send(4);
        assertThat(subscriber.seen).hasSize(1);
    }

    @Test
    void requestsInsideOnNextTakeNoStack() {
        int items = 100_000;
        source.onRequest = () -> {
            int next = source.requests.size();
            if (next > items) {
                source.complete();
            } else {
                source.send(next);
            }
        };
        subscriber.onNext = chunk -> subscriber.request(1);
        subscribe(Chunks.of(source).byCount(1));
        subscriber.request(1);
        assertThat(subscriber.seen).hasSize(items);
        assertThat(subscriber.isCompleted).isTrue();
    }

    // ---- time ------------------------------------------------------------------------------------------------------

    /** What is to run later, run when a test moves the time. */
    private static final class Later {
        record Alarm(long dueNanos, Runnable action) {}

        final ManualTicker ticker = new ManualTicker();
        final List<Alarm> alarms = new ArrayList<>();

        void run(Runnable action, long afterNanos) {
            alarms.add(new Alarm(ticker.nanos() + afterNanos, action));
        }

        void advance(int seconds) {
            ticker.advance(Duration.ofSeconds(seconds));
            for (Alarm alarm : List.copyOf(alarms)) {
                if (alarm.dueNanos - ticker.nanos() <= 0) {
                    alarms.remove(alarm);
                    alarm.action.run();
                }
            }
        }
    }

    private final Later later = new Later();

    private FlowChunks<Integer> timed(FlowChunks<Integer> chunks, int seconds) {
        return chunks.byTime(Duration.ofSeconds(seconds), later.ticker, later::run);
    }

    @Test
    void aChunkWhoseTimeIsUpIsHandedOutThoughNothingArrives() {
        subscribe(timed(Chunks.of(source).byCount(10), 5));
        subscriber.request(2);
        later.advance(100);
        assertThat(subscriber.seen).as("an empty chunk has no time").isEmpty();
        source.send(1, 2);
        later.advance(4);
        assertThat(subscriber.seen).isEmpty();
        later.advance(1);
        assertThat(subscriber.seen).containsExactly(List.of(1, 2));
        assertThat(source.requested)
                .as("the count of items on their way stays that of one chunk")
                .hasValue(12);
    }

    @Test
    void aChunkWhoseTimeIsUpWaitsForSomebodyToWantIt() {
        subscribe(timed(Chunks.of(source).byCount(4), 5));
        subscriber.request(1);
        source.send(1);
        later.advance(5);
        assertThat(subscriber.seen).containsExactly(List.of(1));
        source.send(2, 3);
        later.advance(5);
        assertThat(subscriber.seen).as("nobody wants it").hasSize(1);
        source.send(4);
        assertThat(source.requested).as("nor is anything asked for").hasValue(4);
        source.flow().checkIntegrity();
        subscriber.request(1);
        assertThat(subscriber.seen).containsExactly(List.of(1), List.of(2, 3));
        subscriber.request(1);
        later.advance(5);
        assertThat(subscriber.seen)
                .as("what came after the time was up")
                .hasSize(3)
                .endsWith(List.of(4));
    }

    @Test
    void anAlarmOfAnOlderChunkIsSetAgainForTheYounger() {
        subscribe(timed(Chunks.of(source).byCount(2), 10));
        subscriber.request(5);
        source.send(1);
        later.advance(4);
        source.send(2, 3);
        assertThat(later.alarms).as("one at a time").hasSize(1);
        later.advance(6);
        assertThat(subscriber.seen).as("3 is only six seconds old").containsExactly(List.of(1, 2));
        assertThat(later.alarms).hasSize(1);
        later.advance(4);
        assertThat(subscriber.seen).containsExactly(List.of(1, 2), List.of(3));
    }

    @Test
    void anAlarmHoldsNothingWhenTheFlowIsOver() {
        subscribe(timed(Chunks.of(source).byCount(2), 10));
        subscriber.request(1);
        source.send(1);
        subscriber.subscription.cancel();
        later.advance(10);
        assertThat(subscriber.seen).isEmpty();
        assertThat(later.alarms).isEmpty();
    }

    @Test
    void aDelayThatFailsIsTold() {
        subscribe(Chunks.of(source).byCount(5).byTime(Duration.ofSeconds(1), later.ticker, (action, nanos) -> {
            throw new IllegalStateException("no time");
        }));
        subscriber.request(1);
        source.send(1);
        assertThat(subscriber.failure).hasMessage("no time");
        assertThat(source.isCancelled).isTrue();
    }

    @Test
    void theClockOfTheSystemWorksToo() throws Exception {
        subscriber.onNext = chunk -> subscriber.isOver.countDown();
        subscribe(Chunks.of(source).byTime(Duration.ofNanos(1)));
        subscriber.request(1);
        source.send(1);
        subscriber.awaitEnd();
        assertThat(subscriber.seen).containsExactly(List.of(1));
    }

    @Test
    void anExecutorForTheTimeCallsTheSubscriber() throws Exception {
        BlockingQueue<Runnable> due = new LinkedBlockingQueue<>();
        subscribe(Chunks.of(source).byTime(Duration.ofNanos(1), due::add));
        subscriber.request(1);
        source.send(1);
        Runnable action = Objects.requireNonNull(due.poll(30, TimeUnit.SECONDS), "the time is never up");
        assertThat(subscriber.seen).isEmpty();
        action.run();
        assertThat(subscriber.seen).containsExactly(List.of(1));
    }

    // ---- the end ---------------------------------------------------------------------------------------------------

    @Test
    void theLastChunkWaitsForSomebodyToWantItAndTheEndForTheLastChunk() {
        subscribe(Chunks.of(source).byKey(item -> item));
        subscriber.request(1);
        source.send(1, 2);
        assertThat(subscriber.seen).containsExactly(List.of(1));
        source.complete();
        assertThat(subscriber.isCompleted).isFalse();
        subscriber.request(1);
        assertThat(subscriber.seen).containsExactly(List.of(1), List.of(2));
        assertThat(subscriber.isCompleted).isTrue();
    }

    @Test
    void theEndNeedsNobodyToWantAnything() {
        subscribe(Chunks.of(source).byCount(2));
        source.complete();
        assertThat(subscriber.isCompleted).isTrue();
        assertThat(subscriber.seen).isEmpty();
    }

    @Test
    void aFailureIsToldAtOnceAndThePartOfAChunkIsDropped() {
        subscribe(Chunks.of(source).byCount(3));
        subscriber.request(5);
        source.send(1, 2, 3, 4);
        RuntimeException failure = new RuntimeException("source");
        source.fail(failure);
        assertThat(subscriber.seen).containsExactly(List.of(1, 2, 3));
        assertThat(subscriber.failure).isSameAs(failure);
    }

    @Test
    void aFunctionThatFailsCancelsTheSource() {
        subscribe(Chunks.of(source).byCount(3).until(item -> {
            throw new IllegalStateException("until");
        }));
        subscriber.request(5);
        source.send(1);
        assertThat(subscriber.failure).hasMessage("until");
        assertThat(source.isCancelled).isTrue();
    }

    @Test
    void anItemThatIsTooHeavyFailsAfterTheChunksBefore() {
        subscribe(Chunks.of(source).byWeight(3, Integer::longValue));
        subscriber.request(5);
        source.send(3, 1, 4);
        assertThat(subscriber.seen).containsExactly(List.of(3));
        assertThat(subscriber.failure).hasMessageStartingWith("item=2 weight=4 (expected <= 3)");
    }

    @Test
    void whoCancelsHearsNoMore() {
        subscribe(Chunks.of(source).byCount(2));
        subscriber.request(5);
        source.send(1, 2, 3);
        subscriber.subscription.cancel();
        assertThat(source.isCancelled).isTrue();
        source.send(4);
        source.complete();
        assertThat(subscriber.seen).hasSize(1);
        assertThat(subscriber.isCompleted).isFalse();
    }

    @Test
    void cancellingInsideOnNextTakesEffectAtOnce() {
        subscriber.onNext = chunk -> subscriber.subscription.cancel();
        subscribe(Chunks.of(source).byKey(item -> item));
        subscriber.request(5);
        source.send(1, 2);
        assertThat(source.isCancelled).isTrue();
        assertThat(source.requests).hasSize(2);
    }

    @Test
    void askingForNothingIsAnError() {
        subscribe(Chunks.of(source).byCount(2));
        subscriber.request(0);
        assertThat(subscriber.failure)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("n=0");
        assertThat(source.isCancelled).isTrue();
    }

    @Test
    void aSubscriberThatThrowsHasCancelled() {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> reported.set(thrown));
        try {
            subscriber.onNext = chunk -> {
                throw new IllegalStateException("subscriber");
            };
            subscribe(Chunks.of(source).byCount(1));
            subscriber.request(5);
            source.send(1);
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
        assertThat(reported.get()).hasMessage("subscriber");
        assertThat(source.isCancelled).isTrue();
        assertThat(subscriber.failure).isNull();
    }

    @Test
    void aSecondSubscriptionIsCancelled() {
        subscribe(Chunks.of(source).byCount(1));
        ScriptedPublisher<Integer> second = new ScriptedPublisher<>();
        @SuppressWarnings("unchecked")
        Flow.Subscriber<Integer> flow = (Flow.Subscriber<Integer>) source.flow();
        second.subscribe(flow);
        assertThat(second.isCancelled).isTrue();
        assertThat(source.isCancelled).isFalse();
    }

    @Test
    void aSourceThatThrowsInsteadOfSubscribingIsAFailure() {
        Flow.Publisher<Integer> broken = given -> {
            throw new IllegalStateException("broken");
        };
        Chunks.of(broken).byCount(1).publisher().subscribe(subscriber);
        assertThat(subscriber.failure).hasMessage("broken");
    }

    @Test
    void aSignalOfNullIsRefused() {
        subscribe(Chunks.of(source).byCount(1));
        assertThatThrownBy(() -> source.send((Integer) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> source.fail(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Chunks.of(source).byCount(1).publisher().subscribe(null))
                .isInstanceOf(NullPointerException.class);
    }

    // ---- settings --------------------------------------------------------------------------------------------------

    @Test
    void withoutALimitThereIsNoPublisher() {
        assertThatThrownBy(() -> Chunks.of(source).publisher()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Chunks.of(source).byTime(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        FlowChunks<Integer> timed = Chunks.of(source).byTime(Duration.ofDays(1));
        assertThatThrownBy(() -> timed.byTime(Duration.ofDays(1))).isInstanceOf(IllegalStateException.class);
        assertThat(timed.publisher()).isNotNull();
    }

    // ---- threads ---------------------------------------------------------------------------------------------------

    @Test
    void manyThreadsLoseNothing() throws Exception {
        int items = 100_000;
        subscriber.onSubscribe = given -> given.request(3);
        subscriber.onNext = chunk -> {
            if (subscriber.seen.size() % 3 == 0) {
                subscriber.request(3);
            }
        };
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (SubmissionPublisher<Integer> busy = new SubmissionPublisher<>(executor, 64)) {
            Chunks.of(busy)
                    .byCount(7)
                    .byTime(Duration.ofNanos(20_000), executor)
                    .publisher()
                    .subscribe(subscriber);
            IntStream.range(0, items).forEach(busy::submit);
        }
        subscriber.awaitEnd();
        executor.shutdown();
        assertThat(subscriber.failure).isNull();
        assertThat(subscriber.seen).allSatisfy(chunk -> assertThat(chunk).hasSizeBetween(1, 7));
        assertThat(subscriber.seen.stream().flatMap(List::stream))
                .containsExactlyElementsOf(IntStream.range(0, items).boxed().toList());
    }
}
