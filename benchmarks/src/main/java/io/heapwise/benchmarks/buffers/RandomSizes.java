package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Benchmark;

/** What does it cost to replace one of many buffers by one of another size? Each thread has its own live set. */
public class RandomSizes extends BufferProtocol {

    @Benchmark
    public void heapwise(Lending lending, LiveSet set) {
        set.replaceOne();
    }

    @Benchmark
    public void nettyAdaptive(Lending lending, LiveSet set) {
        set.replaceOne();
    }

    @Benchmark
    public void nettyPooled(Lending lending, LiveSet set) {
        set.replaceOne();
    }

    @Benchmark
    public void jdk(Lending lending, LiveSet set) {
        set.replaceOne();
    }

    @Benchmark
    public void jdkHeap(Lending lending, LiveSet set) {
        set.replaceOne();
    }

    @Benchmark
    public void naive(Lending lending, LiveSet set) {
        set.replaceOne();
    }
}
