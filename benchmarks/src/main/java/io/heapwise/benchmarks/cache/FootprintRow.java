package io.heapwise.benchmarks.cache;

/**
 * One line of footprint.json: what a cache of {@code entries} occupies beyond its keys and values. {@code
 * strayReferents} is the number of keys and values it still holds beyond those of its entries: evicted ones not let go.
 */
public record FootprintRow(
        String layout,
        String contestant,
        String kind,
        long entries,
        long bytes,
        long strayReferents,
        double bytesPerEntry) {
    public static final String FULL = "full";
    public static final String WEIGHTED = "weighted";
    public static final String GROWING_WORST = "growing, at its worst";
    public static final String GROWING_MEAN = "growing, on average";
}
