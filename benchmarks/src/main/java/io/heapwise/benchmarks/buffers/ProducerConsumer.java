package io.heapwise.benchmarks.buffers;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.infra.Control;

/**
 * What does it cost when another thread gives back? One thread allocates, one releases, and each counts its own calls: two a
 * buffer. More threads are more such pairs.
 */
public class ProducerConsumer extends BufferProtocol {

    @Benchmark
    @Group("heapwise")
    public void heapwiseAllocates(Lending lending, HandOver handOver, Control control) {
        handOver.allocate(control);
    }

    @Benchmark
    @Group("heapwise")
    public void heapwiseReleases(Lending lending, HandOver handOver, Control control) {
        handOver.release(control);
    }

    @Benchmark
    @Group("nettyAdaptive")
    public void nettyAdaptiveAllocates(Lending lending, HandOver handOver, Control control) {
        handOver.allocate(control);
    }

    @Benchmark
    @Group("nettyAdaptive")
    public void nettyAdaptiveReleases(Lending lending, HandOver handOver, Control control) {
        handOver.release(control);
    }

    @Benchmark
    @Group("nettyPooled")
    public void nettyPooledAllocates(Lending lending, HandOver handOver, Control control) {
        handOver.allocate(control);
    }

    @Benchmark
    @Group("nettyPooled")
    public void nettyPooledReleases(Lending lending, HandOver handOver, Control control) {
        handOver.release(control);
    }

    @Benchmark
    @Group("jdk")
    public void jdkAllocates(Lending lending, HandOver handOver, Control control) {
        handOver.allocate(control);
    }

    @Benchmark
    @Group("jdk")
    public void jdkReleases(Lending lending, HandOver handOver, Control control) {
        handOver.release(control);
    }

    @Benchmark
    @Group("jdkHeap")
    public void jdkHeapAllocates(Lending lending, HandOver handOver, Control control) {
        handOver.allocate(control);
    }

    @Benchmark
    @Group("jdkHeap")
    public void jdkHeapReleases(Lending lending, HandOver handOver, Control control) {
        handOver.release(control);
    }

    @Benchmark
    @Group("naive")
    public void naiveAllocates(Lending lending, HandOver handOver, Control control) {
        handOver.allocate(control);
    }

    @Benchmark
    @Group("naive")
    public void naiveReleases(Lending lending, HandOver handOver, Control control) {
        handOver.release(control);
    }
}
