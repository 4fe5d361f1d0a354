package io.heapwise.benchmarks.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class EveryBenchmarkTest {
    private static final List<String> CACHES = List.of("caffeine", "cache2k", "guava", "heapwise", "naive");

    @Test
    void theJarHoldsEveryQuestionForEveryContestant() {
        Set<String> expected = new TreeSet<>();
        for (String question : List.of("GetPutRead", "GetPutWrite", "GetPutMixed", "Zipf", "Evict")) {
            CACHES.forEach(contestant -> expected.add(question + "." + contestant));
        }
        List.of("GetPutRead", "GetPutWrite", "GetPutMixed").forEach(question -> expected.add(question + ".jdk"));
        List.of("Zipf", "Evict").forEach(question -> expected.add(question + ".heapwiseAdaptive"));

        assertThat(listedBenchmarks()).isEqualTo(expected);
    }

    @Test
    void eachRunsOnceWithoutFailing() throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("io\\.heapwise\\.benchmarks\\.cache\\..*")
                        .param("capacityPercent", "10")
                        .param("size", "1000")
                        .param("equalCopies", "false", "true")
                        .mode(Mode.Throughput)
                        .forks(0)
                        .threads(2)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(5))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        Set<String> ran = results.stream()
                .map(result -> shortName(result.getParams().getBenchmark()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ran).isEqualTo(listedBenchmarks());
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    /** From the index that JMH's processor writes: it is missing, or empty, if the processor did not run. */
    private static Set<String> listedBenchmarks() {
        return BenchmarkList.defaultList()
                .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT), List.of())
                .stream()
                .map(benchmark -> benchmark.getUsername())
                .filter(name -> name.startsWith("io.heapwise.benchmarks.cache."))
                .map(EveryBenchmarkTest::shortName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String shortName(String benchmark) {
        String[] parts = benchmark.split("\\.");
        return parts[parts.length - 2] + "." + parts[parts.length - 1];
    }
}
