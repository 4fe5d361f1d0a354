package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
        crew.add(task(0, () -> {
            crew.help(second); // as if by the consumer, while this runs
            worked.add(-1);
        }));
        crew.add(second);
        jobs.remove().run();
        assertThat(worked).as("by the job, when the first is done").containsExactly(0, -1, 1);
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

    @Test
    void aTaskAddedWhileAJobLeavesIsNotOverlooked() {
        Queue<Runnable> atTheLastMoment = new ArrayDeque<>();
        crew = new ChunkCrew(1, jobs::add, new ConcurrentLinkedQueue<>() {
            private static final long serialVersionUID = 1L;

            @Override
            public boolean isEmpty() {
                boolean isEmpty = super.isEmpty();
                if (isEmpty && !atTheLastMoment.isEmpty()) {
                    atTheLastMoment.remove().run();
                }
                return isEmpty;
            }
        });
        crew.add(task(0));
        atTheLastMoment.add(() -> crew.add(task(1))); // finds a job there, which has seen that nothing waits
        jobs.remove().run();
        assertThat(jobs).isEmpty();
        assertThat(worked).containsExactly(0, 1);
    }
}
