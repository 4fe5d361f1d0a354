package io.heapwise.benchmarks.cache;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * The table of Caffeine's own GetPutBenchmark: 32,768 draws of a scrambled Zipf load over 10,922 keys in a cache with
 * room for 65,536, filled to the brim and cleared first so that its tables have their final size. It never evicts, and
 * a read never misses: it says what the fast path costs and nothing else.
 */
@State(Scope.Benchmark)
public class GetPutTable {
    static final int DRAWS = 2 << 14;
    static final int KEYS = DRAWS / 3;
    private static final int MASK = DRAWS - 1;

    /** Past the boxes that {@link Integer#valueOf} shares, so that an equal copy is another object. */
    private static final int FIRST_KEY = 1_000;

    /** Whether readers hold equal copies of the keys in the cache, or those very objects. */
    @Param("false")
    public boolean equalCopies;

    private Subject<Integer, Boolean> subject;
    private Integer[] requests;

    @Setup
    public void fill(BenchmarkParams run) {
        subject = Contestants.bounded(contestant(run), 2 * DRAWS, Integer.class, Boolean.class);
        for (int i = 0; i < 2 * DRAWS; i++) {
            subject.put(FIRST_KEY + i, Boolean.TRUE);
        }
        subject.clear();
        Integer[] stored = new Integer[KEYS];
        requests = new Integer[DRAWS];
        int[] draws = ZipfDraws.drawScrambled(KEYS, DRAWS, 1);
        for (int i = 0; i < DRAWS; i++) {
            int key = draws[i];
            if (stored[key] == null) {
                stored[key] = FIRST_KEY + key;
                subject.put(stored[key], Boolean.TRUE);
            }
            requests[i] = equalCopies ? Integer.valueOf(FIRST_KEY + key) : stored[key];
        }
    }

    @TearDown
    public void close() {
        subject.close();
    }

    Boolean read(Position position) {
        return subject.get(requests[position.next()]);
    }

    Boolean write(Position position) {
        subject.put(requests[position.next()], Boolean.FALSE);
        return Boolean.FALSE;
    }

    /** Three reads, then a write: six readers to two writers, at any number of threads. */
    Boolean mixed(Position position) {
        int next = position.next();
        if ((next & 3) != 3) {
            return subject.get(requests[next]);
        }
        subject.put(requests[next], Boolean.FALSE);
        return Boolean.FALSE;
    }

    /** The last part of the name of the method that runs. */
    static String contestant(BenchmarkParams run) {
        String name = run.getBenchmark();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /** Where a thread is in the draws; each starts elsewhere. */
    @State(Scope.Thread)
    public static class Position {
        private int index;

        @Setup(Level.Trial)
        public void spread(ThreadParams thread) {
            index = new SplittableRandom(thread.getThreadIndex()).nextInt(DRAWS);
        }

        int next() {
            return index++ & MASK;
        }
    }
}
