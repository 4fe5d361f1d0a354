package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ChunkCrewTest {
    private final Queue<Runnable> jobs = new ArrayDeque<>();
    private final List<Integer> worked = new ArrayList<>();
    private ChunkCrew crew = new ChunkCrew(1, jobs::add);

    private ChunkTask<Integer, Integer> task(int number) {
        return task(number, () -> {});
    }

    private ChunkTask<Integer, Integer> task(int number, Runnable more) {
        return new ChunkTask<>(List.of(number), number, 1, chunk -> {
            worked.add(number);
            more.run();
            return number;
        });
    }

    @AfterEach
    void itIsWhole() {
        crew.checkIntegrity();
    }

    @Test
    void oneJobForEachWorkerIsCalledAndGoesOnWhileTasksWait() {
        crew.add(task(0));
        crew.add(task(1));
        crew.add(task(2));
        assertThat(jobs).hasSize(1);
        jobs.remove().run();
        assertThat(worked).containsExactly(0, 1, 2);
        crew.add(task(3));
        assertThat(jobs).as("the one before has left").hasSize(1);
    }

    @Test
    void nobodyHelpsWhileAsManyRunAsMay() {
        ChunkTask<Integer, Integer> second = task(1);
        crew.add(task(0, () -> crew.help(second))); // as if by the consumer, while this runs
        crew.add(second);
        jobs.remove().run();
        assertThat(worked).as("in turn, by the job").containsExactly(0, 1);
    }

    @Test
    void aTaskThatIsTakenBackNeverRuns() {
        ChunkTask<Integer, Integer> task = task(0);
        crew.add(task);
        assertThat(crew.cancel(task)).isTrue();
        assertThat(crew.cancel(task)).isFalse();
        crew.help(task);
        jobs.remove().run();
        assertThat(worked).isEmpty();
    }

    @Test
    void aTaskThatRunsCannotBeTakenBack() {
        List<Boolean> taken = new ArrayList<>();
        List<ChunkTask<Integer, Integer>> self = new ArrayList<>();
        self.add(task(0, () -> taken.add(crew.cancel(self.get(0)))));
        crew.add(self.get(0));
        jobs.remove().run();
        assertThat(taken).containsExactly(false);
    }

    @Test
    void afterARefusalAnotherJobIsTried() {
        List<Integer> refused = new ArrayList<>();
        crew = new ChunkCrew(1, job -> {
            if (refused.isEmpty()) {
                refused.add(1);
                throw new RejectedExecutionException("full");
            }
            jobs.add(job);
        });
        crew.add(task(0));
        crew.add(task(1));
        jobs.remove().run();
        assertThat(worked).containsExactly(0, 1);
    }

    /** Adds each task at the very time at which the job that did the one before is about to leave. */
    @Test
    void aTaskAddedWhileAJobLeavesIsNotOverlooked() throws InterruptedException {
        ExecutorService single = Executors.newSingleThreadExecutor();
        crew = new ChunkCrew(1, single);
        try {
            for (int round = 0; round < 50_000; round++) {
                CountDownLatch done = new CountDownLatch(1);
                crew.add(new ChunkTask<>(List.of(round), round, 1, chunk -> {
                    done.countDown();
                    return chunk;
                }));
                while (done.getCount() > 0) { // to wait would give it the time to leave
                    assertThat(Thread.currentThread().isInterrupted()).isFalse();
                    Thread.onSpinWait();
                }
            }
        } finally {
            single.shutdown();
            assertThat(single.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
