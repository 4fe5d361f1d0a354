package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.streams.internal.ByteInput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However the bytes come, the lines are the same. */
class LinesProperties {
    /** Line breaks often, their halves too, and characters of one to four bytes. */
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "\n",
                        "\r\n",
                        "\r",
                        "a",
                        "bc",
                        "\n\n",
                        "0123456789",
                        "ä",
                        "語",
                        "😀",
                        " ",
                        "\r\r\n",
                        "x".repeat(300))
                .list()
                .ofMaxSize(120)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<Integer>> sizes() {
        return Arbitraries.oneOf(
                        Arbitraries.integers().between(1, 9),
                        Arbitraries.integers().between(1, 2_000))
                .list()
                .ofMinSize(1)
                .ofMaxSize(20);
    }

    @Property
    void anySplitGivesTheLinesOfABufferedReader(@ForAll("texts") String text, @ForAll("sizes") List<Integer> sizes)
            throws IOException {
        List<String> expected =
                new BufferedReader(new StringReader(text)).lines().toList();
        Dribble channel = dribble(text.getBytes(StandardCharsets.UTF_8), sizes);

        try (Stream<String> lines =
                Lines.of(channel).anyLineBreak().bufferBytes(256).strings()) {
            assertThat(lines.toList()).isEqualTo(expected);
        }
        assertThat(channel.closes()).isPositive();
    }

    @Property
    void anySplitGivesTheLinesBetweenLineFeeds(@ForAll("texts") String text, @ForAll("sizes") List<Integer> sizes)
            throws IOException {
        List<String> expected = linesOf(text);
        Lines lines =
                Lines.of(dribble(text.getBytes(StandardCharsets.UTF_8), sizes)).bufferBytes(256);
        List<String> seen = new ArrayList<>();
        long[] next = {0, 1};

        lines.forEach(line -> {
            seen.add(line.text());
            assertThat(line.offset()).isEqualTo(next[0]);
            assertThat(line.lineNumber()).isEqualTo(next[1]++);
            next[0] += line.length();
            byte[] all = text.getBytes(StandardCharsets.UTF_8);
            while (next[0] < all.length && all[(int) next[0]] == '\r') {
                next[0]++;
            }
            next[0]++;
        });

        assertThat(seen).isEqualTo(expected);
    }

    @Property
    void theScannerKeepsItsInvariantAtEachLine(
            @ForAll("texts") String text,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll boolean anyBreak,
            @ForAll @IntRange(min = 1, max = 700) int max,
            @ForAll LongLinePolicy policy)
            throws IOException {
        LineSettings settings = new LineSettings(max, 256).with(changed -> {
            changed.isAnyLineBreak = anyBreak;
            changed.longLines = policy;
        });
        Dribble input = dribble(text.getBytes(StandardCharsets.UTF_8), sizes);
        try (LineScanner scanner = new LineScanner(settings).start(ByteInput.of(input))) {
            while (scanner.next()) {
                scanner.checkIntegrity();
            }
            scanner.checkIntegrity();
            assertThat(scanner.next()).isFalse();
        } catch (LineTooLongException told) {
            assertThat(policy).isEqualTo(LongLinePolicy.FAIL);
        }
    }

    @Property
    void countingIsTheSameAsLooking(
            @ForAll("texts") String text,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll boolean anyBreak,
            @ForAll boolean isShort)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int max = isShort ? 40 : 1 << 20;
        long[] looked = new long[1];
        configured(dribble(bytes, sizes), anyBreak, max, LongLinePolicy.TRUNCATE)
                .forEach(line -> looked[0]++);

        assertThat(configured(dribble(bytes, sizes), anyBreak, max, LongLinePolicy.TRUNCATE)
                        .count())
                .isEqualTo(looked[0]);
        assertThat(configured(dribble(bytes, sizes), anyBreak, max, LongLinePolicy.SKIP)
                        .count())
                .isEqualTo(looked[0]);
    }

    @Property
    void longLinesAreSkippedOrCutWhereverTheyLie(
            @ForAll("texts") String text,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll @IntRange(min = 1, max = 700) int max)
            throws IOException {
        List<String> all = linesOf(text);
        List<String> kept = new ArrayList<>();
        List<String> cut = new ArrayList<>();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        configured(dribble(bytes, sizes), false, max, LongLinePolicy.SKIP).forEach(line -> {
            kept.add(line.text());
            assertThat(line.text()).isEqualTo(all.get((int) line.lineNumber() - 1));
        });
        configured(dribble(bytes, sizes), false, max, LongLinePolicy.TRUNCATE).forEach(line -> {
            cut.add(line.text());
            assertThat(line.length()).isBetween(line.isTruncated() ? Math.max(max - 3, 0) : 0, max);
            assertThat(line.isTruncated())
                    .isEqualTo(all.get((int) line.lineNumber() - 1).getBytes(StandardCharsets.UTF_8).length > max);
        });

        assertThat(kept)
                .isEqualTo(all.stream()
                        .filter(line -> line.getBytes(StandardCharsets.UTF_8).length <= max)
                        .toList());
        assertThat(cut).hasSize(all.size());
        for (int at = 0; at < cut.size(); at++) {
            assertThat(all.get(at)).startsWith(cut.get(at));
        }
    }

    @Property(tries = 200)
    void severalThreadsSeeTheSameInTheSameOrder(
            @ForAll("texts") String text,
            @ForAll("sizes") List<Integer> sizes,
            @ForAll @IntRange(min = 1, max = 4) int threads,
            @ForAll boolean anyBreak,
            @ForAll @IntRange(min = 30, max = 400) int max)
            throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> expected = new ArrayList<>();
        configured(dribble(bytes, sizes), anyBreak, max, LongLinePolicy.TRUNCATE)
                .forEach(line -> expected.add(line.offset() + " " + line.isTruncated() + " " + line.text()));
        List<String> seen = new ArrayList<>();

        configured(dribble(bytes, sizes), anyBreak, max, LongLinePolicy.TRUNCATE)
                .parallel(threads, ForkJoinPool.commonPool())
                .mapInOrder(line -> line.offset() + " " + line.isTruncated() + " " + line.text(), seen::add);

        assertThat(seen).isEqualTo(expected);
    }

    @Property(tries = 100)
    void aFileCutIntoSegmentsGivesTheSameLines(
            @ForAll("texts") String text,
            @ForAll @IntRange(min = 1, max = 3) int threads,
            @ForAll boolean anyBreak,
            @ForAll @IntRange(min = 1, max = 900) int segmentBytes)
            throws IOException {
        Path file = Files.createTempFile("lines", ".txt");
        try {
            Files.writeString(file, text);
            Executor direct = Runnable::run;
            List<String> expected = new ArrayList<>();
            Lines lines = configured(null, file, anyBreak, 350, LongLinePolicy.SKIP);
            lines.forEach(line -> expected.add(line.offset() + " " + line.text()));
            List<String> seen = new ArrayList<>();

            lines.parallel(threads, direct)
                    .segmentBytes(segmentBytes)
                    .mapInOrder(line -> line.offset() + " " + line.text(), seen::add);

            assertThat(seen).isEqualTo(expected);
            assertThat(lines.parallel(threads, direct)
                            .segmentBytes(segmentBytes)
                            .count())
                    .isEqualTo(lines.count());
        } finally {
            Files.delete(file);
        }
    }

    @Property
    void searchingFindsWhatStringsFind(
            @ForAll("texts") String text, @ForAll @Size(max = 3) List<@IntRange(min = 0, max = 4) Integer> wanted)
            throws IOException {
        String needle = wanted.stream()
                .map(index -> List.of("a", "bc", "語", "0", " ").get(index))
                .collect(Collectors.joining());
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        Lines.of(new Dribble(bytes, 7)).bufferBytes(256).forEach(line -> {
            String whole = line.text();
            int at = whole.indexOf(needle);
            assertThat(line.indexOf(needle))
                    .isEqualTo(at < 0 ? -1 : whole.substring(0, at).getBytes(StandardCharsets.UTF_8).length);
            assertThat(line.contains(needle)).isEqualTo(whole.contains(needle));
            assertThat(line.startsWith(needle)).isEqualTo(whole.startsWith(needle));
            assertThat(line.endsWith(needle)).isEqualTo(whole.endsWith(needle));
            assertThat(line.equalsTo(needle)).isEqualTo(whole.equals(needle));
            LineFields fields = line.fields('a');
            String[] parts = whole.split("a", -1);
            assertThat(fields.count()).isEqualTo(parts.length);
            for (int field = 0; field < parts.length; field++) {
                assertThat(fields.text(field)).isEqualTo(parts[field]);
                assertThat(fields.equalsTo(field, parts[field])).isTrue();
            }
        });
    }

    @Property
    void numbersAreReadAsTheJdkReadsThem(@ForAll long value, @ForAll @IntRange(min = 0, max = 18) int scale)
            throws IOException {
        String plain = Long.toString(value);
        String decimal = new java.math.BigDecimal(java.math.BigInteger.valueOf(value), scale).toPlainString();
        String floating = Double.toString(value / 1e4);
        String text = plain + "|" + decimal + "|" + floating;

        Lines.of(new Dribble(text.getBytes(StandardCharsets.US_ASCII), 3)).forEach(line -> {
            LineFields fields = line.fields('|');
            assertThat(fields.parseLong(0)).isEqualTo(value);
            assertThat(fields.parseDecimal(1, scale)).isEqualTo(value);
            assertThat(fields.parseDouble(2)).isEqualTo(value / 1e4);
            assertThat(fields.parseDouble(1)).isEqualTo(Double.parseDouble(decimal));
        });
    }

    private static Dribble dribble(byte[] bytes, List<Integer> sizes) {
        return new Dribble(bytes, sizes.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Lines configured(Dribble channel, boolean anyBreak, int max, LongLinePolicy policy) {
        return configured(channel, null, anyBreak, max, policy);
    }

    private static Lines configured(Dribble channel, Path file, boolean anyBreak, int max, LongLinePolicy policy) {
        Lines lines = (file == null ? Lines.of(channel) : Lines.of(file))
                .maxLineBytes(max)
                .onLongLine(policy)
                .bufferBytes(256);
        return anyBreak ? lines.anyLineBreak() : lines;
    }

    /** By the definition: a line feed ends a line, a carriage return before it is no part of that. */
    private static List<String> linesOf(String text) {
        List<String> lines = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int at = text.indexOf('\n', from);
            if (at < 0) {
                lines.add(text.substring(from));
                break;
            }
            lines.add(text.substring(from, at > from && text.charAt(at - 1) == '\r' ? at - 1 : at));
            from = at + 1;
        }
        return lines;
    }
}
