package io.heapwise.benchmarks.buffers;

import io.netty.util.concurrent.DefaultEventExecutorGroup;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Runs benchmarks on Netty's event loops, the threads that its allocators favour. Invariant: of as many tasks as there
 * are threads each gets a thread of its own, since they go round in order.
 */
public final class EventLoops extends DefaultEventExecutorGroup {

    /** As JMH calls it. */
    public EventLoops(int threads, String prefix) {
        super(threads, new DefaultThreadFactory(prefix, true));
    }
}
