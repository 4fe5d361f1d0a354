package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineWriterTest {
    @TempDir
    private Path folder;

    private List<String> namesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatIsWrittenIsThereWhenItIsCommittedAndNotBefore() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        try (LineWriter out = LineWriter.to(file).open()) {
            out.line("new").append("x=").append(12).append(" y=").append(-3L).endLine();
            assertThat(Files.readString(file)).isEqualTo("old");
            assertThat(out.lines()).isEqualTo(2);
            assertThat(out.bytes()).isEqualTo(14);
            out.commit();
            assertThat(Files.readString(file)).isEqualTo("new\nx=12 y=-3\n");
            out.commit();
            assertThatIllegalStateException().isThrownBy(() -> out.line("late")).withMessageContaining("committed");
        }
        assertThat(namesInFolder()).containsExactly("a.txt");
    }

    @Test
    void aCharacterIsWrittenAsACharacter() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        LineWriter.to(bytes).write(out -> {
            out.append(7)
                    .append(';')
                    .append('ä')
                    .append(Long.MIN_VALUE)
                    .append(0)
                    .endLine();
            assertThatIllegalArgumentException().isThrownBy(() -> out.append('\n'));
        });
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("7;ä-92233720368547758080\n");
    }

    @Test
    void closedWithoutACommitAFileIsWhatItWas() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        LineWriter.to(file).open().line("new").close();
        LineWriter unborn = LineWriter.to(folder.resolve("b.txt")).open();
        assertThat(namesInFolder()).hasSize(2).anyMatch(name -> name.matches("b\\.txt\\..+\\.part"));
        unborn.close();
        unborn.close();
        assertThat(Files.readString(file)).isEqualTo("old");
        assertThat(namesInFolder()).containsExactly("a.txt");
        assertThatIllegalStateException().isThrownBy(unborn::commit).withMessageContaining("closed");
    }

    @Test
    void anActionThatThrowsLeavesNothing() throws IOException {
        Path file = folder.resolve("a.txt");
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> LineWriter.to(file).gzip().durable().write(out -> {
                    out.line("half");
                    throw new InterruptedException("mine");
                }));
        assertThat(namesInFolder()).isEmpty();

        LineWriter.to(file).durable().write(out -> out.line("whole"));
        assertThat(Files.readString(file)).isEqualTo("whole\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailureOfAnyWriteBreaksTheWriterForGood(boolean isGzip) throws IOException {
        for (int failing = 0; ; failing++) {
            FailingChannel channel = new FailingChannel(failing);
            LineTarget target = LineWriter.to(channel).bufferBytes(64);
            boolean hasFailed = false;
            LineWriter out = null;
            try {
                out = (isGzip ? target.gzip() : target).open();
                for (int line = 0; line < 20; line++) {
                    out.line("line " + line + "x".repeat(line));
                }
                out.commit();
            } catch (IOException expected) {
                hasFailed = true;
                assertThat(expected).hasMessage("write " + failing);
                if (out != null) {
                    LineWriter broken = out;
                    assertThatExceptionOfType(IOException.class)
                            .isThrownBy(() -> broken.line("more"))
                            .withMessageContaining("broken")
                            .withCause(expected);
                    assertThatExceptionOfType(IOException.class).isThrownBy(broken::commit);
                }
            }
            if (out != null) {
                out.close();
            }
            assertThat(channel.closes).isEqualTo(1);
            if (!hasFailed) {
                assertThat(failing).isGreaterThan(isGzip ? 1 : 5);
                return;
            }
        }
    }

    @Test
    void whatCannotBeReadBackIsRefusedAndNothingOfItIsWritten() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LineWriter out = LineWriter.to(bytes).open()) {
            out.append("a");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> out.append("b\nc"))
                    .withMessageContaining("line feed at index=1");
            assertThatIllegalArgumentException().isThrownBy(() -> out.append(new byte[] {'b', '\n'}, 0, 2));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> out.line("b\r"))
                    .withMessageContaining("carriage return");
            assertThatIllegalArgumentException().isThrownBy(() -> out.line(new byte[] {'\r'}, 0, 1));
            assertThatIllegalStateException().isThrownBy(out::commit).withMessageContaining("has not been ended");
            out.append("\r");
            assertThatIllegalArgumentException().isThrownBy(out::endLine);
            out.append("d").endLine();
            out.commit();
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("a\rd\n");
        assertThat(Lines.of(new ByteArrayInputStream(bytes.toByteArray()))
                        .strings()
                        .toList())
                .containsExactly("a\rd");
    }

    @Test
    void charactersAreEncodedWhereverTheBufferEnds() throws IOException {
        String text = "ä語😀z";
        for (int before = 0; before < 70; before++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            String line = "x".repeat(before) + text.repeat(20);
            LineWriter.to(bytes).bufferBytes(64).write(out -> out.line(line).line(line));
            assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(line + "\n" + line + "\n");
        }
    }

    @Test
    void halfACharacterIsRefusedOrReplaced() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThatExceptionOfType(CharacterCodingException.class)
                .isThrownBy(() -> LineWriter.to(new ByteArrayOutputStream()).write(out -> out.line("ab\ud83dc")))
                .withMessageContaining("text index=2");
        LineWriter.to(bytes).replacingMalformed().write(out -> out.line("ab\ud83dc"));
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("ab?c\n");
        assertThatExceptionOfType(CharacterCodingException.class)
                .isThrownBy(() -> LineWriter.to(new ByteArrayOutputStream())
                        .charset(StandardCharsets.ISO_8859_1)
                        .write(out -> out.line("語")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LineWriter.to(bytes).charset(StandardCharsets.UTF_16));
    }

    @Test
    void gzipIsReadByTheJdkAndWithoutACommitByNobody() throws IOException {
        Path file = folder.resolve("a.gz");
        LineWriter.to(file).gzip().crlf().write(out -> {
            for (int line = 0; line < 10_000; line++) {
                out.append("line ").append(line).endLine();
            }
        });
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            assertThat(reader.lines()).hasSize(10_000).endsWith("line 9999");
        }
        assertThat(Lines.of(file).gzip().count(line -> line.startsWith("line ")))
                .isEqualTo(10_000);

        ByteArrayOutputStream given = new ByteArrayOutputStream();
        LineWriter.to(given).gzip().open().line("half").close();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Lines.of(new ByteArrayInputStream(given.toByteArray()))
                        .gzip()
                        .count());
    }

    @Test
    void linesThatWereReadAreWrittenAsTheyAre() throws IOException {
        Path from = Files.write(folder.resolve("from"), new byte[] {'a', (byte) 0xff, '\r', 'b', '\n', '\n', 'c'});
        Path to = folder.resolve("to");
        LineWriter.to(to).write(out -> Lines.of(from).forEach(out::line));
        assertThat(Files.readAllBytes(to)).isEqualTo(new byte[] {'a', (byte) 0xff, '\r', 'b', '\n', '\n', 'c', '\n'});
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatIsReplacedKeepsItsPermissionsAndALinkStaysALink() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "old");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw--w-rw-"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a.txt"));
        LineWriter.to(link).write(out -> out.line("new"));
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.readString(file)).isEqualTo("new\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw--w-rw-");
    }

    @Test
    void aDirectoryIsNoTarget() {
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> LineWriter.to(folder).open())
                .withMessageContaining("is a directory");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> LineWriter.to(folder.resolve("none").resolve("a")).open());
    }

    @Test
    void anInterruptBreaksTheWriterAndLeavesNothing() throws IOException {
        LineWriter out = LineWriter.to(folder.resolve("a.txt")).bufferBytes(64).open();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(ClosedByInterruptException.class).isThrownBy(() -> out.line("x".repeat(100)));
        assertThat(Thread.interrupted()).isTrue();
        assertThatExceptionOfType(IOException.class).isThrownBy(out::commit);
        out.close();
        assertThat(namesInFolder()).isEmpty();
    }

    @Test
    void aStreamIsFlushedAndClosedAndWrittenToOnce() throws IOException {
        int[] calls = new int[2];
        LineTarget target = LineWriter.to(new OutputStream() {
            @Override
            public void write(int single) {}

            @Override
            public void flush() {
                calls[0]++;
            }

            @Override
            public void close() {
                calls[1]++;
            }
        });
        target.write(out -> out.line("a"));
        assertThat(calls).containsExactly(1, 1);
        assertThatIllegalStateException().isThrownBy(target::open).withMessageContaining("has been written to");
        assertThatIllegalArgumentException().isThrownBy(() -> target.bufferBytes(63));
    }

    @Test
    void anAsciiLineAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        try (LineWriter out = LineWriter.to(OutputStream.nullOutputStream()).open()) {
            for (int round = 0; round < 6; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int line = 0; line < 10_000; line++) {
                    out.append("a line of text, number ").append(line).endLine();
                    out.line("and another one");
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            out.commit();
        }
        assertThat(least).isZero();
    }

    /** Fails at one of its writes; writes only some of what it is given. */
    private static final class FailingChannel implements WritableByteChannel {
        private final int failingWrite;
        private int writes;
        private int closes;

        FailingChannel(int failingWrite) {
            this.failingWrite = failingWrite;
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            if (writes == failingWrite) {
                throw new IOException("write " + failingWrite);
            }
            writes++;
            int count = Math.min(50, from.remaining());
            from.position(from.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return closes == 0;
        }

        @Override
        public void close() {
            closes++;
        }
    }
}
