package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import org.openjdk.jmh.annotations.Benchmark;

/** What does it cost to use a pooled object, when the pool gives it back by itself? More objects than threads. */
public class Apply extends Protocol {

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
