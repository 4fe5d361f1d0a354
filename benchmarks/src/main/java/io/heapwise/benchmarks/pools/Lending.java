package io.heapwise.benchmarks.pools;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.infra.Control;

/** A pool, full, of the contestant that the running method is named after. */
@State(Scope.Benchmark)
public class Lending {
    @Param("10")
    int size;

    private Subject subject;

    @Setup
    public void fill(BenchmarkParams run) throws Exception {
        String name = run.getBenchmark();
        subject = Contestants.of(name.substring(name.lastIndexOf('.') + 1), size);
    }

    @TearDown
    public void close() {
        subject.close();
    }

    Payload apply() throws Exception {
        return subject.apply();
    }

    /** What is borrowed goes where no compiler sees what becomes of it, as it does when it is handed on. */
    Payload acquireAndRelease(Blackhole elsewhere) throws Exception {
        Object borrowed = subject.borrow();
        elsewhere.consume(borrowed);
        Payload used = subject.use(borrowed);
        subject.giveBack(borrowed);
        return used;
    }

    void borrowFor(HandOver handOver, Control control) throws Exception {
        if (handOver.awaitRoom(control)) {
            Object borrowed = subject.borrow();
            Payload unused = subject.use(borrowed);
            handOver.put(borrowed);
        }
    }

    void giveBackFrom(HandOver handOver, Control control) throws Exception {
        Object borrowed = handOver.take(control);
        if (borrowed != null) {
            subject.giveBack(borrowed);
        }
    }
}
