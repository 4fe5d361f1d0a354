package io.heapwise.benchmarks.streams;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file of random bytes, not a whole number of chunks; just written, so that the system has all of it in memory. */
@State(Scope.Benchmark)
public class ByteFile {
    private static final int LAST_CHUNK_BYTES = 1_000;

    @Param("512")
    int megabytes;

    Path file;
    long bytes;

    @Setup(Level.Trial)
    public void write() throws IOException {
        file = Files.createTempFile("bytes", ".bin");
        file.toFile().deleteOnExit(); // where a fork is ended by force
        byte[] megabyte = new byte[1 << 20];
        new Random(1).nextBytes(megabyte);
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int written = 0; written < megabytes; written++) {
                out.write(megabyte);
            }
            out.write(megabyte, 0, LAST_CHUNK_BYTES);
        }
        bytes = Files.size(file);
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        Files.delete(file);
    }
}
