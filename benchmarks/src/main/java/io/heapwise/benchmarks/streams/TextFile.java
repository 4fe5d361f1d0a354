package io.heapwise.benchmarks.streams;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file of lines whose length varies by a quarter around its mean; just written, so that the system has all of it in memory. */
@State(Scope.Benchmark)
public class TextFile {
    /** Stands in about one line of a thousand. */
    static final String NEEDLE = "zqj";

    @Param({"14", "80", "800"})
    int lineBytes;

    @Param("512")
    int megabytes;

    Path file;
    long bytes;
    long lines;

    @Setup(Level.Trial)
    public void write() throws IOException {
        file = Files.createTempFile("lines", ".txt");
        file.toFile().deleteOnExit(); // where a fork is ended by force
        SplittableRandom random = new SplittableRandom(1);
        long wanted = (long) megabytes << 20;
        byte[] line = new byte[4 * lineBytes + NEEDLE.length() + 1];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            for (lines = 0; bytes < wanted; lines++) {
                // The sum of four is near enough to a normal distribution, and never as short as nothing.
                double spread =
                        random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble() - 2;
                int length = Math.max(NEEDLE.length(), (int) (lineBytes - 1 + spread * 0.43 * lineBytes));
                for (int at = 0; at < length; at++) {
                    line[at] = (byte) ('a' + random.nextInt(25)); // no z but in the needle
                }
                if (random.nextInt(1_000) == 0) {
                    for (int at = 0; at < NEEDLE.length(); at++) {
                        line[length - NEEDLE.length() + at] = (byte) NEEDLE.charAt(at);
                    }
                }
                line[length] = '\n';
                out.write(line, 0, length + 1);
                bytes += length + 1;
            }
        }
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        Files.delete(file);
    }
}
