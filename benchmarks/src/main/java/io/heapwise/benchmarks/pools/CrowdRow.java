package io.heapwise.benchmarks.pools;

/**
 * One line of starvation.json: what one contestant did for one crowd in one round.
 *
 * @param kind of threads: virtual or platform
 * @param hold for how long an object is held: yield, 100us, 1ms, for a query, or none
 * @param leastShare turns of the thread that got fewest, over the mean of all
 * @param fewerThanTen how many threads got fewer than ten turns
 * @param timeouts requests that got nothing
 * @param waitMaxMicros counts also those who still waited at the end
 * @param cpuShare seconds of processor time a second
 */
public record CrowdRow(
        String contestant,
        String kind,
        int threads,
        int objects,
        String hold,
        int round,
        double cyclesPerSecond,
        double leastShare,
        int fewerThanTen,
        long timeouts,
        double waitP50Micros,
        double waitP99Micros,
        double waitP999Micros,
        double waitMaxMicros,
        double cpuShare,
        double bytesPerCycle) {}
