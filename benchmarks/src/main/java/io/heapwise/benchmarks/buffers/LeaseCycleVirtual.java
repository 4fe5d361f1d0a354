package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Fork;

/** As {@link LeaseCycle}, on virtual threads; JDK 21 and later, up to 8 threads. */
@Fork(
        value = 3,
        jvmArgs = {
            "-Xms1g",
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:+AlwaysPreTouch",
            BufferProtocol.NO_LEAK_DETECTION,
            BufferProtocol.VIRTUAL_THREADS,
            BufferProtocol.CARRIERS
        })
public class LeaseCycleVirtual extends LeaseCycle {}
