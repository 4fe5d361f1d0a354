package io.heapwise.benchmarks.cache;

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
 * What does a put cost when each one evicts: new keys without end into a cache that is full before the clock starts?
 * The bytes of the key's box (24, or 16 with compact headers) are part of every contestant's B/op.
 */
public class Evict extends Protocol {

    @Benchmark
    public Long heapwise(Table table, Fresh fresh) {
        return table.put(fresh);
    }

    @Benchmark
    public Long heapwiseAdaptive(Table table, Fresh fresh) {
        return table.put(fresh);
    }

    @Benchmark
    public Long caffeine(Table table, Fresh fresh) {
        return table.put(fresh);
    }

    @Benchmark
    public Long guava(Table table, Fresh fresh) {
        return table.put(fresh);
    }

    @Benchmark
    public Long cache2k(Table table, Fresh fresh) {
        return table.put(fresh);
    }

    @Benchmark
    public Long naive(Table table, Fresh fresh) {
        return table.put(fresh);
    }

    /** The full cache. */
    @State(Scope.Benchmark)
    public static class Table {
        @Param({"1000", "10000", "100000", "1000000"})
        public int size;

        private Subject<Long, Boolean> subject;

        @Setup
        public void fill(BenchmarkParams run) {
            subject = Contestants.bounded(GetPutTable.contestant(run), size, Long.class, Boolean.class);
            for (long i = 0; i < size; i++) {
                subject.put(Long.MIN_VALUE + i, Boolean.TRUE);
            }
        }

        @TearDown
        public void close() {
            subject.close();
        }

        Long put(Fresh fresh) {
            Long key = fresh.next++;
            subject.put(key, Boolean.TRUE);
            return key;
        }
    }

    /** A thread's own keys: no other thread has them, and none comes twice. */
    @State(Scope.Thread)
    public static class Fresh {
        private long next;

        @Setup(Level.Trial)
        public void part(ThreadParams thread) {
            next = (thread.getThreadIndex() + 1L) << 48;
        }
    }
}
