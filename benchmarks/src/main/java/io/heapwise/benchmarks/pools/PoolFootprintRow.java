package io.heapwise.benchmarks.pools;

/**
 * One line of poolfootprint.json: what a pool full of idle objects occupies beyond them.
 *
 * @param objects it holds, each of which was on loan once
 * @param bytes of everything that only this pool reaches, but threads and what they keep
 */
public record PoolFootprintRow(String layout, String contestant, int objects, long bytes, double bytesPerObject) {}
