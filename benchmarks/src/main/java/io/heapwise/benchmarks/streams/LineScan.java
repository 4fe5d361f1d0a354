package io.heapwise.benchmarks.streams;

import com.google.common.io.CharSource;
import com.google.common.io.LineProcessor;
import com.google.common.io.MoreFiles;
import io.heapwise.benchmarks.cache.Protocol;
import io.heapwise.streams.LineView;
import io.heapwise.streams.Lines;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import okio.BufferedSource;
import okio.Okio;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * How fast do the lines of a file go by? {@code dd} and {@code wc} are no contestants but the limit: what the system needs to copy the
 * file out of its memory, and to count the line breaks meanwhile. An operation is all of the file.
 */
@Threads(1)
@OutputTimeUnit(java.util.concurrent.TimeUnit.SECONDS)
public class LineScan extends Protocol {

    /** What is done with each line. */
    @State(Scope.Benchmark)
    public static class Task {
        @Param({"count", "filter", "sum"})
        String task;
    }

    @Benchmark
    public long heapwise(TextFile text, Task task) throws IOException {
        Lines lines = Lines.of(text.file);
        return switch (task.task) {
            case "count" -> lines.count();
            case "filter" -> lines.count(line -> line.contains(TextFile.NEEDLE));
            default -> lines.sum(LineView::length);
        };
    }

    @Benchmark
    public long jdk(TextFile text, Task task) throws IOException {
        try (Stream<String> lines = Files.lines(text.file)) {
            return switch (task.task) {
                case "count" -> lines.count();
                case "filter" ->
                    lines.filter(line -> line.contains(TextFile.NEEDLE)).count();
                default -> lines.mapToLong(String::length).sum();
            };
        }
    }

    @Benchmark
    public long bufferedReader(TextFile text, Task task) throws IOException {
        StringSink sink = new StringSink(task.task);
        try (BufferedReader reader = Files.newBufferedReader(text.file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                sink.take(line);
            }
        }
        return sink.result();
    }

    @Benchmark
    public long guava(TextFile text, Task task) throws IOException {
        CharSource source = MoreFiles.asCharSource(text.file, StandardCharsets.UTF_8);
        StringSink sink = new StringSink(task.task);
        return source.readLines(new LineProcessor<Long>() {
            @Override
            public boolean processLine(String line) {
                sink.take(line);
                return true;
            }

            @Override
            public Long getResult() {
                return sink.result();
            }
        });
    }

    @Benchmark
    public long okio(TextFile text, Task task) throws IOException {
        StringSink sink = new StringSink(task.task);
        try (BufferedSource source = Okio.buffer(Okio.source(text.file))) {
            for (String line = source.readUtf8Line(); line != null; line = source.readUtf8Line()) {
                sink.take(line);
            }
        }
        return sink.result();
    }

    @Benchmark
    public long dd(TextFile text, Task task) throws Exception {
        process("dd", "if=" + text.file, "of=/dev/null", "bs=256K", "status=none");
        return text.lines;
    }

    @Benchmark
    public long wc(TextFile text, Task task) throws Exception {
        process("wc", "-l", text.file.toString());
        return text.lines;
    }

    /** To start a process costs a millisecond or two, of a tenth of a second. */
    static void process(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(command))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        int status = process.waitFor();
        if (status != 0) {
            throw new IllegalStateException("status=" + status + " of " + command[0] + " (expected 0)");
        }
    }

    /** The task over strings. */
    private static final class StringSink {
        private final String task;
        private long result;

        StringSink(String task) {
            this.task = task;
        }

        void take(String line) {
            switch (task) {
                case "count" -> result++;
                case "filter" -> result += line.contains(TextFile.NEEDLE) ? 1 : 0;
                default -> result += line.length();
            }
        }

        long result() {
            return result;
        }
    }
}
