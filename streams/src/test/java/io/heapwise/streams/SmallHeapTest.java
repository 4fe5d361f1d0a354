package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Inputs far bigger than the heap, each in a JVM of its own with 32 MB. */
@Tag("child-jvm")
final class SmallHeapTest {
    @Test
    void tenGigabytesOfLinesGoByAndNothingIsAllocated() throws Exception {
        List<String> said = inASmallHeap("lines", Long.toString(10L << 30));

        long lines = Long.parseLong(said.get(0));
        assertThat(lines).isGreaterThan(100_000_000);
        // The buffer, and what the JVM itself does on the way.
        assertThat(Long.parseLong(said.get(1))).isLessThan(2 << 20);
    }

    @Test
    void aLineOfAGigabyteIsSkippedAndNoMoreIsAllocatedThanTheLongestLineAllowed() throws Exception {
        List<String> said = inASmallHeap("longline", Long.toString(1L << 30));

        assertThat(Long.parseLong(said.get(0))).isEqualTo(2);
        // A sixteenth of the heap is the longest line here, and the buffer doubles until it holds that.
        assertThat(Long.parseLong(said.get(1))).isLessThan(5 << 20);
    }

    private static List<String> inASmallHeap(String what, String bytes) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName(),
                        what,
                        bytes)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = child.getInputStream()) {
            List<String> said = new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(child.waitFor()).isZero();
            return said;
        }
    }

    /** Says how many lines there were, and how many bytes this thread allocated meanwhile. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws IOException {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long bytes = Long.parseLong(args[1]);
            Lines lines = args[0].equals("lines")
                    ? Lines.of(new Generated(bytes, 80))
                    : Lines.of(new Generated(bytes, Integer.MAX_VALUE)).onLongLine(LongLinePolicy.SKIP);
            long before = threads.getCurrentThreadAllocatedBytes();
            long[] count = new long[2];
            LineCursor cursor = lines.open();
            while (cursor.next()) {
                count[0]++;
                count[1] += cursor.line().length();
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            System.out.println(count[0] + cursor.skippedLines());
            System.out.println(allocated);
        }
    }

    /** As many bytes as wanted; the last line, of a few of them, comes whatever the others are. */
    private static final class Generated extends InputStream {
        private final byte[] block = new byte[256 << 10];
        private final long length;
        private long position;

        Generated(long length, int lineBytes) {
            this.length = length;
            for (int at = 0; at < block.length; at++) {
                block[at] = (byte) (at % lineBytes == lineBytes - 1 ? '\n' : 'a' + at % 26);
            }
        }

        @Override
        public int read() {
            throw new AssertionError("one by one");
        }

        @Override
        public int read(byte[] into, int from, int most) {
            if (position == length) {
                return -1;
            }
            int offset = (int) (position % block.length);
            int count = (int) Math.min(Math.min(most, block.length - offset), length - position);
            System.arraycopy(block, offset, into, from, count);
            position += count;
            if (position > length - 10 && position - count <= length - 10) {
                into[from + count - (int) (position - (length - 10))] = '\n';
            }
            return count;
        }
    }
}
