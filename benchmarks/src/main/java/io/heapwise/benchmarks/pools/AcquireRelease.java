package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** What does it cost to borrow and give back, when what was borrowed may be handed on in between? More objects than threads. */
public class AcquireRelease extends Protocol {

    @Benchmark
    public Payload heapwise(Lending lending, Blackhole elsewhere) throws Exception {
        return lending.acquireAndRelease(elsewhere);
    }

    @Benchmark
    public Payload stormpot(Lending lending, Blackhole elsewhere) throws Exception {
        return lending.acquireAndRelease(elsewhere);
    }

    @Benchmark
    public Payload hikari(Lending lending, Blackhole elsewhere) throws Exception {
        return lending.acquireAndRelease(elsewhere);
    }

    @Benchmark
    public Payload commonsPool2(Lending lending, Blackhole elsewhere) throws Exception {
        return lending.acquireAndRelease(elsewhere);
    }

    @Benchmark
    public Payload naive(Lending lending, Blackhole elsewhere) throws Exception {
        return lending.acquireAndRelease(elsewhere);
    }
}
