package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/** As {@link Apply}, with eight threads: fewer processors than threads, and with two objects fewer objects too. */
@Threads(8)
public class ContendedApply extends Protocol {

    @Benchmark
    public Payload heapwise(Lending lending) throws Exception {
        return lending.apply();
    }

    @Benchmark
    public Payload stormpot(Lending lending) throws Exception {
        return lending.apply();
    }

    @Benchmark
    public Payload hikari(Lending lending) throws Exception {
        return lending.apply();
    }

    @Benchmark
    public Payload commonsPool2(Lending lending) throws Exception {
        return lending.apply();
    }

    @Benchmark
    public Payload naive(Lending lending) throws Exception {
        return lending.apply();
    }
}
