package io.heapwise.demo.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heapwise.demo.DemoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BigTextTest {

    private static final byte[] TEXT = "one\ntwo\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private String written(long bytes, long longLineBytes) throws IOException {
        Path file = folder.resolve("text");
        BigText.write(file, TEXT, bytes, longLineBytes);
        return Files.readString(file);
    }

    @Test
    void theTextComesAgainAndAgain() throws IOException {
        assertThat(written(16, 0)).isEqualTo("one\ntwo\none\ntwo\n");
    }

    @Test
    void theLastByteEndsALineWhereverTheTextIsCut() throws IOException {
        assertThat(written(11, 0)).isEqualTo("one\ntwo\non\n");
        assertThat(written(1, 0)).isEqualTo("\n");
    }

    @Test
    void inTheMiddleStandsOneLineWithoutABreak() throws IOException {
        assertThat(written(8 + 20 + 9, 20)).isEqualTo("one\ntwo\n" + "one two one two one\n" + "one\ntwo\n\n");
    }

    @Test
    void aDiskThatIsTooFullIsRefusedBeforeAnythingIsWritten() {
        assertThatCode(() -> BigText.requireRoom(2304L << 20, 2048L << 20)).doesNotThrowAnyException();
        assertThatThrownBy(() -> BigText.requireRoom(2303L << 20, 2048L << 20))
                .isInstanceOf(DemoException.class)
                .hasMessageStartingWith("room for the file=2303 MB (expected >= 2304 MB)");
    }
}
