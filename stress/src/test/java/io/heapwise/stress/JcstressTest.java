package io.heapwise.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the jcstress run: every test, a moment each, so that a forbidden outcome breaks the build. */
final class JcstressTest {
    private static final long LIMIT_MINUTES = 15;

    /** A line of the list starts with the length of the test's name. */
    private static final Pattern ENTRY = Pattern.compile("^JCTEST(\\d+)S");

    @Test
    void noTestSeesAForbiddenOutcome(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        Path log = folder.resolve("jcstress.log");
        Path report = folder.resolve("report");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                "org.openjdk.jcstress.Main",
                "-f",
                "1",
                "-iters",
                "1",
                "-time",
                "150",
                "-sc",
                "false",
                "-af",
                "NONE",
                "-jvmArgs",
                "-Xmx256m",
                "-r",
                report.toString());
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES))
                    .as("ended within %s minutes", LIMIT_MINUTES)
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String results = afterLast(Files.readString(log), "RUN RESULTS:");
        assertThat(process.exitValue()).as(results).isZero();
        assertThat(results)
                .contains("Interesting tests: No matches.")
                .contains("Failed tests: No matches.")
                .contains("Error tests: No matches.");
        List<String> expected = testNames();
        assertThat(expected).as("tests that the annotation processor found").hasSizeGreaterThanOrEqualTo(30);
        assertThat(expected)
                .allSatisfy(name -> assertThat(report.resolve(name + ".html"))
                        .as("result of %s", name)
                        .isRegularFile());
        assertThat(results).contains("All remaining tests: " + expected.size() + " matching test results.");
    }

    private static String afterLast(String text, String mark) {
        int at = text.lastIndexOf(mark);
        return at < 0 ? text : text.substring(at);
    }

    /** The real class path, also where the test runner hides it behind a jar that only names it. */
    private static String classPath() {
        String real = System.getProperty("surefire.real.class.path", "");
        String declared = System.getProperty("java.class.path");
        String seen = real.isEmpty() || declared.contains("jcstress") ? declared : real;
        return seen.isEmpty()
                ? ManagementFactory.getRuntimeMXBean().getClassPath()
                : seen.replace(',', File.pathSeparatorChar);
    }

    /** The names of all tests, from the list which the annotation processor leaves beside the classes. */
    private static List<String> testNames() throws IOException {
        List<String> names = new ArrayList<>();
        try (InputStream list = JcstressTest.class.getResourceAsStream("/META-INF/TestList")) {
            assertThat(list).as("META-INF/TestList").isNotNull();
            for (String line : new String(list.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                Matcher entry = ENTRY.matcher(line);
                if (entry.find()) {
                    names.add(line.substring(entry.end(), entry.end() + Integer.parseInt(entry.group(1))));
                }
            }
        }
        return names;
    }
}
