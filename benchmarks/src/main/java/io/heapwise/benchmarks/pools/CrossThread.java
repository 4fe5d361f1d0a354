package io.heapwise.benchmarks.pools;

import io.heapwise.benchmarks.cache.Protocol;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.infra.Control;

/**
 * What does it cost when another thread gives back? One thread borrows, one gives back, and each counts its own calls: two a loan.
 */
public class CrossThread extends Protocol {

    @Benchmark
    @Group("heapwise")
    public void heapwiseBorrows(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.borrowFor(handOver, control);
    }

    @Benchmark
    @Group("heapwise")
    public void heapwiseGivesBack(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.giveBackFrom(handOver, control);
    }

    @Benchmark
    @Group("stormpot")
    public void stormpotBorrows(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.borrowFor(handOver, control);
    }

    @Benchmark
    @Group("stormpot")
    public void stormpotGivesBack(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.giveBackFrom(handOver, control);
    }

    @Benchmark
    @Group("hikari")
    public void hikariBorrows(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.borrowFor(handOver, control);
    }

    @Benchmark
    @Group("hikari")
    public void hikariGivesBack(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.giveBackFrom(handOver, control);
    }

    @Benchmark
    @Group("commonsPool2")
    public void commonsPool2Borrows(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.borrowFor(handOver, control);
    }

    @Benchmark
    @Group("commonsPool2")
    public void commonsPool2GivesBack(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.giveBackFrom(handOver, control);
    }

    @Benchmark
    @Group("naive")
    public void naiveBorrows(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.borrowFor(handOver, control);
    }

    @Benchmark
    @Group("naive")
    public void naiveGivesBack(Lending lending, HandOver handOver, Control control) throws Exception {
        lending.giveBackFrom(handOver, control);
    }
}
