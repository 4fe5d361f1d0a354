package io.heapwise.benchmarks.pools;

/**
 * One line of spike.json: what one contestant did with one burst.
 *
 * @param opened connections that were begun to be opened because of the burst
 * @param waitP50Micros how long a request waited for its connection
 * @param allMillis from the begin of the burst until the last request was served
 */
public record SpikeRow(
        String contestant, int round, int opened, double waitP50Micros, double waitMaxMicros, double allMillis) {}
