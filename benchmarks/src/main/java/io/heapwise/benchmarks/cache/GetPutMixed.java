package io.heapwise.benchmarks.cache;

import org.openjdk.jmh.annotations.Benchmark;

/**
 * What do present keys cost that are read three times for each time they are written?
 *
 * <p>For comparison with other people's figures only: see {@link GetPutTable}. {@code jdk} is a ConcurrentHashMap,
 * which bounds nothing: it marks how far there is to go.
 */
public class GetPutMixed extends Protocol {

    @Benchmark
    public Boolean heapwise(GetPutTable table, GetPutTable.Position position) {
        return table.mixed(position);
    }

    @Benchmark
    public Boolean caffeine(GetPutTable table, GetPutTable.Position position) {
        return table.mixed(position);
    }

    @Benchmark
    public Boolean guava(GetPutTable table, GetPutTable.Position position) {
        return table.mixed(position);
    }

    @Benchmark
    public Boolean cache2k(GetPutTable table, GetPutTable.Position position) {
        return table.mixed(position);
    }

    @Benchmark
    public Boolean naive(GetPutTable table, GetPutTable.Position position) {
        return table.mixed(position);
    }

    @Benchmark
    public Boolean jdk(GetPutTable table, GetPutTable.Position position) {
        return table.mixed(position);
    }
}
