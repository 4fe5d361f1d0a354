package io.heapwise.streams;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/** Runs what it was given when the test says so. */
final class LaterExecutor implements Executor {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    int given;

    @Override
    public void execute(Runnable task) {
        given++;
        tasks.add(task);
    }

    boolean runNext() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    void runAll() {
        while (runNext()) {
            // the work is in the condition
        }
    }
}
