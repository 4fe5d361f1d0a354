package io.heapwise.benchmarks.buffers;

import io.heapwise.benchmarks.cache.Protocol;
import org.openjdk.jmh.annotations.Fork;

/**
 * How every throughput class of the buffers is run: as all others, and with Netty's leak detection off, as in Netty's own
 * benchmarks. The heap is larger than the 512 MiB up to which Netty's adaptive allocator saves memory at the cost of speed.
 */
@Fork(
        value = 3,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-XX:+AlwaysPreTouch", BufferProtocol.NO_LEAK_DETECTION})
public abstract class BufferProtocol extends Protocol {
    /** The documented property. */
    static final String NO_LEAK_DETECTION = "-Dio.netty.leakDetection.level=disabled";

    /** JMH's own executor of virtual threads; JDK 21 and later. */
    static final String VIRTUAL_THREADS = "-Djmh.executor=VIRTUAL";

    /**
     * As many carriers as anybody measures threads: a thread that waits for a carrier until the others have ended would be
     * counted with the speed of its one call.
     */
    static final String CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=8";

    static final String CUSTOM_THREADS = "-Djmh.executor=CUSTOM";

    /** With {@link #CUSTOM_THREADS}: each thread is an event loop of Netty. */
    static final String EVENT_LOOPS = "-Djmh.executor.class=io.heapwise.benchmarks.buffers.EventLoops";
}
