package io.heapwise.benchmarks.buffers;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Blackhole;

/** The contestant that the running method is named after, shared by all threads. */
@State(Scope.Benchmark)
public class Lending {
    private final Queue<Runnable> lastSteps = new ConcurrentLinkedQueue<>();
    private Subject subject;

    @Setup
    public void open(BenchmarkParams run) {
        String name = run.getBenchmark();
        subject = Contestants.of(name.substring(name.lastIndexOf('.') + 1));
    }

    @TearDown
    public void close() {
        lastSteps.forEach(Runnable::run);
        subject.close();
    }

    /** What gives back what is still lent; JMH ends this state before those that need it. */
    void beforeClose(Runnable step) {
        lastSteps.add(step);
    }

    Subject subject() {
        return subject;
    }

    /** What is lent goes where no compiler sees what becomes of it, as it does when it is handed on. */
    void cycle(int bytes, Blackhole elsewhere) {
        Object buffer = subject.allocate(bytes);
        subject.write(buffer, 0);
        elsewhere.consume(buffer);
        subject.release(buffer);
    }

    void cycleWithView(int bytes, Blackhole elsewhere) {
        Object buffer = subject.allocate(bytes);
        subject.writeByView(buffer);
        elsewhere.consume(buffer);
        subject.release(buffer);
    }
}
