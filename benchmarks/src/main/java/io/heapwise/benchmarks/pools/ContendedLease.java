package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** As {@link AcquireRelease}, with eight threads: fewer processors than threads, and with two objects fewer objects too. */
@Threads(8)
public class ContendedLease extends Protocol {

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
