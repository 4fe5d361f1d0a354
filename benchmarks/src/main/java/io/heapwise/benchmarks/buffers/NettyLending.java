package io.heapwise.benchmarks.buffers;

import io.heapwise.buffers.BufferAllocator;
import io.heapwise.buffers.netty.NettyAllocator;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.Blackhole;

/** The allocator of {@link ByteBuf} that the running method is named after. */
@State(Scope.Benchmark)
public class NettyLending {
    @Param({"256", "8192", "65536"})
    int bytes;

    private ByteBufAllocator buffers;

    @Setup
    public void open(BenchmarkParams run) {
        String name = run.getBenchmark();
        buffers = allocator(name.substring(name.lastIndexOf('.') + 1));
    }

    private static ByteBufAllocator allocator(String contestant) {
        return switch (contestant) {
            case "heapwise" -> NettyAllocator.over(BufferAllocator.pooled());
            case "nettyAdaptive" -> new AdaptiveByteBufAllocator(true);
            case "nettyPooled" -> new PooledByteBufAllocator(true);
            default ->
                throw new IllegalArgumentException(
                        "contestant=" + contestant
                                + " (expected heapwise, nettyAdaptive or nettyPooled): name the benchmark method after its contestant");
        };
    }

    /** What is lent goes where no compiler sees what becomes of it, as it does in a pipeline. */
    void cycle(Blackhole elsewhere) {
        ByteBuf buffer = buffers.directBuffer(bytes);
        ByteBuf unused = buffer.writeByte(1);
        elsewhere.consume(buffer);
        boolean unusedToo = buffer.release();
    }
}
