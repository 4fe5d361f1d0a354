package io.heapwise.demo.wordnet;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.demo.Meter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowStoreTest {

    private static final String TEXT =
            "  1 the licence\n1 cat n 01 | a small Cat\n2 dog n 01 | no cat\n3 cow | a cow\ncat.n\n";

    @TempDir
    Path folder;

    private final Meter meter = new Meter();

    private SlowStore store() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), TEXT);
        StoreFile.write(folder.resolve("index"), Corpus.map(text), new Corpus.Extent(0, TEXT.indexOf("cat.n")));
        return new SlowStore(text, folder.resolve("index"), meter);
    }

    @Test
    void anAnswerIsEveryEntryInWhichTheWordStandsOnce() throws IOException {
        assertThat(store().fetch("cat")).isEqualTo("cat\n1 cat n 01 | a small Cat\n2 dog n 01 | no cat\n");
        assertThat(store().fetch("cow")).isEqualTo("cow\n3 cow | a cow\n");
    }

    @Test
    void aWordOfTheLicenceOrOfNoEntryHasAnEmptyPage() throws IOException {
        assertThat(store().fetch("licence")).isEqualTo("licence\n");
        assertThat(store().fetch("ca")).isEqualTo("ca\n");
    }

    @Test
    void everyTripIsCounted() throws IOException {
        SlowStore store = store();
        store.fetch("cat");
        store.fetch("cat");
        assertThat(meter.misses()).isEqualTo(2);
    }

    @Test
    void theWordsOfATextComeInReadingOrderWithoutSingleLetters() {
        ByteBuffer text = ByteBuffer.wrap("A-b Cat's it, x9of".getBytes(StandardCharsets.US_ASCII));
        WordCursor cursor = new WordCursor(text, 0, text.limit());
        List<String> words = new ArrayList<>();
        while (cursor.next()) {
            words.add(cursor.word());
        }
        assertThat(words).containsExactly("cat", "it", "of");
    }
}
