package io.heapwise.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ByteChunksTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> texts(ByteChunks chunks) throws IOException {
        List<String> texts = new ArrayList<>();
        chunks.forEach(
                chunk -> texts.add(StandardCharsets.ISO_8859_1.decode(chunk).toString()));
        return texts;
    }

    @Test
    void aDelimiterThatOverlapsItselfIsFoundWhereItStandsFirst() throws IOException {
        ByteChunks chunks = ByteChunks.of(new Dribble(bytes("xaaabyaab"), 1)).byDelimiter(bytes("aab"), 9);
        assertThat(texts(chunks)).containsExactly("xa", "y");
        assertThat(texts(ByteChunks.of(new Dribble(bytes("aaaa"), 1)).byDelimiter(bytes("aa"), 9)))
                .containsExactly("", "");
    }

    @Test
    void ofAllThatIsTooLongNothingOrTheBeginningIsGiven() throws IOException {
        String text = "ab;abcdef;;abcd;abcdefgh";
        ByteChunks skipping = ByteChunks.of(new Dribble(bytes(text), 2))
                .byDelimiter(bytes(";"), 4)
                .onLongChunk(LongLinePolicy.SKIP);
        assertThat(texts(skipping)).containsExactly("ab", "", "abcd");
        ByteChunks cutting = ByteChunks.of(new Dribble(bytes(text), 2))
                .byDelimiter(bytes(";"), 4)
                .onLongChunk(LongLinePolicy.TRUNCATE);
        assertThat(texts(cutting)).containsExactly("ab", "abcd", "", "abcd", "abcd");
        Dribble input = new Dribble(bytes(text), 2);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> texts(ByteChunks.of(input).byDelimiter(bytes(";"), 4)))
                .withMessageContaining("chunk at offset=3 has bytes>4");
        assertThat(input.closes()).isEqualTo(1);
    }

    @Test
    void aChunkBiggerThanTheFirstBufferIsGivenWhole() throws IOException {
        byte[] big = bytes("x".repeat(300_000));
        assertThat(ByteChunks.of(new Dribble(big, 7_777))
                        .bySize(250_000)
                        .iterator()
                        .next())
                .hasSize(250_000);
        assertThat(texts(ByteChunks.of(new Dribble(big, 7_777)).byDelimiter(bytes("y"), 300_000)))
                .containsExactly("x".repeat(300_000));
    }

    @Test
    void whoWantsChunksMustSayHowToCut() {
        ByteChunks chunks = ByteChunks.of(new Dribble(bytes("a")));
        assertThatIllegalStateException()
                .isThrownBy(() -> texts(chunks))
                .withMessageContaining("bySize or byDelimiter");
        assertThatIllegalArgumentException().isThrownBy(() -> chunks.bySize(0)).withMessageContaining("bytes=0");
        assertThatIllegalArgumentException().isThrownBy(() -> chunks.byDelimiter(new byte[0], 1));
        assertThatIllegalArgumentException().isThrownBy(() -> chunks.byDelimiter(new byte[1], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> chunks.gzip(0));
    }

    @Test
    void everyReadingClosesItsInputOnce() throws Exception {
        Dribble whole = new Dribble(bytes("abc"), 1);
        assertThat(texts(ByteChunks.of(whole).bySize(2))).containsExactly("ab", "c");
        assertThat(whole.closes()).isEqualTo(1);

        Dribble failing = new Dribble(bytes("abc"), 1);
        failing.failingRead = 1;
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> ByteChunks.of(failing).bySize(2).stream().toList());
        assertThat(failing.closes()).isEqualTo(1);

        Dribble thrown = new Dribble(bytes("abc"), 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> ByteChunks.of(thrown).bySize(2).forEach(chunk -> {
                    throw new IllegalStateException("mine");
                }));
        assertThat(thrown.closes()).isEqualTo(1);

        Dribble early = new Dribble(bytes("abc"), 1);
        try (Stream<byte[]> chunks = ByteChunks.of(early).bySize(1).stream()) {
            assertThat(chunks.findFirst()).hasValue(bytes("a"));
        }
        assertThat(early.closes()).isEqualTo(1);

        Dribble iterated = new Dribble(bytes("abc"), 1);
        try (CloseableIterator<byte[]> chunks =
                ByteChunks.of(iterated).bySize(3).iterator()) {
            assertThat(chunks.next()).isEqualTo(bytes("abc"));
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(chunks::next);
            assertThat(chunks.hasNext()).isFalse();
        }
        assertThat(iterated.closes()).isEqualTo(1);
    }

    @Test
    void aViewIsTheSameForAllAndCannotBeWrittenWhereTheNextChunkIsInIt() throws IOException {
        List<Object> views = new ArrayList<>();
        ByteChunks.of(new Dribble(bytes("ab,cd"), 2)).byDelimiter(bytes(","), 8).forEach(chunk -> {
            views.add(System.identityHashCode(chunk));
            assertThatExceptionOfType(ReadOnlyBufferException.class).isThrownBy(() -> chunk.put((byte) 1));
            chunk.get(); // left in the middle, and moved to the next all the same
        });
        assertThat(views).hasSize(2);
        assertThat(views.get(0)).isEqualTo(views.get(1));
    }

    @Test
    void whoeverWritesIntoAChunkOfASizeHarmsNoOther() throws IOException {
        StringBuilder seen = new StringBuilder();
        ByteChunks.of(new Dribble(bytes("abcdef"), 1)).bySize(2).forEach(chunk -> {
            seen.append((char) chunk.get(0)).append((char) chunk.get(1));
            chunk.clear();
            while (chunk.hasRemaining()) {
                chunk.put((byte) 'x');
            }
        });
        assertThat(seen).hasToString("abcdef");
    }

    @Test
    void aFileIsReadAgainUnpackedAndPublished(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("a.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes("abcdef"));
        }
        ByteChunks chunks = ByteChunks.of(file).gzip().bySize(4);
        assertThat(texts(chunks)).containsExactly("abcd", "ef");
        List<String> received = new ArrayList<>();
        chunks.publisher(Runnable::run).subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(byte[] chunk) {
                received.add(new String(chunk, StandardCharsets.ISO_8859_1));
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
        assertThat(received).containsExactly("abcd", "ef", "end");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> texts(ByteChunks.of(file).gzip(5).bySize(4)));
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        chunks.stream().forEach(joined::writeBytes);
        assertThat(joined.toByteArray()).isEqualTo(bytes("abcdef"));
    }
}
