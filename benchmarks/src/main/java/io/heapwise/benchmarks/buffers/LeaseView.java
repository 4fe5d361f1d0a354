package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** As {@link LeaseCycle}, where the byte is written through a {@link java.nio.ByteBuffer} that is taken for it. */
public class LeaseView extends BufferProtocol {

    @Benchmark
    public void heapwise(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycleWithView(size.bytes, elsewhere);
    }

    @Benchmark
    public void nettyAdaptive(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycleWithView(size.bytes, elsewhere);
    }

    @Benchmark
    public void nettyPooled(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycleWithView(size.bytes, elsewhere);
    }

    @Benchmark
    public void jdk(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycleWithView(size.bytes, elsewhere);
    }

    @Benchmark
    public void jdkHeap(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycleWithView(size.bytes, elsewhere);
    }

    @Benchmark
    public void naive(Lending lending, Size size, Blackhole elsewhere) {
        lending.cycleWithView(size.bytes, elsewhere);
    }
}
