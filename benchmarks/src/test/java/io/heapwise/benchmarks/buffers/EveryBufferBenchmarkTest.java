package io.heapwise.benchmarks.buffers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class EveryBufferBenchmarkTest {
    private static final List<String> ALL =
            List.of("heapwise", "nettyAdaptive", "nettyPooled", "jdk", "jdkHeap", "naive");
    private static final List<String> BYTE_BUFS = List.of("heapwise", "nettyAdaptive", "nettyPooled");
    private static final Map<String, List<String>> CONTESTANTS = Map.of(
            "LeaseCycle", ALL,
            "LeaseView", ALL,
            "LeaseCycleVirtual", ALL,
            "LeaseCycleEventLoop", ALL,
            "RandomSizes", ALL,
            "ProducerConsumer", ALL,
            "NettyCycle", BYTE_BUFS,
            "NettyCycleVirtual", BYTE_BUFS,
            "NettyCycleEventLoop", BYTE_BUFS);

    private static final boolean HAS_ARENAS = Runtime.version().feature() >= 22;

    private static Set<String> expected() {
        Set<String> expected = CONTESTANTS.entrySet().stream()
                .flatMap(question -> question.getValue().stream()
                        .map(contestant -> "io.heapwise.benchmarks.buffers." + question.getKey() + "." + contestant))
                .collect(Collectors.toCollection(TreeSet::new));
        if (HAS_ARENAS) {
            for (String question : List.of("LeaseCycle", "LeaseCycleVirtual", "LeaseCycleEventLoop")) {
                expected.add("io.heapwise.benchmarks.buffers." + question + ".jdkArena");
            }
        }
        return expected;
    }

    /** Within this JVM, so that all run on ordinary threads. */
    @Test
    void eachRunsOnceWithoutFailing() throws Exception {
        System.setProperty("jmh.ignoreLock", "true");
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("io\\.heapwise\\.benchmarks\\.buffers\\..*")
                .param("bytes", "256")
                .param("live", "16")
                .mode(Mode.Throughput)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(5))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (!HAS_ARENAS) {
            options.exclude("jdkArena");
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
    void aStrangerIsToldWhoMayRun() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Contestants.of("nobody"))
                .withMessageContaining("contestant=nobody (expected one of heapwise, nettyAdaptive");
    }
}
