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
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IllegalStateException("exit=" + exit + " (expected 0): " + main.getSimpleName() + " "
                    + List.of(arguments) + " says why above");
        }
        return output.lines().reduce("", (earlier, later) -> later);
    }
}
