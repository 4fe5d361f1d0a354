package io.heapwise.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real heaps: a sizer that tells a half of the truth, and the share of the heap that the cache comes to hold. */
@Tag("child-jvm")
final class CalibrationMatrixTest {
    private static final long LIMIT_SECONDS = 120;
    private static final Pattern RESULT = Pattern.compile("calibration=([0-9.]+) held=([0-9.]+)");

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "UseSerialGC, 1.9, 2.1",
        "UseParallelGC, 1.9, 2.1",
        "UseG1GC, 1.9, 2.1",
        // what is told of a concurrent cycle holds what was allocated meanwhile: there it may come to less, or to
        // nothing
        "UseZGC, 1.0, 2.5",
        "UseShenandoahGC, 1.0, 2.5"
    })
    void theShareHoldsInTrueBytes(String collector, double least, double most) throws Exception {
        assumeTrue(run(List.of("-XX:+" + collector, "-version")).exitCode == 0, collector + " is not in this JVM");
        Ended child = run(List.of(
                "-XX:+" + collector,
                "-Xmx200m",
                "-cp",
                System.getProperty("java.class.path"),
                CalibrateOnThisHeap.class.getName()));
        Matcher result = RESULT.matcher(child.output);
        assertThat(result.find()).as(child.output).isTrue();
        double calibration = Double.parseDouble(result.group(1));
        assertThat(calibration).as(child.output).isBetween(least, most);
        double held = Double.parseDouble(result.group(2));
        assertThat(held * calibration / 2).as(child.output).isBetween(0.20, 0.27);
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
