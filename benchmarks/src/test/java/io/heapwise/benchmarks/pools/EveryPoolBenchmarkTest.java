package io.heapwise.benchmarks.pools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class EveryPoolBenchmarkTest {
    private static final boolean HAS_STORMPOT = Runtime.version().feature() >= 21;

    private static Set<String> expected() {
        return Stream.concat(
                        of(
                                Stream.of("Apply", "AcquireRelease", "ContendedApply", "ContendedLease", "CrossThread"),
                                List.of("heapwise", "stormpot", "hikari", "commonsPool2", "naive")),
                        of(Stream.of("ConnectionCycle", "StatementCycle"), DataSources.NAMES))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> of(Stream<String> questions, List<String> contestants) {
        return questions.flatMap(question -> contestants.stream()
                .filter(contestant -> HAS_STORMPOT || !contestant.equals("stormpot"))
                .map(contestant -> "io.heapwise.benchmarks.pools." + question + "." + contestant));
    }

    @Test
    void eachRunsOnceWithoutFailing() throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("io\\.heapwise\\.benchmarks\\.pools\\..*")
                .param("size", "4")
                .param("connections", "4")
                .threads(2)
                .mode(Mode.Throughput)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(5))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (!HAS_STORMPOT) {
            options.exclude("stormpot");
        }
        Collection<RunResult> results = new Runner(options.build()).run();

        Set<String> ran = results.stream()
                .map(result -> result.getParams().getBenchmark())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(ran).isEqualTo(expected());
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.getPrimaryResult().getScore()).isPositive());
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void anOlderJdkIsToldWhyStormpotCannotRun() {
        assertThatThrownBy(() -> Contestants.of("stormpot", 1)).hasStackTraceContaining("expected >= 21");
    }
}
