package io.heapwise.benchmarks.pools;

/**
 * What is lent. Its field is written by each borrower, so that no contestant can do without handing it over safely. What
 * else a collector puts beside it never shares its cache line: that is chance, and no contestant's doing. (Unpadded, one and the same
 * pool was seen at a quarter of its speed, or not, by what lay before the first object.)
 */
@SuppressWarnings("UnusedVariable") // writing the one is what matters, and that the others are there
public class Payload {
    private long apart01;
    private long apart02;
    private long apart03;
    private long apart04;
    private long apart05;
    private long apart06;
    private long apart07;

    private long uses;

    private long apart08;
    private long apart09;
    private long apart10;
    private long apart11;
    private long apart12;
    private long apart13;
    private long apart14;
    private long apart15;

    /** Itself, so that a function that uses it need not box a number. */
    Payload use() {
        uses++;
        return this;
    }
}
