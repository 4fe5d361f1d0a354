package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Fork;

/** As {@link NettyCycle}, on Netty's event loops. */
@Fork(
        value = 3,
        jvmArgs = {
            "-Xms1g",
            "-Xmx1g",
            "-XX:+UseG1GC",
            "-XX:+AlwaysPreTouch",
            BufferProtocol.NO_LEAK_DETECTION,
            BufferProtocol.CUSTOM_THREADS,
            BufferProtocol.EVENT_LOOPS
        })
public class NettyCycleEventLoop extends NettyCycle {}
