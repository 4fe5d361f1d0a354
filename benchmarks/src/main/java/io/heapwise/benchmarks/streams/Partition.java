package io.heapwise.benchmarks.streams;

import com.google.common.collect.Iterators;
import io.heapwise.benchmarks.cache.Protocol;
import io.heapwise.streams.Chunks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/** What does it cost to cut a list into chunks of a thousand? An operation is all of the list. */
@Threads(1)
@OutputTimeUnit(java.util.concurrent.TimeUnit.SECONDS)
public class Partition extends Protocol {
    private static final int CHUNK_ITEMS = 1_000;

    /** Boxed numbers, each an object of its own but for the smallest. */
    @State(Scope.Benchmark)
    public static class Numbers {
        /** The second leaves a single one for the last chunk. */
        @Param({"100000", "99001"})
        int items;

        List<Integer> list = List.of();

        @Setup(Level.Trial)
        public void box() {
            list = new ArrayList<>(items);
            for (int number = 0; number < items; number++) {
                list.add(number);
            }
        }
    }

    @Benchmark
    public long heapwise(Numbers numbers) {
        Tally tally = new Tally();
        Chunks.of(numbers.list.iterator()).byCount(CHUNK_ITEMS).forEach(tally);
        return tally.result();
    }

    @Benchmark
    public long guava(Numbers numbers) {
        Tally tally = new Tally();
        Iterators.partition(numbers.list.iterator(), CHUNK_ITEMS).forEachRemaining(tally);
        return tally.result();
    }

    /** Of JDK 24 and later: see {@link Windows}. */
    @Benchmark
    public long jdk(Numbers numbers) {
        Tally tally = new Tally();
        Windows.forEach(numbers.list.stream(), CHUNK_ITEMS, tally);
        return tally.result();
    }

    /** The loop that one writes by hand. */
    @Benchmark
    public long naive(Numbers numbers) {
        Tally tally = new Tally();
        List<Integer> chunk = new ArrayList<>();
        for (Integer number : numbers.list) {
            chunk.add(number);
            if (chunk.size() == CHUNK_ITEMS) {
                tally.accept(chunk);
                chunk = new ArrayList<>();
            }
        }
        if (!chunk.isEmpty()) {
            tally.accept(chunk);
        }
        return tally.result();
    }

    /** Looks at each item once, so that no chunk is cut for nothing. */
    private static final class Tally implements Consumer<List<?>> {
        private long items;
        private long sum;

        @Override
        public void accept(List<?> chunk) {
            items += chunk.size();
            for (Object number : chunk) {
                sum += (Integer) number;
            }
        }

        long result() {
            return 31 * items + sum;
        }
    }
}
