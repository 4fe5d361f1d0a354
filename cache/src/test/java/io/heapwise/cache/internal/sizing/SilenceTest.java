package io.heapwise.cache.internal.sizing;

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
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is opened, attached or forced: the JVM has no reason to say a word, on any heap. */
@Tag("child-jvm")
final class SilenceTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseSerialGC",
                "-XX:+UseG1GC",
                "-XX:+UseZGC",
                "-XX:+UseShenandoahGC",
                "-XX:-UseCompressedOops",
                "-XX:+UseCompactObjectHeaders",
                "--sun-misc-unsafe-memory-access=deny"
            })
    void theJvmPrintsNoWarningUnder(String option) throws Exception {
        Ended probe = run(List.of(option, "-version"));
        assumeTrue(probe.exitCode == 0 && !probe.output.contains("warning:"), option + " is not in this JVM");
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Ended child = run(List.of(option, "-Xmx256m", "-cp", classPath, SilentSizing.class.getName()));
        assertThat(child.output.strip()).isEqualTo("sized without a word");
        assertThat(child.exitCode).isZero();
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
            assertThat(child.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            child.destroyForcibly();
        }
        return new Ended(child.exitValue(), Files.readString(output));
    }
}
