package io.heapwise.benchmarks.streams;

import io.heapwise.benchmarks.cache.Protocol;
import io.heapwise.streams.LineView;
import io.heapwise.streams.Lines;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Threads;

/** The same with two processors for one file: the length of all lines. The limit is that of one thread, see {@link LineScan#dd}. */
@Threads(1)
@OutputTimeUnit(java.util.concurrent.TimeUnit.SECONDS)
public class LineScanParallel extends Protocol {

    @Benchmark
    public long heapwise(TextFile text) throws IOException {
        return Lines.of(text.file).parallel(2).sum(LineView::length);
    }

    @Benchmark
    public long jdk(TextFile text) throws IOException {
        try (Stream<String> lines = Files.lines(text.file)) {
            return lines.parallel().mapToLong(String::length).sum();
        }
    }

    @Benchmark
    public long dd(TextFile text) throws Exception {
        return new LineScan().dd(text, new LineScan.Task());
    }
}
