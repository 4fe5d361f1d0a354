package io.heapwise.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The signal and the governor in real, small heaps: one child JVM for each collector and scenario. */
@Tag("child-jvm")
class ChildJvmTest {
    /** What a scenario runs on; those that this JDK lacks are skipped. */
    enum Collector {
        SERIAL("-XX:+UseSerialGC"),
        PARALLEL("-XX:+UseParallelGC"),
        G1("-XX:+UseG1GC"),
        Z("-XX:+UseZGC"),
        Z_GENERATIONAL("-XX:+UseZGC", "-XX:+ZGenerational"),
        SHENANDOAH("-XX:+UseShenandoahGC"),
        SHENANDOAH_GENERATIONAL(
                "-XX:+UnlockExperimentalVMOptions", "-XX:+UseShenandoahGC", "-XX:ShenandoahGCMode=generational");

        private static final Map<Collector, Boolean> PRESENT = new HashMap<>();

        final List<String> flags;

        Collector(String... flags) {
            this.flags = List.of(flags);
        }

        boolean isPresent() {
            return PRESENT.computeIfAbsent(this, collector -> {
                try {
                    return start(collector, "-version").waitFor() == 0;
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void steadyNeverReadsHigh(Collector collector) {
        Map<String, String> said = run(collector, "steady", "0.45", "1500");

        assertThat(PressureLevel.valueOf(said.get("highest"))).as("%s", said).isLessThan(PressureLevel.HIGH);
    }

    @ParameterizedTest
    @EnumSource
    void aLeakReadsHighBeforeTheEnd(Collector collector) {
        Map<String, String> said = run(collector, "leak", "5");

        assertThat(Double.parseDouble(said.get("highAt")))
                .as("%s", said)
                .isGreaterThan(0.40)
                .isLessThanOrEqualTo(Double.parseDouble(said.get("oomAt")));
    }

    @ParameterizedTest
    @EnumSource
    void aReleaseIsSeenByTwoCollectionsOfTheWholeHeap(Collector collector) {
        Map<String, String> said = run(collector, "release");

        assertThat(said.get("level")).as("%s", said).isEqualTo("NORMAL");
        // With generations Shenandoah takes the old one in slices, each of them evidence.
        int allowed = collector == Collector.SHENANDOAH_GENERATIONAL ? 8 : 2;
        assertThat(Integer.parseInt(said.get("collections"))).as("%s", said).isLessThanOrEqualTo(allowed);
    }

    @ParameterizedTest
    @EnumSource
    void aCacheUnderTheGovernorSurvivesALoadThatGrowsBesideIt(Collector collector) {
        Map<String, String> said = run(collector, "survive", "0.55");

        assertThat(said.get("survived")).as("%s", said).isEqualTo("true");
    }

    private static Map<String, String> run(Collector collector, String... scenario) {
        assumeTrue(collector.isPresent(), () -> "this JDK has no " + collector);
        List<String> arguments = new ArrayList<>(List.of("-cp", System.getProperty("java.class.path")));
        arguments.add(ChildMain.class.getName());
        arguments.addAll(List.of(scenario));
        try {
            Process child = start(collector, arguments.toArray(new String[0]));
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!child.waitFor(60, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
            Map<String, String> said = new HashMap<>();
            output.lines().filter(line -> line.contains("=")).forEach(line -> {
                int at = line.indexOf('=');
                said.putIfAbsent(line.substring(0, at), line.substring(at + 1));
            });
            assertThat(said).as(output).containsEntry("done", "true");
            return said;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Process start(Collector collector, String... arguments) throws IOException {
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>(List.of(java, "-Xmx128m"));
        command.addAll(collector.flags);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectErrorStream(true);
        return builder.start();
    }
}
