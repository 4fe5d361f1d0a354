package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However the bytes come, the chunks are the same. */
class ByteChunksProperties {
    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("ab;").ofMaxLength(200);
    }

    @Provide
    Arbitrary<String> delimiters() {
        return Arbitraries.strings().withChars("ab;").ofMinLength(1).ofMaxLength(4);
    }

    private static Dribble dribble(String text, List<Integer> sizes) {
        return new Dribble(
                text.getBytes(StandardCharsets.US_ASCII),
                sizes.stream().mapToInt(Integer::intValue).toArray());
    }

    private static List<String> read(ByteChunks chunks) throws IOException {
        List<String> texts = new ArrayList<>();
        chunks.forEach(
                chunk -> texts.add(StandardCharsets.US_ASCII.decode(chunk).toString()));
        return texts;
    }

    @Property
    void chunksBetweenDelimitersAreThoseOfAString(
            @ForAll("texts") String text,
            @ForAll("delimiters") String delimiter,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 9) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 60) int max)
            throws IOException {
        List<String> expected = new ArrayList<>(List.of(text.split(Pattern.quote(delimiter), -1)));
        if (expected.get(expected.size() - 1).isEmpty()) {
            expected.remove(expected.size() - 1); // nothing behind the last
        }
        byte[] between = delimiter.getBytes(StandardCharsets.US_ASCII);

        assertThat(read(ByteChunks.of(dribble(text, sizes)).byDelimiter(between, 200)))
                .isEqualTo(expected);
        assertThat(read(ByteChunks.of(dribble(text, sizes))
                        .byDelimiter(between, max)
                        .onLongChunk(LongLinePolicy.SKIP)))
                .isEqualTo(
                        expected.stream().filter(chunk -> chunk.length() <= max).toList());
        assertThat(read(ByteChunks.of(dribble(text, sizes))
                        .byDelimiter(between, max)
                        .onLongChunk(LongLinePolicy.TRUNCATE)))
                .isEqualTo(expected.stream()
                        .map(chunk -> chunk.substring(0, Math.min(max, chunk.length())))
                        .toList());
    }

    @Property
    void chunksOfASizeAreFullButTheLast(
            @ForAll("texts") String text,
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 9) Integer> sizes,
            @ForAll @IntRange(min = 1, max = 60) int size)
            throws IOException {
        List<String> chunks = read(ByteChunks.of(dribble(text, sizes)).bySize(size));

        assertThat(String.join("", chunks)).isEqualTo(text);
        for (int at = 0; at < chunks.size(); at++) {
            assertThat(chunks.get(at).length()).isBetween(at < chunks.size() - 1 ? size : 1, size);
        }
    }
}
