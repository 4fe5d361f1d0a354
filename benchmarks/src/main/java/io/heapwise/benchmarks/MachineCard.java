package io.heapwise.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What a reader has to know of the machine behind a figure, and nothing that names it: no host, no user, no path.
 * What cannot be found out is {@code "unknown"}.
 */
public record MachineCard(
        String processor, int cores, String memory, String system, boolean virtualised, String jdk, String commit) {

    private static final String FILE = "machine.json";
    private static final String UNKNOWN = "unknown";

    public static MachineCard ofThisMachine() {
        List<String> processor = lines(Path.of("/proc/cpuinfo"));
        return new MachineCard(
                valueOf("model name", processor),
                Runtime.getRuntime().availableProcessors(),
                memoryText(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                processor.stream().anyMatch(line -> line.startsWith("flags") && line.contains(" hypervisor")),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                checkedOutCommit());
    }

    /** Writes the card into the folder of {@code results}. */
    public void writeBeside(Path results) throws IOException {
        Json.write(results.resolveSibling(FILE), this);
    }

    public static MachineCard of(Path folder) throws IOException {
        return Json.read(folder.resolve(FILE), MachineCard.class);
    }

    static String valueOf(String name, List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(name) && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static String memoryText() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            return String.format(Locale.ROOT, "%.0f GiB", system.getTotalMemorySize() / (double) (1 << 30));
        }
        return UNKNOWN;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The commit that is checked out here, marked if the tree differs from it. */
    private static String checkedOutCommit() {
        String commit = git("rev-parse", "--short=12", "HEAD");
        if (commit.isEmpty()) {
            return UNKNOWN;
        }
        return git("status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + " with changes";
    }

    private static String git(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "git";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? output : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
