package io.heapwise.benchmarks.pools;

/** What is lent. Its field is written by each borrower, so that no contestant can do without handing it over safely. */
public class Payload {
    @SuppressWarnings("UnusedVariable") // writing it is what matters
    private long uses;

    /** Itself, so that a function that uses it need not box a number. */
    Payload use() {
        uses++;
        return this;
    }
}
