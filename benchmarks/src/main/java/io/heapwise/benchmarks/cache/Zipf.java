package io.heapwise.benchmarks.cache;

import java.util.SplittableRandom;
import java.util.function.Function;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * How many requests does a cache serve when it has to work: a Zipf load over 131,072 keys, of which 10, 40 or 80 % fit,
 * so that misses load and loads evict?
 *
 * <p>A key is boxed anew for each request, as a service does that parses it from a message: it never is the object in
 * the cache, and its 24 bytes (16 with compact headers) are part of every contestant's B/op. Loading costs nothing
 * here, so that the cache itself is what is measured; a better hit rate earns no credit beyond the evictions it saves.
 * The counter {@code loads} is the rate of misses.
 */
public class Zipf extends Protocol {

    @Benchmark
    public Long heapwise(Table table, Requests requests) {
        return table.getOrLoad(requests);
    }

    @Benchmark
    public Long heapwiseAdaptive(Table table, Requests requests) {
        return table.getOrLoad(requests);
    }

    @Benchmark
    public Long caffeine(Table table, Requests requests) {
        return table.getOrLoad(requests);
    }

    @Benchmark
    public Long guava(Table table, Requests requests) {
        return table.getOrLoad(requests);
    }

    @Benchmark
    public Long cache2k(Table table, Requests requests) {
        return table.getOrLoad(requests);
    }

    @Benchmark
    public Long naive(Table table, Requests requests) {
        return table.getOrLoad(requests);
    }

    /** The cache and the draws that all threads share. */
    @State(Scope.Benchmark)
    public static class Table {
        static final int KEYS = 1 << 17;

        /** Thirty-two draws a key: fewer, and the rare keys of a large cache would never be asked for. */
        private static final int DRAWS = 1 << 22;

        private static final int MASK = DRAWS - 1;

        /** Past the boxes that {@link Long#valueOf} shares. */
        private static final long FIRST_KEY = 1_000;

        @Param({"10", "40", "80"})
        public int capacityPercent;

        private Subject<Long, Long> subject;
        private int[] draws;

        @Setup
        public void fill(BenchmarkParams run) {
            long maximumEntries = (long) KEYS * capacityPercent / 100;
            subject = Contestants.bounded(GetPutTable.contestant(run), maximumEntries, Long.class, Long.class);
            draws = ZipfDraws.draw(KEYS, DRAWS, 1);
            for (long i = 0; i < maximumEntries; i++) {
                subject.put(FIRST_KEY + i, i);
            }
        }

        @TearDown
        public void close() {
            subject.close();
        }

        Long getOrLoad(Requests requests) {
            Long key = FIRST_KEY + draws[requests.index++ & MASK];
            return subject.getOrLoad(key, requests.loader);
        }
    }

    /** Where a thread is in the draws, and what it had to load. */
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    @State(Scope.Thread)
    public static class Requests {
        public long loads;

        private int index;
        private final Function<Long, Long> loader = this::load;

        @Setup(Level.Trial)
        public void spread(ThreadParams thread) {
            index = new SplittableRandom(thread.getThreadIndex()).nextInt(Table.DRAWS);
        }

        private Long load(Long key) {
            loads++;
            return key;
        }
    }
}
