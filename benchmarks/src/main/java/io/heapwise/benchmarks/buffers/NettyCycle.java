package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.infra.Blackhole;

/** What does it cost to take a {@link io.netty.buffer.ByteBuf}, write a byte and release it? */
public class NettyCycle extends BufferProtocol {

    @Benchmark
    public void heapwise(NettyLending lending, Blackhole elsewhere) {
        lending.cycle(elsewhere);
    }

    @Benchmark
    public void nettyAdaptive(NettyLending lending, Blackhole elsewhere) {
        lending.cycle(elsewhere);
    }

    @Benchmark
    public void nettyPooled(NettyLending lending, Blackhole elsewhere) {
        lending.cycle(elsewhere);
    }
}
