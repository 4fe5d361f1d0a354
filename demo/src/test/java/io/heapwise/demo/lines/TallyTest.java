package io.heapwise.demo.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.heapwise.streams.Lines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final String TEXT = "a memory\n\nno word\nmemory of memory\n";

    @Test
    void stringsAndViewsOfTheSameLinesAddUpToTheSame() throws IOException {
        Tally strings = new Tally();
        TEXT.lines().forEach(strings::addLine);
        Tally views = Lines.of(new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.US_ASCII)))
                .reduce(new Tally(), Tally::addView);
        assertThat(strings).hasToString("2 of 4 lines have the word; they have 35 bytes");
        assertThat(views).hasToString(strings.toString());
        assertThat(strings.bytesRead()).isEqualTo(TEXT.length());
    }

    @Test
    void aLineThatIsTooLongIsReadAndNotCounted() {
        Tally tally = new Tally().addLine("memory ".repeat(1 << 20)).addLine("memory");
        assertThat(tally).hasToString("1 of 1 lines have the word; they have 7 bytes");
        assertThat(tally.bytesRead()).isEqualTo((7 << 20) + 1 + 7);
    }

    @Test
    void partsAddUp() {
        Tally whole = new Tally().addLine("memory").addLine("none");
        Tally parts = new Tally().addLine("memory").plus(new Tally().addLine("none"));
        assertThat(parts).hasToString(whole.toString());
        assertThat(parts.bytesRead()).isEqualTo(whole.bytesRead());
    }
}
