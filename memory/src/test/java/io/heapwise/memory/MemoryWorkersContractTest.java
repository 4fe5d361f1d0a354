package io.heapwise.memory;

import static io.heapwise.memory.Threads.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What workers promise, whatever threads they are given. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class MemoryWorkersContractTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private final Threads threads;
    private final ManualTicker ticker = new ManualTicker();
    private final MemoryBudget budget =
            MemoryBudget.builder("all", 100).ticker(ticker).build();
    private final List<MemoryWorkers> made = new ArrayList<>();
    private final List<CompletableFuture<?>> submitted = new CopyOnWriteArrayList<>();
    private final CountDownLatch gate = new CountDownLatch(1);

    MemoryWorkersContractTest(Threads threads) {
        this.threads = threads;
    }

    private MemoryWorkers workers(int workers, long bytesEach, int maximumQueued) {
        return made(MemoryWorkers.builder("crew", budget, threads)
                .workers(workers)
                .bytesEach(bytesEach)
                .maximumQueued(maximumQueued));
    }

    private MemoryWorkers made(MemoryWorkersBuilder builder) {
        MemoryWorkers workers = builder.build();
        made.add(workers);
        return workers;
    }

    @AfterEach
    void everythingHasEnded() throws Exception {
        gate.countDown();
        for (MemoryWorkers workers : made) {
            workers.close(Duration.ofSeconds(Long.MAX_VALUE)).get();
            workers.checkIntegrity();
            assertThat(workers.stats().running() + workers.stats().queued()).isZero();
            assertThat(workers.stats().workers()).isZero();
        }
        for (CompletableFuture<?> future : submitted) {
            until(future::isDone);
        }
        until(() -> budget.stats().reservedBytes() == 0);
        assertThat(budget.stats().waiting()).isZero();
        budget.checkIntegrity();
        until(() -> ticker.pendingTasks() == 0); // called off just after the outcome is told
    }

    private <T> CompletableFuture<T> later(MemoryWorkers workers, long bytes, Callable<T> task) {
        CompletableFuture<T> future = workers.submitAsync(bytes, task, LONG);
        submitted.add(future);
        return future;
    }

    /** A task that runs until the gate is opened or it is interrupted. */
    private CompletableFuture<String> blocking(MemoryWorkers workers, long bytes) {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> future = later(workers, bytes, () -> {
            begun.countDown();
            gate.await();
            return "done";
        });
        until(() -> begun.getCount() == 0);
        return future;
    }

    // ---- running ---------------------------------------------------------------------------------------------------

    @Test
    void aTaskTellsItsOutcome() throws Exception {
        MemoryWorkers workers = workers(2, 50, 1);
        assertThat(workers.submit(10, () -> "done").get()).isEqualTo("done");
        assertThat(workers.submit(0, () -> null, LONG).get()).isNull();
        Exception thrown = new Exception("no");
        assertThatThrownBy(() -> workers.submit(10, () -> {
                            throw thrown;
                        })
                        .get())
                .isInstanceOf(ExecutionException.class)
                .hasCause(thrown);
        assertThat(workers.stats().completed()).isEqualTo(2);
        assertThat(workers.stats().failed()).isOne();
    }

    @Test
    void anErrorEndsTheTaskAndNotItsWorker() throws Exception {
        MemoryWorkers workers = workers(1, 100, 1);
        Thread worker = workers.submit(1, Thread::currentThread).get();
        for (Throwable thrown : List.of(new OutOfMemoryError("played"), new StackOverflowError(), new Exception())) {
            CompletableFuture<Object> future = workers.submit(100, () -> {
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (Exception) thrown;
            });
            assertThatThrownBy(future::get).hasCause(thrown);
        }
        assertThat(workers.submit(100, Thread::currentThread).get()).isSameAs(worker);
        assertThat(workers.stats().lost()).isZero();
        assertThat(workers.stats().failed()).isEqualTo(3);
    }

    @Test
    void bytesAreFreeBeforeTheOutcomeIsTold() throws Exception {
        MemoryWorkers workers = workers(1, 100, 0);
        CompletableFuture<CompletableFuture<String>> second = workers.submit(100, () -> "first")
                .thenApply(first -> {
                    try {
                        return workers.submit(100, () -> "second", Duration.ZERO);
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(second.get().get()).isEqualTo("second");
        for (int i = 0; i < 100; i++) {
            assertThat(workers.submit(100, () -> "next", Duration.ZERO).get()).isEqualTo("next");
        }
    }

    @Test
    void tasksBeginInTheOrderInWhichTheyWereAccepted() throws Exception {
        MemoryWorkers workers = workers(1, 10, 50);
        blocking(workers, 1);
        List<Integer> order = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            workers.submit(1, () -> order.add(number));
        }
        gate.countDown();
        workers.close(LONG).get();
        assertThat(order).hasSize(50).isSorted();
    }

    @Test
    void aTaskShrinksAndGrowsWithinTheBudgetOfItsWorker() throws Exception {
        MemoryWorkers workers = workers(2, 40, 1);
        BudgetedTask<List<Long>> task = bytes -> {
            List<Long> seen = new ArrayList<>(List.of(budget.stats().reservedBytes()));
            assertThat(bytes.tryGrow(30)).isTrue();
            assertThat(bytes.tryGrow(1)).as("more than a worker has").isFalse();
            seen.add(budget.stats().reservedBytes());
            bytes.shrinkTo(5);
            seen.add(budget.stats().reservedBytes());
            return seen;
        };
        assertThat(workers.submit(10, task, LONG).get()).containsExactly(10L, 40L, 5L);
        CompletableFuture<List<Long>> async = workers.submitAsync(10, task, LONG);
        assertThat(async.get()).containsExactly(10L, 40L, 5L);
    }

    // ---- handing over ----------------------------------------------------------------------------------------------

    @Test
    void noMoreAreAcceptedThanThereArePlaces() throws Exception {
        MemoryWorkers workers = workers(1, 10, 1);
        blocking(workers, 1);
        later(workers, 1, () -> "queued");
        until(() -> workers.stats().queued() == 1);
        assertThatThrownBy(() -> workers.submit(2, () -> "", Duration.ZERO))
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessage("bytes=2 for the workers crew (expected < 2 tasks accepted): running=1 of 1, queued=1,"
                        + " submitting=0, waited 0 ms: submit less, allow more to be queued, or wait longer");
        assertThatThrownBy(() -> workers.submitAsync(2, () -> "", Duration.ZERO).get())
                .hasCauseInstanceOf(MemoryBudgetException.class);
        assertThat(workers.stats().rejected()).isEqualTo(2);

        CompletableFuture<String> third = later(workers, 1, () -> "third");
        FutureTask<String> fourth =
                threads.start(() -> workers.submit(1, () -> "fourth", LONG).get());
        until(() -> workers.stats().submitting() == 2);
        gate.countDown();
        assertThat(third.get()).isEqualTo("third");
        assertThat(fourth.get()).isEqualTo("fourth");
    }

    @Test
    void whatIsQueuedIsReserved() throws Exception {
        MemoryWorkers workers = workers(1, 60, 10);
        blocking(workers, 30);
        later(workers, 60, () -> "queued");
        until(() -> workers.stats().queued() == 1);
        assertThat(workers.stats().reservedBytes()).isEqualTo(90);
        assertThat(budget.stats().reservedBytes()).isEqualTo(90);
        assertThatThrownBy(() -> workers.submit(11, () -> "", Duration.ZERO))
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("bytes=11 of crew (expected <= 10 now)");
        workers.submit(10, () -> "", Duration.ZERO);
        CompletableFuture<String> large = later(workers, 11, () -> "large");
        until(() -> workers.stats().submitting() == 1);
        gate.countDown();
        assertThat(large.get()).isEqualTo("large");
    }

    @Test
    void whatOthersHaveOfTheBudgetIsNotThere() throws Exception {
        MemoryWorkers workers = workers(1, 60, 10);
        Reservation others = budget.reserve(50);
        CompletableFuture<String> large = later(workers, 51, () -> "large");
        until(() -> workers.stats().submitting() == 1);
        assertThat(large).isNotDone();
        others.close();
        assertThat(large.get()).isEqualTo("large");
    }

    @Test
    void whatNoWorkerHasRoomForIsRefusedAtOnce() {
        MemoryWorkers workers = workers(2, 50, 1);
        assertThatThrownBy(() -> workers.submit(51, () -> ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bytes=51 (expected 0 to 50, what a worker of crew has): make smaller tasks, or fewer and"
                        + " larger workers");
        assertThatThrownBy(() -> workers.submitAsync(-1, () -> "", LONG)).hasMessageContaining("bytes=-1");
        assertThatThrownBy(() -> workers.submit(1, () -> "", Duration.ofNanos(-1)))
                .hasMessageContaining("timeout=PT-0.000000001S");
        assertThat(workers.stats().rejected()).isEqualTo(2);
    }

    @Test
    void whoseTimeIsOverIsNotAccepted() throws Exception {
        MemoryWorkers workers = workers(1, 60, 1);
        blocking(workers, 60);
        CompletableFuture<String> hasPlace = later(workers, 50, () -> "");
        until(() -> budget.stats().waiting() == 0 && workers.stats().submitting() == 1);
        CompletableFuture<String> hasNone = workers.submitAsync(1, () -> "", Duration.ofSeconds(1));
        ticker.advance(Duration.ofSeconds(1));
        assertThatThrownBy(hasNone::get)
                .cause()
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("bytes=1 for the workers crew")
                .hasMessageContaining("waited 1000 ms");
        ticker.advance(LONG.minusSeconds(1));
        assertThatThrownBy(hasPlace::get)
                .cause()
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessage(
                        "bytes=50 of crew (expected <= 40 now): reserved=60 by 0, limit=100 of 100, waiting=0, ahead of"
                                + " it=0, waited 50000 ms: use less at a time, allow more, or wait longer");
        assertThat(workers.stats().rejected()).isEqualTo(2);
        assertThat(workers.stats().submitting()).isZero();
    }

    @Test
    void anInterruptedSubmitterLeavesNothing() throws Exception {
        MemoryWorkers workers = workers(1, 60, 1);
        blocking(workers, 60);
        interruptWhileSubmitting(workers, 50); // has the place, and waits for bytes
        CompletableFuture<String> queued = workers.submit(1, () -> "queued", Duration.ZERO);
        interruptWhileSubmitting(workers, 1); // waits for the place
        gate.countDown();
        assertThat(queued.get()).isEqualTo("queued");
        assertThat(workers.stats().rejected()).isZero();
    }

    private void interruptWhileSubmitting(MemoryWorkers workers, long bytes) throws InterruptedException {
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread submitter = threads.newThread(() -> {
            try {
                workers.submit(bytes, () -> "", LONG);
            } catch (InterruptedException e) {
                isInterrupted.set(true);
            }
        });
        submitter.start();
        until(() -> workers.stats().submitting() == 1);
        submitter.interrupt();
        submitter.join();
        assertThat(isInterrupted).isTrue();
        assertThat(workers.stats().submitting()).isZero();
    }

    // ---- cancelling ------------------------------------------------------------------------------------------------

    @Test
    void toCancelWhatIsQueuedFreesItsPlaceAndItsBytes() throws Exception {
        MemoryWorkers workers = workers(1, 50, 1);
        blocking(workers, 50);
        AtomicBoolean hasRun = new AtomicBoolean();
        CompletableFuture<Boolean> queued = workers.submit(50, () -> hasRun.getAndSet(true));
        assertThat(queued.cancel(false)).isTrue();
        assertThat(workers.stats().queued()).isZero();
        assertThat(workers.stats().cancelled()).isOne();
        assertThat(budget.stats().reservedBytes()).isEqualTo(50);
        CompletableFuture<Boolean> next = workers.submit(50, () -> true, Duration.ZERO);
        gate.countDown();
        assertThat(next.get()).isTrue();
        assertThat(hasRun).isFalse();
    }

    @Test
    void toCancelBeforeItIsAcceptedGivesUpItsTurn() {
        MemoryWorkers workers = workers(1, 60, 1);
        blocking(workers, 60);
        CompletableFuture<String> hasPlace = later(workers, 50, () -> "");
        until(() -> workers.stats().submitting() == 1);
        CompletableFuture<String> hasNone = later(workers, 1, () -> "");
        assertThat(workers.stats().submitting()).isEqualTo(2);
        hasNone.cancel(true);
        hasPlace.cancel(true);
        until(() -> workers.stats().submitting() == 0);
        assertThat(workers.stats().rejected()).isZero();
        assertThat(later(workers, 1, () -> "")).isNotCancelled();
    }

    @Test
    void toCancelWithTrueInterruptsWhatRunsAndNothingElse() throws Exception {
        MemoryWorkers workers = workers(1, 50, 10);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        CompletableFuture<Object> running = later(workers, 50, () -> {
            begun.countDown();
            try {
                gate.await();
            } catch (InterruptedException e) {
                seen.complete(e);
                Thread.currentThread().interrupt(); // a leftover
                throw e;
            }
            return "";
        });
        CompletableFuture<Boolean> next =
                later(workers, 50, () -> Thread.currentThread().isInterrupted());
        begun.await();
        running.cancel(true);
        assertThat(seen.get()).isInstanceOf(InterruptedException.class);
        assertThat(next.get()).isFalse();
        running.cancel(true);
        assertThat(later(workers, 1, () -> Thread.currentThread().isInterrupted())
                        .get())
                .isFalse();
    }

    @Test
    void toCancelWithFalseLetsItRun() throws Exception {
        MemoryWorkers workers = workers(1, 50, 10);
        CompletableFuture<String> running = blocking(workers, 50);
        running.cancel(false);
        assertThat(workers.stats().running()).isOne();
        gate.countDown();
        until(() -> workers.stats().running() == 0);
        assertThat(workers.stats().completed()).isOne();
        assertThat(running).isCancelled();
    }

    // ---- closing ---------------------------------------------------------------------------------------------------

    @Test
    void closingFinishesWhatWasAcceptedAndRefusesTheRest() throws Exception {
        MemoryWorkers workers = workers(1, 10, 1);
        CompletableFuture<String> running = blocking(workers, 1);
        CompletableFuture<String> queued = workers.submit(1, () -> "queued");
        CompletableFuture<String> asking = later(workers, 1, () -> "asking");
        FutureTask<String> waiting =
                threads.start(() -> workers.submit(1, () -> "waiting").get());
        until(() -> workers.stats().submitting() == 2);

        CompletableFuture<Void> closed = workers.close(LONG);
        String message = "workers crew are closed (expected open ones): submit before, or make new ones";
        assertThatThrownBy(asking::get)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(waiting::get)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> workers.submit(1, () -> "")).hasMessage(message);
        assertThat(closed).isNotDone();
        gate.countDown();
        assertThat(running.get()).isEqualTo("done");
        assertThat(queued.get()).isEqualTo("queued");
        closed.get();
        assertThat(workers.stats().rejected()).isEqualTo(3);
        assertThat(workers.stats().lost()).isZero();
    }

    @Test
    void whenTheGraceIsOverTheRestIsCutShort() throws Exception {
        MemoryWorkers workers = workers(1, 10, 1);
        CompletableFuture<String> running = blocking(workers, 1);
        CompletableFuture<String> queued = workers.submit(1, () -> "queued");
        CompletableFuture<Void> closed = workers.close(LONG);
        closed.cancel(true);
        CompletableFuture<Void> again = workers.close(LONG.plusSeconds(10));
        ticker.advance(LONG.minusNanos(1));
        assertThat(running).isNotDone();
        assertThat(queued).isNotDone();
        ticker.advance(Duration.ofNanos(1));
        assertThatThrownBy(queued::get)
                .isInstanceOf(CancellationException.class)
                .hasStackTraceContaining(
                        "task had not begun (expected it to have ended) when the workers crew were closed and their grace of"
                                + " 50000 ms was over");
        again.get();
        until(running::isDone);
        assertThat(running).isCompletedExceptionally();
        assertThat(workers.stats().cancelled()).isOne();
        assertThat(workers.stats().failed()).isOne();
    }

    @Test
    void aTaskThatIgnoresItsInterruptIsGivenUpButStaysReserved() throws Exception {
        MemoryWorkers workers = workers(1, 10, 1);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> stubborn = later(workers, 7, () -> {
            begun.countDown();
            while (gate.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
            return "late";
        });
        begun.await();
        workers.close();
        CompletableFuture<Void> closed = workers.close(Duration.ZERO);
        assertThatThrownBy(stubborn::get)
                .isInstanceOf(CancellationException.class)
                .hasStackTraceContaining("task was running"); // newer JDKs make it the cause
        assertThat(closed).isNotDone();
        assertThat(budget.stats().reservedBytes()).isEqualTo(7);
        gate.countDown();
        closed.get();
        assertThat(budget.stats().reservedBytes()).isZero();
    }

    @Test
    void theBudgetOutlivesItsWorkers() throws Exception {
        workers(1, 10, 1).close(Duration.ZERO).get();
        MemoryWorkers next = workers(1, 10, 1);
        assertThat(next.submit(10, () -> "next").get()).isEqualTo("next");
        budget.close();
        assertThatThrownBy(() -> next.submit(1, () -> ""))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("budget crew is closed");
    }

    // ---- threads that fail -----------------------------------------------------------------------------------------

    @Test
    void aFactoryThatGivesNoThreadIsRefused() {
        AtomicInteger given = new AtomicInteger();
        MemoryWorkersBuilder one = MemoryWorkers.builder(
                        "crew", budget, task -> given.getAndIncrement() == 0 ? threads.newThread(task) : null)
                .workers(3);
        assertThatThrownBy(one::build)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("threads=1 of crew (expected 3): let the factory give new threads, or use fewer workers")
                .hasCauseInstanceOf(NullPointerException.class);
        IllegalStateException broken = new IllegalStateException("broken");
        MemoryWorkersBuilder two = MemoryWorkers.builder("crew", budget, task -> {
            throw broken;
        });
        assertThatThrownBy(two::build).hasCause(broken);
        MemoryWorkersBuilder three = MemoryWorkers.builder("crew", budget, task -> {
            Thread thread = threads.newThread(task);
            thread.start();
            return thread;
        });
        assertThatThrownBy(three::build).hasCauseInstanceOf(IllegalThreadStateException.class);
    }

    @Test
    void nothingIsAcceptedForThreadsThatNeverCome() throws Exception {
        MemoryWorkers workers = made(MemoryWorkers.builder("crew", budget, task -> threads.newThread(() -> {})));
        assertThatThrownBy(() -> workers.submit(1, () -> "", Duration.ZERO))
                .isInstanceOf(MemoryBudgetException.class)
                .hasMessageContaining("running=0 of 0, queued=0");
        CompletableFuture<String> waiting = later(workers, 1, () -> "");
        ticker.advance(LONG);
        assertThatThrownBy(waiting::get).hasCauseInstanceOf(MemoryBudgetException.class);
        CompletableFuture<String> closed = later(workers, 1, () -> "");
        workers.close(LONG).get();
        assertThatThrownBy(closed::get).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aThreadThatComesLateOrTwiceIsOneWorker() throws Exception {
        List<Runnable> tasks = new CopyOnWriteArrayList<>();
        MemoryWorkers workers = made(MemoryWorkers.builder("crew", budget, task -> {
                    tasks.add(task);
                    return threads.newThread(() -> {});
                })
                .workers(1));
        CompletableFuture<String> first = later(workers, 1, () -> "first");
        assertThat(workers.stats().submitting()).isOne();
        threads.newThread(tasks.get(0)).start();
        assertThat(first.get()).isEqualTo("first");
        tasks.get(0).run();
        assertThat(workers.stats().workers()).isOne();
        workers.close(LONG).get();
        tasks.get(0).run();
        assertThat(workers.stats().workers()).isZero();
    }

    @Test
    void aWorkerThatDiesIsCountedAndWithTheLastTheRestFails() throws Exception {
        MemoryBudget one = MemoryBudget.builder("one", 10).build();
        WorkerCrew crew = new WorkerCrew("mortals", List.of(one.child("a", 10), one.child("b", 10)));
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        crew.start(task -> {
            Thread thread = threads.newThread(task);
            thread.setUncaughtExceptionHandler((which, thrown) -> uncaught.add(thrown));
            return thread;
        });
        until(() -> crew.stats(0, 0, 0).workers() == 2);
        StackOverflowError error = new StackOverflowError("ours");
        class Deadly extends CompletableFuture<String> {
            @Override
            public boolean isDone() {
                throw error;
            }
        }
        CompletableFuture<String> first = new Deadly();
        crew.add(taskOf(one, first, "first"));
        until(() -> crew.stats(0, 0, 0).lost() == 1);
        assertThatThrownBy(first::join).hasCause(error);
        CompletableFuture<String> alive = new CompletableFuture<>();
        crew.add(taskOf(one, alive, "alive"));
        assertThat(alive.join()).isEqualTo("alive");

        CountDownLatch mayDie = new CountDownLatch(1);
        CompletableFuture<String> last = new CompletableFuture<>() {
            @Override
            public boolean isDone() {
                until(() -> mayDie.getCount() == 0);
                throw error;
            }
        };
        CompletableFuture<String> orphan = new CompletableFuture<>();
        crew.add(taskOf(one, last, "last"));
        crew.add(taskOf(one, orphan, "orphan"));
        mayDie.countDown();
        crew.ended().join();
        assertThatThrownBy(orphan::join)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("lost=2 of the workers mortals (expected one at least that lives): see to what ended them")
                .hasCause(error);
        WorkerTask<String> late = taskOf(one, new CompletableFuture<>(), "late");
        assertThatThrownBy(() -> crew.add(late)).hasMessageContaining("workers mortals are closed");
        late.giveBack();
        assertThat(crew.stats(0, 0, 0).lost()).isEqualTo(2);
        assertThat(crew.stats(0, 0, 0).failed()).isEqualTo(2);
        until(() -> uncaught.size() == 2);
        assertThat(one.stats().reservations()).isZero();
        crew.checkIntegrity();
    }

    private static WorkerTask<String> taskOf(MemoryBudget budget, CompletableFuture<String> future, String outcome) {
        Reservation none = budget.tryReserve(0);
        return new WorkerTask<>(future, bytes -> outcome, none, budget.tryReserve(0));
    }

    // ---- all at once -----------------------------------------------------------------------------------------------

    @Test
    void nothingIsLostHoweverTasksEnd() throws Exception {
        int each = 500;
        MemoryWorkers workers = workers(4, 30, 8);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger mostRunning = new AtomicInteger();
        AtomicLong mostBytes = new AtomicLong();
        List<FutureTask<Integer>> submitters = new ArrayList<>();
        for (int s = 0; s < 6; s++) {
            Random random = new Random(s);
            boolean waits = s % 2 == 0;
            submitters.add(threads.start(() -> {
                int refused = 0;
                for (int i = 0; i < each; i++) {
                    int kind = random.nextInt(10);
                    Callable<Integer> task = () -> {
                        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                        mostBytes.accumulateAndGet(budget.stats().reservedBytes(), Math::max);
                        Thread.yield();
                        running.decrementAndGet();
                        if (kind == 0) {
                            throw new Exception("thrown");
                        }
                        return kind;
                    };
                    long bytes = random.nextInt(31);
                    try {
                        CompletableFuture<Integer> future =
                                waits ? workers.submit(bytes, task, LONG) : workers.submitAsync(bytes, task, LONG);
                        submitted.add(future);
                        if (kind < 3) {
                            future.cancel(kind == 1);
                        }
                    } catch (MemoryBudgetException e) {
                        refused++;
                    }
                }
                return refused;
            }));
        }
        for (FutureTask<Integer> submitter : submitters) {
            assertThat(submitter.get()).isZero();
        }
        for (CompletableFuture<?> future : submitted) {
            until(future::isDone);
        }
        workers.close(LONG).get();
        MemoryWorkersStats stats = workers.stats();
        assertThat(submitted).hasSize(6 * each);
        assertThat(stats.completed() + stats.failed() + stats.cancelled()).isBetween(1L, 6L * each);
        assertThat(stats.rejected()).isZero();
        assertThat(mostRunning).hasValueLessThanOrEqualTo(4);
        assertThat(mostBytes).hasValueLessThanOrEqualTo(100);
        assertThat(workers).hasToString("MemoryWorkers[" + stats + "]");
    }

    @Test
    void closingWhileAllSubmitLeavesNoFutureOpen() throws Exception {
        for (int round = 0; round < 50; round++) {
            MemoryWorkers workers = workers(2, 30, 2);
            CountDownLatch go = new CountDownLatch(1);
            List<FutureTask<Integer>> submitters = new ArrayList<>();
            for (int s = 0; s < 3; s++) {
                submitters.add(threads.start(() -> {
                    go.await();
                    int accepted = 0;
                    try {
                        for (int i = 0; i < 100; i++) {
                            submitted.add(workers.submitAsync(10, () -> "async", LONG));
                            submitted.add(workers.submit(10, () -> "sync", LONG));
                            accepted++;
                        }
                    } catch (IllegalStateException closed) {
                        assertThat(closed).hasMessageContaining("workers crew are closed");
                    }
                    return accepted;
                }));
            }
            go.countDown();
            until(() -> workers.stats().completed() > 0);
            workers.close(Duration.ZERO).get();
            for (FutureTask<Integer> submitter : submitters) {
                submitter.get();
            }
            workers.checkIntegrity();
        }
    }
}
