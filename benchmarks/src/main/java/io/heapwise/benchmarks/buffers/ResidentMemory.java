package io.heapwise.benchmarks.buffers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of this process is in the machine's memory, as the kernel says. Of Linux. */
final class ResidentMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String LABEL = "VmRSS:";

    private ResidentMemory() {}

    static long bytes() {
        try {
            return bytesIn(Files.readString(STATUS));
        } catch (IOException e) {
            throw new UncheckedIOException("file=" + STATUS + " (expected to be readable): run it on Linux", e);
        }
    }

    static long bytesIn(String status) {
        int at = status.indexOf(LABEL);
        if (at < 0) {
            throw new IllegalStateException("status without " + LABEL + " (expected a line of it): run it on Linux");
        }
        String line = status.substring(at + LABEL.length()).lines().findFirst().orElse("");
        return 1_024 * Long.parseLong(line.replace("kB", "").trim());
    }
}
