package io.heapwise.benchmarks.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class EveryStreamBenchmarkTest {
    private static final Map<String, List<String>> CONTESTANTS = Map.of(
            "LineScan", List.of("heapwise", "jdk", "bufferedReader", "guava", "okio", "dd", "wc"),
            "LineScanParallel", List.of("heapwise", "jdk", "dd"),
            "ChunkRead", List.of("heapwise", "channel", "inputStream", "okio", "naive", "dd"),
            "Partition", List.of("heapwise", "guava", "jdk", "naive"),
            "Throttle", List.of("heapwise", "jdk", "naive"));

    private static boolean canRun(String benchmark) {
        if (benchmark.endsWith(".dd") || benchmark.endsWith(".wc")) {
            String program = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        }
        return !benchmark.endsWith("Partition.jdk") || Runtime.version().feature() >= 24;
    }

    private static Set<String> all() {
        return CONTESTANTS.entrySet().stream()
                .flatMap(question -> question.getValue().stream()
                        .map(contestant -> "io.heapwise.benchmarks.streams." + question.getKey() + "." + contestant))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachRunsOnceWithoutFailing() throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("io\\.heapwise\\.benchmarks\\.streams\\..*")
                .param("megabytes", "1")
                .param("lineBytes", "80")
                .mode(Mode.Throughput)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(5))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        Set<String> expected = all();
        for (String benchmark : all()) {
            if (!canRun(benchmark)) {
                expected.remove(benchmark);
                options.exclude(benchmark.replace(".", "\\.") + "$");
            }
        }

        Collection<RunResult> results = new Runner(options.build()).run();

        Set<String> ran = results.stream()
                .map(result -> result.getParams().getBenchmark())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ran).isEqualTo(expected);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }
}
