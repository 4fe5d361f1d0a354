package io.heapwise.cache.internal.sizing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sizer agrees with JOL and with the JVM's own count of allocated bytes under every heap layout: one child JVM each. */
class SizerOracleTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseCompressedOops",
                "-XX:-UseCompressedOops",
                "-XX:ObjectAlignmentInBytes=16",
                "-XX:-UseCompressedClassPointers",
                "-XX:-CompactStrings",
                "-XX:+UseZGC"
            })
    void sizesAgreeWithTheOraclesUnder(String option) throws Exception {
        assertThat(mismatches(option)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-XX:+UseSerialGC", "-XX:-UseCompressedOops", "-XX:ObjectAlignmentInBytes=16", "-XX:+UseZGC"})
    @EnabledForJreRange(minVersion = 25) // where compact headers need no unlocking
    void sizesAgreeWithTheOraclesWithCompactHeadersAnd(String option) throws Exception {
        assertThat(mismatches("-XX:+UseCompactObjectHeaders", option)).isEmpty();
    }

    private static List<String> mismatches(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // C1 alone: starts fast, and does not remove the allocations that are counted
        command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(options));
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, SizerOracle.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).as(output).isZero();
        assertThat(comparisons(output)).as(output).isGreaterThan(leastComparisons(options));
        return output.lines().filter(line -> line.startsWith("MISMATCH")).toList();
    }

    /** With JOL there are thousands of classes; where it cannot read the heap, the allocations remain. */
    private static int leastComparisons(String... options) {
        boolean generationalZgc = List.of(options).contains("-XX:+UseZGC") && JRE.currentVersionNumber() > 17;
        return generationalZgc ? 50 : 2000;
    }

    private static int comparisons(String output) {
        return output.lines()
                .filter(line -> line.contains(" mismatches in "))
                .map(line -> line.replaceAll(".* in (\\d+),.*", "$1"))
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(0);
    }
}
