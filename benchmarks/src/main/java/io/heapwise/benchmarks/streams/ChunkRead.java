package io.heapwise.benchmarks.streams;

import io.heapwise.benchmarks.cache.Protocol;
import io.heapwise.streams.ByteChunks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.zip.CRC32;
import okio.BufferedSource;
import okio.Okio;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * How fast does a file go by in chunks of one size, each full but the last? {@code dd} is no contestant but the limit, as in
 * {@link LineScan}. An operation is all of the file.
 */
@Threads(1)
@OutputTimeUnit(java.util.concurrent.TimeUnit.SECONDS)
public class ChunkRead extends Protocol {

    /** How large chunks are, and what is done with each. */
    @State(Scope.Benchmark)
    public static class Task {
        @Param({"65536", "1048576"})
        int chunkBytes;

        /** Only looked at, or summed up by the processor's own instructions. */
        @Param({"look", "crc32"})
        String task;
    }

    @Benchmark
    public long heapwise(ByteFile bytes, Task task) throws IOException {
        Sink sink = new Sink(task.task);
        ByteChunks.of(bytes.file).bySize(task.chunkBytes).forEach(sink::take);
        return sink.result();
    }

    /** The fastest that the JDK has: the system writes into the buffer itself. */
    @Benchmark
    public long channel(ByteFile bytes, Task task) throws IOException {
        Sink sink = new Sink(task.task);
        ByteBuffer chunk = ByteBuffer.allocateDirect(task.chunkBytes);
        try (FileChannel channel = FileChannel.open(bytes.file)) {
            boolean isOver = false;
            while (!isOver) {
                chunk.clear();
                while (chunk.hasRemaining() && !isOver) {
                    isOver = channel.read(chunk) < 0;
                }
                if (chunk.position() > 0) {
                    sink.take(chunk.flip());
                }
            }
        }
        return sink.result();
    }

    @Benchmark
    public long inputStream(ByteFile bytes, Task task) throws IOException {
        Sink sink = new Sink(task.task);
        byte[] chunk = new byte[task.chunkBytes];
        try (InputStream in = Files.newInputStream(bytes.file)) {
            for (int read = in.readNBytes(chunk, 0, chunk.length);
                    read > 0;
                    read = in.readNBytes(chunk, 0, chunk.length)) {
                sink.take(ByteBuffer.wrap(chunk, 0, read));
            }
        }
        return sink.result();
    }

    @Benchmark
    public long okio(ByteFile bytes, Task task) throws IOException {
        Sink sink = new Sink(task.task);
        byte[] chunk = new byte[task.chunkBytes];
        try (BufferedSource source = Okio.buffer(Okio.source(bytes.file))) {
            while (!source.exhausted()) {
                int filled = 0;
                while (filled < chunk.length && !source.exhausted()) {
                    filled += source.read(chunk, filled, chunk.length - filled);
                }
                sink.take(ByteBuffer.wrap(chunk, 0, filled));
            }
        }
        return sink.result();
    }

    /** The loop that one writes by hand: each chunk is a copy, as long as what came. */
    @Benchmark
    public long naive(ByteFile bytes, Task task) throws IOException {
        Sink sink = new Sink(task.task);
        byte[] buffer = new byte[task.chunkBytes];
        try (InputStream in = Files.newInputStream(bytes.file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sink.take(ByteBuffer.wrap(Arrays.copyOf(buffer, read)));
            }
        }
        return sink.result();
    }

    @Benchmark
    public long dd(ByteFile bytes, Task task) throws Exception {
        LineScan.process("dd", "if=" + bytes.file, "of=/dev/null", "bs=" + task.chunkBytes, "status=none");
        return bytes.bytes;
    }

    /** The task over buffers. */
    private static final class Sink {
        private final boolean sums;
        private final CRC32 sum = new CRC32();
        private long bytes;
        private int looked;

        Sink(String task) {
            sums = task.equals("crc32");
        }

        void take(ByteBuffer chunk) {
            bytes += chunk.remaining();
            looked += chunk.get(chunk.position()) ^ chunk.get(chunk.limit() - 1);
            if (sums) {
                sum.update(chunk);
            }
        }

        long result() {
            return bytes + 31L * looked + 31L * 31 * sum.getValue();
        }
    }
}
