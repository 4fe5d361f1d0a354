package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real heaps, small ones, on every collector that this JVM has: fed far past what they hold, and none runs out. */
@Tag("child-jvm")
final class CollectorMatrixTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} with {1} MB")
    @CsvSource({
        "UseSerialGC, 64",
        "UseSerialGC, 128",
        "UseParallelGC, 64",
        "UseParallelGC, 128",
        "UseG1GC, 64",
        "UseG1GC, 128",
        "UseZGC, 128",
        "UseShenandoahGC, 128"
    })
    void aCacheWithDefaultSettingsSurvives(String collector, int megabytes) throws Exception {
        survives(collector, megabytes, "LRU");
    }

    @ParameterizedTest(name = "{0} with {1} MB")
    @CsvSource({"UseSerialGC, 64", "UseG1GC, 64", "UseZGC, 128"})
    void anAdaptiveOneSurvives(String collector, int megabytes) throws Exception {
        survives(collector, megabytes, "ADAPTIVE");
    }

    /** Memory is asked for in the middle of writes, too; a refusal there must leave the books right and the cache usable. */
    @ParameterizedTest
    @ValueSource(strings = {"LRU", "ADAPTIVE expiring"})
    void theBooksAreRightAfterMemoryWasRefused(String kind) throws Exception {
        Ended child = run(List.of(
                "-XX:+UseSerialGC",
                "-Xmx12m",
                "-cp",
                System.getProperty("java.class.path"),
                PutIntoAFullHeap.class.getName(),
                kind));
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(child.output()).contains("survived");
    }

    private void survives(String collector, int megabytes, String policy) throws Exception {
        assumeTrue(run(List.of("-XX:+" + collector, "-version")).exitCode() == 0, collector + " is not in this JVM");
        Ended child = run(List.of(
                "-XX:+" + collector,
                "-Xmx" + megabytes + "m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                FeedPastTheHeap.class.getName(),
                policy));
        assertThat(child.exitCode()).as(child.output()).isZero();
        assertThat(child.output()).contains("survived").doesNotContain("OutOfMemoryError");
    }

    private record Ended(int exitCode, String output) {}

    private Ended run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        Path output = Files.createTempFile(folder, "child", ".log");
        Process child = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("%s ended; so far: %s", command, Files.readString(output))
                    .isTrue();
        } finally {
            child.destroyForcibly();
        }
        return new Ended(child.exitValue(), Files.readString(output));
    }
}
