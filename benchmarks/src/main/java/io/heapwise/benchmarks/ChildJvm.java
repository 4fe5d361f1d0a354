package io.heapwise.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own for what must be measured alone: the same JDK, the same class path. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * Runs a main class to its end.
     *
     * @return the last line it printed, which is its answer: libraries may greet before it
     */
    public static String answer(List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Ended child = run(flags, main, arguments);
        if (child.exit() != 0) {
            throw new IllegalStateException("exit=" + child.exit() + " (expected 0): " + main.getSimpleName() + " "
                    + List.of(arguments) + " says why above");
        }
        return child.output().isEmpty() ? "" : child.output().get(child.output().size() - 1);
    }

    /** How a child ended, and the lines that it printed until then. */
    public record Ended(int exit, List<String> output) {}

    /** Runs a main class to its end, which may be a bad one. */
    public static Ended run(List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output.lines().toList());
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
