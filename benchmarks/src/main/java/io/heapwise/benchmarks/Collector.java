package io.heapwise.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The collectors a heap is measured with; not every JDK has each. */
public enum Collector {
    SERIAL("-XX:+UseSerialGC"),
    PARALLEL("-XX:+UseParallelGC"),
    G1("-XX:+UseG1GC"),
    /** With generations wherever it has them: by a flag on JDK 21 and 22, by itself from 23 on. */
    Z("-XX:+UseZGC"),
    SHENANDOAH("-XX:+UseShenandoahGC");

    private final String flag;

    Collector(String flag) {
        this.flag = flag;
    }

    /** What a JVM of this release must be told. */
    public List<String> flags() {
        int jdk = Runtime.version().feature();
        return this == Z && jdk >= 21 && jdk < 23 ? List.of(flag, "-XX:+ZGenerational") : List.of(flag);
    }

    /** Those that this JDK has; each is asked for by starting a JVM. */
    public static List<Collector> present() throws IOException, InterruptedException {
        List<Collector> present = new ArrayList<>();
        for (Collector collector : values()) {
            List<String> command = new ArrayList<>(List.of(ChildJvm.java()));
            command.addAll(collector.flags());
            command.add("-version");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() == 0) {
                present.add(collector);
            }
        }
        return present;
    }
}
