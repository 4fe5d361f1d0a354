package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** What does it cost to take a buffer, write a byte and give it back on the same thread? */
public class LeaseCycle extends BufferProtocol {

    @Benchmark
    public void heapwise(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }

    @Benchmark
    public void nettyAdaptive(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }

    @Benchmark
    public void nettyPooled(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }

    @Benchmark
    public void jdk(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }

    @Benchmark
    public void jdkHeap(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }

    @Benchmark
    public void jdkArena(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }

    @Benchmark
    public void naive(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycle(size.bytes, elsewhere);
    }
}
