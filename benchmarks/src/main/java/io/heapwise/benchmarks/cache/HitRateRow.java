package io.heapwise.benchmarks.cache;

/** One line of hitrate.json. */
public record HitRateRow(
        String trace, long requests, long distinctKeys, long maximumEntries, String contestant, double hitPercent) {}
