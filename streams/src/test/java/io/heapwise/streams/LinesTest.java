package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heapwise.streams.internal.ByteInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinesTest {
    private static Dribble channel(String text, int... sizes) {
        return new Dribble(text.getBytes(StandardCharsets.UTF_8), sizes);
    }

    private static List<String> texts(Lines lines) throws IOException {
        List<String> texts = new ArrayList<>();
        lines.forEach(line -> texts.add(line.text()));
        return texts;
    }

    @Test
    void nothingHasNoLines() throws IOException {
        assertThat(texts(Lines.of(channel("")))).isEmpty();
        assertThat(Lines.of(channel("")).count()).isZero();
        assertThat(texts(Lines.of(channel("\n")))).containsExactly("");
    }

    @Test
    void aCarriageReturnAtTheVeryEndBelongsToItsLine() throws IOException {
        assertThat(texts(Lines.of(channel("a\r\nb\r")))).containsExactly("a", "b\r");
        assertThat(texts(Lines.of(channel("a\r\nb\r")).anyLineBreak())).containsExactly("a", "b");
    }

    @Test
    void aFileCanBeReadAgainAndAChannelCannot(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "x\ny\n");
        Lines ofFile = Lines.of(file);
        assertThat(ofFile.count()).isEqualTo(2);
        assertThat(ofFile.count()).isEqualTo(2);

        Lines ofChannel = Lines.of(channel("x\n"));
        assertThat(ofChannel.count()).isEqualTo(1);
        assertThatIllegalStateException().isThrownBy(ofChannel::count).withMessageContaining("has been read already");
    }

    @Test
    void aMissingFileIsToldByTheReading(@TempDir Path folder) {
        Lines missing = Lines.of(folder.resolve("none"));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(missing::count);
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> missing.strings().toList());
    }

    @Test
    void theMarkOfUtf8IsPassedAndThoseOfOthersAreRefused() throws IOException {
        assertThat(texts(Lines.of(channel("\ufeffa\nb", 1)))).containsExactly("a", "b");
        for (Charset wide :
                List.of(StandardCharsets.UTF_16BE, StandardCharsets.UTF_16LE, Charset.forName("UTF-32BE"))) {
            byte[] bytes = "\ufeffa\n".getBytes(wide);
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> Lines.of(new Dribble(bytes, 1)).count())
                    .withMessageContaining("byte-order-mark=");
        }
    }

    @Test
    void theBeginningOfAMarkIsText() throws IOException {
        byte[] bytes = {(byte) 0xef, (byte) 0xbb, '\n'};
        assertThat(Lines.of(new Dribble(bytes, 1)).sum(LineView::length)).isEqualTo(2);
        byte[] cut = {(byte) 0xef};
        assertThat(Lines.of(new Dribble(cut, 1)).sum(LineView::length)).isEqualTo(1);
    }

    @Test
    void inAnotherCharsetTheBytesOfAMarkAreText() throws IOException {
        byte[] bytes = {(byte) 0xff, (byte) 0xfe, '\n'};
        List<String> texts = texts(Lines.of(new Dribble(bytes)).charset(StandardCharsets.ISO_8859_1));
        assertThat(texts).containsExactly("ÿþ");
    }

    @Test
    void charsetsInWhichALineFeedIsNotAByteAreRefused() {
        Lines lines = Lines.of(channel(""));
        for (String name : List.of("UTF-16", "UTF-32LE", "IBM037")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> lines.charset(Charset.forName(name)))
                    .withMessageContaining("charset=" + name);
        }
    }

    @Test
    void multiByteCharsetsAreDecodedLineByLine() throws IOException {
        Charset japanese = Charset.forName("Shift_JIS");
        byte[] bytes = "日本\n語".getBytes(japanese);
        assertThat(texts(Lines.of(new Dribble(bytes, 1)).charset(japanese))).containsExactly("日本", "語");
    }

    @Test
    void whatIsNoTextIsToldWithItsPlaceOrReplaced() throws IOException {
        byte[] bytes = {'o', 'k', '\n', 'a', (byte) 0xc3, '\n'};
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> texts(Lines.of(new Dribble(bytes, 2))))
                .withCauseInstanceOf(CharacterCodingException.class)
                .withMessageContaining("line=2 offset=3");
        assertThat(texts(Lines.of(new Dribble(bytes, 2)).replacingMalformed())).containsExactly("ok", "a\ufffd");
    }

    @Test
    void aLineThatIsTooLongIsToldWithItsPlace() {
        Dribble channel = channel("ab\n\"12345\"6789\n", 3);
        assertThatExceptionOfType(LineTooLongException.class)
                .isThrownBy(() -> Lines.of(channel).maxLineBytes(8).count())
                .withMessageContaining("line=2")
                .withMessageContaining("\\x2212345")
                .withMessageContaining("(expected <= 8)")
                .satisfies(told -> {
                    assertThat(told.offset()).isEqualTo(3);
                    assertThat(told.maxLineBytes()).isEqualTo(8);
                });
        assertThat(channel.closes()).isPositive();
    }

    @Test
    void aLineOfExactlyTheMaximumIsAllowedWhateverBreakFollows() throws IOException {
        String line = "x".repeat(1_000);
        for (String text : List.of(line, line + "\n", line + "\r\n")) {
            for (int size : new int[] {1, 999, 1_000, 1_001, 5_000}) {
                assertThat(Lines.of(channel(text, size))
                                .maxLineBytes(1_000)
                                .bufferBytes(256)
                                .sum(LineView::length))
                        .isEqualTo(1_000);
                assertThat(Lines.of(channel(text, size))
                                .maxLineBytes(1_000)
                                .bufferBytes(256)
                                .count())
                        .isEqualTo(1);
                assertThatExceptionOfType(LineTooLongException.class)
                        .isThrownBy(() -> Lines.of(channel(text, size))
                                .maxLineBytes(999)
                                .bufferBytes(256)
                                .count());
            }
        }
    }

    @Test
    void aCutLineSaysSoAndNoCharacterIsCut() throws IOException {
        List<String> seen = new ArrayList<>();
        Lines.of(channel("aä語😀tail\nb\n", 1))
                .maxLineBytes(8)
                .onLongLine(LongLinePolicy.TRUNCATE)
                .forEach(line -> seen.add(line.text() + line.isTruncated()));
        assertThat(seen).containsExactly("aä語true", "bfalse");
    }

    @Test
    void theBufferIsSmallAgainBehindALongLine() throws IOException {
        String text = "x".repeat(100_000) + "\n" + "y\n".repeat(100_000);
        LineScanner scanner = new LineScanner(new LineSettings(1 << 20, 256)).start(ByteInput.of(channel(text)));
        assertThat(scanner.next()).isTrue();
        byte[] grown = scanner.line().bytes();
        assertThat(grown.length).isGreaterThan(100_000).isLessThan(300_000);
        scanner.checkIntegrity();
        while (scanner.next()) {
            scanner.checkIntegrity();
            if (scanner.lineNumber() == 100_001) {
                assertThat(scanner.line().bytes().length).isLessThan(300);
            }
        }
        scanner.close();
    }

    @Test
    void aLongLineThatIsNotWantedIsNeverHeld() throws IOException {
        // As many bytes as four times the heap of the tests.
        long length = 3L << 30;
        InputStream endless = new InputStream() {
            private long position;

            @Override
            public int read() {
                throw new AssertionError("one by one");
            }

            @Override
            public int read(byte[] into, int from, int most) {
                if (position == length) {
                    return -1;
                }
                int count = (int) Math.min(most, length - position);
                position += count;
                into[from + count - 1] = (byte) (position == length ? '\n' : 'x');
                return count;
            }
        };
        Lines lines = Lines.of(endless).onLongLine(LongLinePolicy.SKIP).maxLineBytes(1 << 20);
        try (LineCursor cursor = lines.open()) {
            assertThat(cursor.next()).isFalse();
            assertThat(cursor.skippedLines()).isEqualTo(1);
            assertThat(cursor.bytesRead()).isEqualTo(length);
        }
    }

    @Test
    void theDefaultMaximumIsSmallWhereTheHeapIs() {
        assertThat(Lines.defaultMaxLineBytes(32 << 20)).isEqualTo(2 << 20);
        assertThat(Lines.defaultMaxLineBytes(8L << 30)).isEqualTo(16 << 20);
        assertThat(Lines.defaultMaxLineBytes(1)).isEqualTo(1 << 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void nonsenseIsRefused(int bytes) {
        Lines lines = Lines.of(channel(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> lines.maxLineBytes(bytes))
                .withMessageContaining("maxLineBytes=" + bytes + " (expected 1 to ");
        assertThatIllegalArgumentException().isThrownBy(() -> lines.bufferBytes(bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> lines.gzip(bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> lines.parallel(bytes));
    }

    @Test
    void everyReadingClosesItsInputOnSuccess() throws IOException {
        List<Dribble> inputs = new ArrayList<>();
        Reading[] readings = {
            lines -> lines.forEach(line -> {}),
            Lines::count,
            lines -> lines.count(LineView::isEmpty),
            lines -> lines.sum(LineView::length),
            lines -> lines.reduce(0, (sum, line) -> sum),
            lines -> lines.strings().forEach(line -> {}),
            lines -> lines.strings().toList(),
            lines -> lines.iterator().forEachRemaining(line -> {}),
            lines -> {
                LineCursor cursor = lines.open();
                while (cursor.next()) {
                    cursor.line();
                }
            },
            lines -> lines.parallel(2).count(),
            lines -> lines.parallel(2).forEach(line -> {}),
        };
        for (Reading reading : readings) {
            Dribble input = channel("a\nb\n", 1);
            inputs.add(input);
            reading.read(Lines.of(input));
        }
        assertThat(inputs).allSatisfy(input -> assertThat(input.closes()).isEqualTo(1));
    }

    @Test
    void everyReadingClosesItsInputOnFailure() {
        Reading[] readings = {
            lines -> lines.forEach(line -> {
                throw new IllegalArgumentException("mine");
            }),
            lines -> lines.count(line -> {
                throw new IllegalArgumentException("mine");
            }),
            lines -> lines.reduce(0, (sum, line) -> {
                throw new IllegalArgumentException("mine");
            }),
            lines -> lines.strings().forEach(line -> {
                throw new IllegalArgumentException("mine");
            }),
            lines -> lines.onProgress(bytes -> {
                        throw new IllegalArgumentException("mine");
                    })
                    .strings()
                    .toList(),
            lines -> lines.parallel(2).forEach(line -> {
                throw new IllegalArgumentException("mine");
            }),
            lines -> lines.parallel(2).mapInOrder(LineView::text, text -> {
                throw new IllegalArgumentException("mine");
            }),
        };
        for (Reading reading : readings) {
            Dribble input = channel("a\nb\n", 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reading.read(Lines.of(input)))
                    .withMessage("mine");
            assertThat(input.closes()).isEqualTo(1);
        }
    }

    @Test
    void aFailingInputIsClosed() {
        Dribble input = channel("a\nb\nc\n", 2);
        input.failingRead = 2;
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Lines.of(input).count())
                .withMessage("read 2 fails");
        assertThat(input.closes()).isEqualTo(1);
    }

    @Test
    void aChannelThatDoesNotBlockIsRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Lines.of(channel("a", 0)).count())
                .withMessageContaining("read=0 bytes");
    }

    @Test
    void aStreamClosesItsInputWhenItStopsEarly() {
        Dribble input = channel("a\nb\nc\n", 2);
        try (Stream<String> lines = Lines.of(input).strings()) {
            assertThat(lines.findFirst()).contains("a");
            assertThat(input.closes()).isZero();
        }
        assertThat(input.closes()).isEqualTo(1);

        Dribble untouched = channel("a");
        Lines.of(untouched).strings().close();
        assertThat(untouched.isOpen()).isTrue(); // it was never opened by anybody: its owner still has it
    }

    @Test
    void aViewSaysNothingOnceTheReadingHasEnded() throws IOException {
        LineView[] kept = new LineView[1];
        Lines.of(channel("a\n")).forEach(line -> kept[0] = line);
        assertThatIllegalStateException().isThrownBy(() -> kept[0].text()).withMessageContaining("has been passed");
        assertThatIllegalStateException().isThrownBy(() -> kept[0].length());
        assertThatIllegalStateException().isThrownBy(() -> kept[0].fields(';'));
    }

    @Test
    void aCheckedViewSaysNothingOnceTheNextLineIsRead() throws IOException {
        List<LineView> kept = new ArrayList<>();
        Lines.of(channel("a\nb\n")).checked().forEach(line -> {
            assertThat(line.length()).isEqualTo(1);
            kept.forEach(old -> assertThatIllegalStateException().isThrownBy(old::text));
            kept.add(line);
        });
        assertThat(kept).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void fieldsOfAnotherLineSayNothing() throws IOException {
        try (LineCursor lines = Lines.of(channel("a;b\nc;d\n")).open()) {
            lines.next();
            LineFields fields = lines.line().fields(';');
            assertThat(fields.text(1)).isEqualTo("b");
            lines.next();
            assertThatIllegalStateException()
                    .isThrownBy(() -> fields.text(1))
                    .withMessageContaining("fields of line=1 used at line=2");
            assertThat(lines.line().fields(';').text(0)).isEqualTo("c");
        }
    }

    @Test
    void whatIsNoNumberIsToldWithItsPlace() throws IOException {
        Lines.of(channel("12;x;99999999999;9223372036854775808;1.25;;-;1.2.3\n"))
                .forEach(line -> {
                    LineFields fields = line.fields(';');
                    assertThat(fields.parseInt(0)).isEqualTo(12);
                    assertThatExceptionOfType(NumberFormatException.class)
                            .isThrownBy(() -> fields.parseLong(1))
                            .withMessageContaining("line=1 offset=0 bytes=3 to 4 \"x\"");
                    assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> fields.parseInt(2));
                    assertThat(fields.parseLong(2)).isEqualTo(99_999_999_999L);
                    assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> fields.parseLong(3));
                    assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> fields.parseLong(4));
                    assertThat(fields.parseDecimal(4, 3)).isEqualTo(1_250);
                    assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> fields.parseDecimal(4, 1));
                    assertThatIllegalArgumentException().isThrownBy(() -> fields.parseDecimal(4, 19));
                    for (int field = 5; field <= 7; field++) {
                        int none = field;
                        assertThatExceptionOfType(NumberFormatException.class).isThrownBy(() -> fields.parseLong(none));
                        assertThatExceptionOfType(NumberFormatException.class)
                                .isThrownBy(() -> fields.parseDecimal(none, 2));
                        assertThatExceptionOfType(NumberFormatException.class)
                                .isThrownBy(() -> fields.parseDouble(none));
                    }
                });
    }

    @Test
    void allOfALineCanBeTakenOut() throws IOException {
        Lines.of(channel("hello world\n")).forEach(line -> {
            assertThat(line.copy()).isEqualTo("hello world".getBytes(StandardCharsets.UTF_8));
            byte[] part = new byte[7];
            line.copyTo(6, 11, part, 1);
            assertThat(part).containsExactly(0, 'w', 'o', 'r', 'l', 'd', 0);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            line.writeTo(out);
            assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hello world");
            assertThat(line.byteAt(4)).isEqualTo((byte) 'o');
            assertThat(line.indexOf('o')).isEqualTo(4);
            assertThat(line.indexOf('o', 5)).isEqualTo(7);
            assertThat(line.indexOf('o', 11)).isEqualTo(-1);
            assertThat(line.equalsTo("hello world".getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            assertThat(line.compareTo(new byte[] {'h', 'f'})).isNegative();
            assertThat(line.hash(0, 5)).isNotEqualTo(line.hash(6, 11));
            assertThat(line.hash(4, 5)).isEqualTo(line.hash(7, 8));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> line.byteAt(11));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> line.text(6, 12));
            assertThatIllegalArgumentException().isThrownBy(() -> line.indexOf('ä'));
        });
    }

    @Test
    void whatAnActionThrowsComesOutAsItIs() {
        class Mine extends Exception {
            private static final long serialVersionUID = 1L;
        }
        assertThatExceptionOfType(Mine.class)
                .isThrownBy(() -> Lines.of(channel("a\n")).forEach(line -> {
                    throw new Mine();
                }));
        assertThatExceptionOfType(Mine.class)
                .isThrownBy(() -> Lines.of(channel("a\n")).parallel(2).forEach(line -> {
                    throw new Mine();
                }));
    }

    @Test
    void gzipIsUnpacked(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("a\nb\nc".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(texts(Lines.of(file).gzip())).containsExactly("a", "b", "c");
        assertThat(texts(Lines.of(Files.newInputStream(file)).gzip())).containsExactly("a", "b", "c");
        assertThat(Lines.of(file).gzip().parallel(2).count()).isEqualTo(3);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Lines.of(file).gzip(4).count());
        Files.write(file, new byte[] {'n', 'o'});
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Lines.of(file).gzip().count());
    }

    @Test
    void progressIsToldInBytes() throws IOException {
        List<Long> told = new ArrayList<>();
        Lines.of(channel("abcd\nef\n", 3)).onProgress(told::add).count();
        assertThat(told).containsExactly(3L, 6L, 8L);
    }

    @Test
    void aClosedCursorSaysSoAndAnEndedOneStaysEnded() throws IOException {
        LineCursor ended = Lines.of(channel("a\n")).open();
        assertThat(ended.next()).isTrue();
        assertThat(ended.next()).isFalse();
        assertThat(ended.bytesRead()).isEqualTo(2);
        LineCursor closed = Lines.of(channel("a\n")).open();
        closed.close();
        closed.close();
        assertThatIllegalStateException().isThrownBy(closed::next);
    }

    @Test
    void anIteratorOfStringsEndsAndStaysEnded() {
        Iterator<String> lines = Lines.of(channel("a\n")).iterator();
        assertThat(lines.next()).isEqualTo("a");
        assertThat(lines.hasNext()).isFalse();
        assertThat(lines.hasNext()).isFalse();
        assertThatExceptionOfType(java.util.NoSuchElementException.class).isThrownBy(lines::next);
    }

    @Test
    void linesArePublishedWhileSomebodyAsks(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "a\nb\nc\n");
        List<String> received = new ArrayList<>();
        Flow.Subscription[] subscription = new Flow.Subscription[1];
        Lines.of(file).publisher(Runnable::run).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription given) {
                subscription[0] = given;
            }

            @Override
            public void onNext(String line) {
                received.add(line);
            }

            @Override
            public void onError(Throwable failure) {
                received.add(failure.toString());
            }

            @Override
            public void onComplete() {
                received.add("end");
            }
        });
        assertThat(received).isEmpty();
        subscription[0].request(2);
        assertThat(received).containsExactly("a", "b");
        subscription[0].request(2);
        assertThat(received).containsExactly("a", "b", "c", "end");
    }

    @Test
    void aStreamThatReadsNothingIsAskedForASingleByte() throws IOException {
        InputStream odd = new ByteArrayInputStream(new byte[] {'a', '\n'}) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return 0;
            }
        };
        assertThat(Lines.of(odd).count()).isEqualTo(1);
    }

    private interface Reading {
        void read(Lines lines) throws IOException;
    }
}
