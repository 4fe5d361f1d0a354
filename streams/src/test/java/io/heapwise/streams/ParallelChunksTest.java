package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.heapwise.streams.ScriptedIterator.SourceFailure;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ParallelChunksTest {
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final Queue<Runnable> jobs = new ArrayDeque<>();
    private final ScriptedIterator<Integer> items = ScriptedIterator.ofNumbers(20);
    private ParallelCursor<?, ?> cursor;

    /** Each number is a chunk, a byte, and its own result, after the work. */
    private ChunkIterator<Integer> each(
            int workers, long maxBytes, Function<Integer, Integer> work, Executor executor) {
        ChunkIterator<Integer> results = Chunks.of(items)
                .byCount(1)
                .mapParallel(workers, maxBytes, chunk -> 1, chunk -> work.apply(chunk.get(0)), executor)
                .iterator();
        cursor = (ParallelCursor<?, ?>) results;
        return results;
    }

    private static List<Integer> numbers(int from, int behind) {
        return IntStream.range(from, behind).boxed().toList();
    }

    private static <T> List<T> rest(ChunkIterator<T> results) {
        List<T> all = new ArrayList<>();
        results.forEachRemaining(all::add);
        return all;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** Waits until a thread waits for something. */
    private static void awaitParked(Thread thread) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (thread.getState() != Thread.State.WAITING) {
            assertThat(System.nanoTime() - deadline).as("it never waits").isNegative();
            Thread.onSpinWait();
        }
    }

    /** Waits, in the work on the first chunk, until the consumer has started all the others that it may. */
    private static void awaitStarted(Thread consumer) {
        if (Thread.currentThread() != consumer) { // or else it has, and helps
            awaitParked(consumer);
        }
    }

    @AfterEach
    void everythingIsWholeAndClosed() throws InterruptedException {
        if (cursor != null) {
            cursor.checkIntegrity();
        }
        pool.shutdown();
        assertThat(pool.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(items.closes).isLessThanOrEqualTo(1);
    }

    // ---- order and limits ------------------------------------------------------------------------------------------

    @Test
    void resultsKeepTheOrderOfTheChunksHoweverTheWorkEnds() {
        List<CountDownLatch> ended =
                IntStream.range(0, 20).mapToObj(chunk -> new CountDownLatch(1)).toList();
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        ChunkIterator<Integer> results = each(
                4,
                100,
                chunk -> {
                    if (chunk % 4 != 3) {
                        await(ended.get(chunk + 1)); // the last of four first
                    }
                    order.add(chunk);
                    ended.get(chunk).countDown();
                    return chunk;
                },
                pool);
        assertThat(rest(results)).isEqualTo(numbers(0, 20));
        assertThat(order).startsWith(3, 2, 1, 0);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void noMoreThanTheWorkersRunAtATimeTheConsumerIncluded() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ScriptedIterator<Integer> many = ScriptedIterator.ofNumbers(20_000);
        List<Integer> results = new ArrayList<>();
        Chunks.of(many)
                .byCount(2)
                .mapParallel(
                        3,
                        1000,
                        List::size,
                        chunk -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.yield();
                            running.decrementAndGet();
                            return chunk.get(1);
                        },
                        pool)
                .forEach(results::add);
        assertThat(results).hasSize(10_000).isSorted();
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void bytesInFlightStayBelowTheMaximumAndWhatIsAboveItRunsAlone() {
        long maximum = 20;
        AtomicLong inFlight = new AtomicLong();
        AtomicLong most = new AtomicLong();
        AtomicInteger notAlone = new AtomicInteger();
        ScriptedIterator<Integer> many =
                new ScriptedIterator<>(5_000, index -> index % 97 == 5 ? 50 : (int) (index * 7 % 13));
        ChunkIterator<Integer> results = Chunks.of(many)
                .byCount(1)
                .mapParallel(
                        4,
                        maximum,
                        chunk -> chunk.get(0),
                        chunk -> {
                            int bytes = chunk.get(0);
                            long now = inFlight.addAndGet(bytes);
                            if (bytes > maximum) {
                                notAlone.addAndGet(now == bytes ? 0 : 1);
                            } else {
                                most.accumulateAndGet(now, Math::max);
                            }
                            Thread.yield();
                            return bytes;
                        },
                        pool)
                .iterator();
        ParallelCursor<?, ?> books = (ParallelCursor<?, ?>) results;
        while (results.hasNext()) {
            int bytes = results.next();
            books.checkIntegrity();
            inFlight.addAndGet(-bytes); // it is dealt with, just before the next is asked for
        }
        assertThat(most.get()).isBetween(1L, maximum);
        assertThat(notAlone).hasValue(0);
        assertThat(results.chunksSeen()).isEqualTo(5_000);
    }

    @Test
    void twoChunksForEachWorkerAreReadAheadAndNoMore() {
        ChunkIterator<Integer> results = each(2, 100, chunk -> chunk, jobs::add);
        assertThat(items.read).isZero();
        assertThat(results.next()).isZero();
        assertThat(items.read).isEqualTo(4);
        assertThat(results.next()).isEqualTo(1);
        assertThat(items.read).isEqualTo(5);
        assertThat(jobs).as("one for each worker").hasSize(2);
        results.close();
    }

    @Test
    void bytesBoundWhatIsReadAhead() {
        ChunkIterator<Integer> results = each(8, 3, chunk -> chunk, jobs::add);
        var unused = results.next();
        assertThat(items.read).isEqualTo(3);
        results.close();
    }

    @Test
    void onlyTheThreadOfTheConsumerTouchesTheSource() {
        Thread consumer = Thread.currentThread();
        AtomicInteger others = new AtomicInteger();
        ScriptedIterator<Integer> many = new ScriptedIterator<>(2_000, index -> {
            others.addAndGet(Thread.currentThread() == consumer ? 0 : 1);
            return (int) index;
        });
        Chunks.of(many)
                .byCount(3)
                .mapParallel(3, 100, List::size, chunk -> chunk, pool)
                .forEach(chunk -> {});
        assertThat(others).hasValue(0);
    }

    @Test
    void aTaskBegunWhileTheConsumerWorksNeedsNoConsumer() {
        List<Integer> worked = new ArrayList<>();
        ChunkIterator<Integer> results = each(
                1,
                100,
                chunk -> {
                    worked.add(chunk);
                    Runnable job = jobs.poll();
                    if (job != null) {
                        job.run(); // comes while the only worker there may be is the consumer, and leaves
                    }
                    return chunk;
                },
                jobs::add);
        assertThat(results.next()).isZero();
        assertThat(jobs).as("another one has been called").hasSize(1);
        jobs.remove().run();
        assertThat(worked).as("all that was started").containsExactly(0, 1);
        results.close();
    }

    @Test
    void resultsMayBeNull() {
        ChunkIterator<Integer> results = each(2, 100, chunk -> null, pool);
        assertThat(rest(results)).hasSize(20).containsOnlyNulls();
    }

    // ---- executors -------------------------------------------------------------------------------------------------

    @Test
    void anExecutorThatRefusesMakesTheConsumerWork() {
        ChunkIterator<Integer> results = each(2, 100, chunk -> chunk, job -> {
            throw new RejectedExecutionException("full");
        });
        assertThat(rest(results)).isEqualTo(numbers(0, 20));
    }

    @Test
    void anExecutorThatLosesItsJobsMakesTheConsumerWork() {
        assertThat(rest(each(2, 100, chunk -> chunk, job -> {}))).isEqualTo(numbers(0, 20));
    }

    @Test
    void anExecutorThatIsBusyMakesTheConsumerWork() {
        ExecutorService single = Executors.newSingleThreadExecutor();
        CountDownLatch gate = new CountDownLatch(1);
        single.execute(() -> await(gate));
        try {
            assertThat(rest(each(2, 100, chunk -> chunk, single))).isEqualTo(numbers(0, 20));
        } finally {
            gate.countDown();
            single.shutdown();
        }
    }

    @Test
    void anExecutorThatRunsAtOnceHasOneChunkAtATime() {
        ChunkIterator<Integer> results = each(4, 100, chunk -> chunk, Runnable::run);
        for (int chunk = 0; chunk < 20; chunk++) {
            assertThat(results.next()).isEqualTo(chunk);
            assertThat(items.read).isEqualTo(chunk + 1);
        }
        assertThat(results.hasNext()).isFalse();
    }

    @Test
    void jobsThatComeTooLateFindNothingToDo() {
        AtomicInteger works = new AtomicInteger();
        ChunkIterator<Integer> results = each(2, 100, chunk -> works.getAndIncrement(), jobs::add);
        assertThat(rest(results)).hasSize(20);
        jobs.forEach(Runnable::run);
        assertThat(works).hasValue(20);
    }

    @Test
    void anExecutorThatFailsOtherwiseEndsTheWork() {
        ChunkIterator<Integer> results = each(2, 100, chunk -> chunk, job -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(results::next).hasMessage("broken");
        assertThat(items.closes).isEqualTo(1);
        assertThat(results.hasNext()).isFalse();
    }

    // ---- failures --------------------------------------------------------------------------------------------------

    @Test
    void theFirstFailureInOrderIsThrownAfterAllResultsBeforeIt() {
        CountDownLatch laterHasFailed = new CountDownLatch(1);
        ChunkIterator<Integer> results = each(
                4,
                100,
                chunk -> {
                    if (chunk == 5) {
                        laterHasFailed.countDown();
                        throw new IllegalStateException("of 5");
                    }
                    if (chunk == 4) {
                        await(laterHasFailed);
                        throw new IllegalStateException("of 4");
                    }
                    return chunk;
                },
                pool);
        List<Integer> seen = new ArrayList<>();
        assertThatThrownBy(() -> results.forEachRemaining(seen::add)).hasMessage("of 4");
        assertThat(seen).isEqualTo(numbers(0, 4));
        assertThat(results.itemsSeen()).isEqualTo(4);
        assertThat(results.hasNext()).isFalse();
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void afterAFailureNoWorkRunsOnAndTheSourceIsOpenUntilThen() {
        Thread consumer = Thread.currentThread();
        CountDownLatch otherHasBegun = new CountDownLatch(1);
        AtomicBoolean otherHasEnded = new AtomicBoolean();
        AtomicInteger closesAtItsEnd = new AtomicInteger(-1);
        ChunkIterator<Integer> results = each(
                2,
                100,
                chunk -> {
                    if (chunk == 0) {
                        await(otherHasBegun);
                        throw new IllegalStateException("work");
                    }
                    if (chunk == 1) {
                        otherHasBegun.countDown();
                        awaitParked(consumer);
                        closesAtItsEnd.set(items.closes);
                        otherHasEnded.set(true);
                    }
                    return chunk;
                },
                pool);
        assertThatThrownBy(results::next).hasMessage("work");
        assertThat(otherHasEnded).isTrue();
        assertThat(closesAtItsEnd).hasValue(0);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void afterAFailureWhatHasNotBegunNeverBegins() {
        List<Integer> worked = new ArrayList<>();
        ChunkIterator<Integer> results = each(
                3,
                100,
                chunk -> {
                    worked.add(chunk);
                    throw new IllegalStateException("work");
                },
                jobs::add);
        assertThatThrownBy(results::next).hasMessage("work");
        jobs.forEach(Runnable::run);
        assertThat(worked).containsExactly(0);
    }

    @Test
    void aFailureOfTheSourceComesInItsTurn() {
        items.failingAt(5);
        AtomicInteger worked = new AtomicInteger();
        ChunkIterator<Integer> results = each(
                4,
                100,
                chunk -> {
                    worked.getAndIncrement();
                    return chunk;
                },
                pool);
        List<Integer> seen = new ArrayList<>();
        assertThatThrownBy(() -> results.forEachRemaining(seen::add)).isInstanceOf(SourceFailure.class);
        assertThat(seen).isEqualTo(numbers(0, 5));
        assertThat(worked).hasValue(5);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void aFailureToCountBytesComesInItsTurn() {
        ChunkIterator<Integer> results = Chunks.of(items)
                .byCount(1)
                .mapParallel(4, 100, chunk -> chunk.get(0) == 3 ? -7 : 1, chunk -> chunk.get(0), pool)
                .iterator();
        List<Integer> seen = new ArrayList<>();
        assertThatThrownBy(() -> results.forEachRemaining(seen::add))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bytes=-7 of chunk=3 (expected >= 0)");
        assertThat(seen).isEqualTo(numbers(0, 3));
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void anErrorOfTheWorkIsThrownAsItIs() {
        AssertionError error = new AssertionError("work");
        ChunkIterator<Integer> results = each(
                2,
                100,
                chunk -> {
                    throw error;
                },
                pool);
        assertThatThrownBy(results::next).isSameAs(error);
    }

    @Test
    void workThatCallsTheIteratorIsRefused() {
        AtomicReference<ChunkIterator<Integer>> self = new AtomicReference<>();
        self.set(each(2, 100, chunk -> self.get().next(), Runnable::run));
        assertThatThrownBy(() -> self.get().next())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected one call at a time");
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void workThatClosesTheIteratorIsRefused() {
        AtomicReference<ChunkIterator<Integer>> self = new AtomicReference<>();
        self.set(each(
                2,
                100,
                chunk -> {
                    self.get().close();
                    return chunk;
                },
                Runnable::run));
        assertThatThrownBy(() -> self.get().next()).hasMessageContaining("expected one call at a time");
        assertThat(items.closes).isEqualTo(1);
    }

    // ---- ends ------------------------------------------------------------------------------------------------------

    @Test
    void closedEarlyItWaitsForWhatRunsAndTakesTheRestBack() {
        Thread consumer = Thread.currentThread();
        CountDownLatch secondHasBegun = new CountDownLatch(1);
        AtomicBoolean secondHasEnded = new AtomicBoolean();
        AtomicInteger worked = new AtomicInteger();
        ChunkIterator<Integer> results = each(
                1,
                100,
                chunk -> {
                    worked.getAndIncrement();
                    if (chunk == 0) {
                        awaitStarted(consumer);
                    }
                    if (chunk == 1) {
                        secondHasBegun.countDown();
                        awaitParked(consumer);
                        secondHasEnded.set(true);
                    }
                    return chunk;
                },
                pool);
        assertThat(results.next()).isZero();
        await(secondHasBegun);
        results.close();
        assertThat(secondHasEnded).isTrue();
        assertThat(worked).hasValue(2);
        assertThat(items.closes).isEqualTo(1);
        assertThat(results.hasNext()).isFalse();
        results.close();
    }

    /** Has begun the first chunk by the time it returns. */
    private Executor beginning(CountDownLatch begun) {
        return job -> {
            pool.execute(job);
            await(begun);
        };
    }

    @Test
    void aConsumerThatIsInterruptedStopsWaiting() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        ChunkIterator<Integer> results = each(
                1,
                100,
                chunk -> {
                    begun.countDown();
                    await(gate);
                    return chunk;
                },
                beginning(begun));
        AtomicBoolean isStillInterrupted = new AtomicBoolean();
        FutureTask<Throwable> asking = new FutureTask<>(() -> {
            Throwable thrown = catchThrowable(results::next);
            isStillInterrupted.set(Thread.currentThread().isInterrupted());
            return thrown;
        });
        Thread consumer = new Thread(asking);
        consumer.start();
        await(begun);
        awaitParked(consumer);
        consumer.interrupt();
        Throwable thrown = asking.get(30, TimeUnit.SECONDS);
        gate.countDown();
        assertThat(thrown)
                .isInstanceOf(CancellationException.class)
                .hasMessageStartingWith("interrupted while waiting for the result of chunk=0");
        assertThat(thrown.getSuppressed())
                .singleElement()
                .satisfies(more -> assertThat(more).hasMessageContaining("chunks=1 are still being worked on"));
        assertThat(isStillInterrupted).isTrue();
        assertThat(items.closes).isEqualTo(1);
        assertThat(results.hasNext()).isFalse();
    }

    @Test
    void aConsumerThatIsInterruptedAlreadyDoesNoWork() {
        AtomicInteger worked = new AtomicInteger();
        ChunkIterator<Integer> results = each(2, 100, chunk -> worked.getAndIncrement(), jobs::add);
        Thread.currentThread().interrupt();
        assertThatThrownBy(results::next).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        jobs.forEach(Runnable::run);
        assertThat(worked).hasValue(0);
        assertThat(items.closes).isEqualTo(1);
    }

    @Test
    void aResultThatIsThereIsHandedOutAlsoToWhoIsInterrupted() {
        ChunkIterator<Integer> results = each(2, 100, chunk -> chunk, Runnable::run);
        Thread.currentThread().interrupt();
        assertThat(rest(results)).isEqualTo(numbers(0, 20));
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void closeDoesNotWaitForWhoIsInterruptedAndSaysSo() {
        Thread consumer = Thread.currentThread();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        ChunkIterator<Integer> results = each(
                1,
                100,
                chunk -> {
                    if (chunk == 0) {
                        awaitStarted(consumer);
                    }
                    if (chunk == 1) {
                        begun.countDown();
                        await(gate);
                    }
                    return chunk;
                },
                pool);
        assertThat(results.next()).isZero();
        await(begun);
        Thread.currentThread().interrupt();
        assertThatThrownBy(results::close)
                .isInstanceOf(CancellationException.class)
                .hasMessageStartingWith("interrupted while chunks=1 are still being worked on");
        assertThat(Thread.interrupted()).isTrue();
        gate.countDown();
        assertThat(items.closes).isEqualTo(1);
    }

    // ---- places and settings ---------------------------------------------------------------------------------------

    @Test
    void placesAreThoseOfTheConsumerNotOfWhatIsReadAhead() {
        List<Long> told = new ArrayList<>();
        ChunkIterator<Integer> results = Chunks.of(items)
                .startingAtItem(3)
                .byCount(4)
                .onProgress((chunks, position) -> told.add(position))
                .mapParallel(4, 100, List::size, chunk -> chunk.get(0), pool)
                .iterator();
        assertThat(results.itemsSeen()).isEqualTo(3);
        assertThat(results.next()).isEqualTo(3);
        assertThat(results.itemsSeen()).isEqualTo(7);
        assertThat(results.chunksSeen()).isEqualTo(1);
        assertThat(told).isEmpty();
        assertThat(results.next()).isEqualTo(7);
        assertThat(told).containsExactly(7L);
        assertThat(rest(results)).containsExactly(11, 15, 19);
        assertThat(told).containsExactly(7L, 11L, 15L, 19L, 20L);
    }

    @Test
    void badNumbersAreRefused() {
        Chunks<Integer> chunks = Chunks.of(items).byCount(1);
        assertThatThrownBy(() -> chunks.mapParallel(0, 1, List::size, List::size, pool))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("workers=0 (expected >= 1)");
        assertThatThrownBy(() -> chunks.mapParallel(1, 0, List::size, List::size, pool))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("maxBytesInFlight=0 (expected >= 1)");
        assertThatThrownBy(() -> chunks.mapParallel(1, 1, List::size, List::size, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("executor");
    }
}
