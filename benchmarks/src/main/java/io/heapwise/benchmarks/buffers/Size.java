package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A small message, a buffer to read into, a large body. */
@State(Scope.Benchmark)
public class Size {
    @Param({"256", "8192", "65536"})
    int bytes;
}
